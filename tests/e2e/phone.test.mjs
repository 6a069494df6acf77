// `switchboard call`: a telephone in a terminal (a real one, made by util-linux's script), over a pipe, and by scripts.
import assert from 'node:assert/strict';
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import test, {after} from 'node:test';
import {binary, eventually, root, switchboard, temporaryFolder} from './support.mjs';

const terminals = [];
after(() => terminals.forEach((terminal) => terminal.process.kill('SIGKILL')));

class Terminal {
    constructor(args, {folder = root, environment = {}} = {}) {
        const command = [binary, ...args].map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ');
        this.process = spawn('script', ['--quiet', '--return', '--flush', '--command', `stty cols 100; exec ${command}`, '/dev/null'],
            {cwd: folder, env: {...process.env, TERM: 'xterm', NO_COLOR: '1', LC_ALL: 'C.UTF-8', ...environment}});
        this.output = '';
        this.process.stdout.setEncoding('utf8').on('data', (text) => { this.output += text; });
        this.ended = once(this.process, 'close');
        terminals.push(this);
    }

    // Once it has printed that, behind what was seen before.
    async sees(what) {
        this.from ??= 0;
        await eventually(`${what} in ${this.output}`, () => {
            const rest = this.output.slice(this.from);
            const at = what instanceof RegExp ? rest.search(what) : rest.indexOf(what);
            if (at >= 0) this.from += at + 1;
            return at >= 0;
        });
    }

    types(text) { this.process.stdin.write(text); }

    async exits() {
        const [code] = await this.ended;
        return code;
    }
}

const shop = `# The shop.
flow: shop
settings: {counter: phone}
vars: {note: recording}
start: hello
states:
  hello:
    - menu:
        say: Welcome. For a person, press 1. For a message, 2.
        choices: {1: {speech: [a person], go: person}, 2: note}
        noinput: I heard nothing.
        otherwise: bye
  person:
    - dial: {number: "{{ settings.counter }}", screen: Press a key., otherwise: note}
    - go: bye
  note:
    - say: After the tone.
    - record: {max_length: 1m, save: note, on: {empty: bye}}
    - go: bye
  bye: [{say: Goodbye.}, hangup]
`;

function shopFolder(more = {}) {
    const folder = temporaryFolder();
    fs.writeFileSync(path.join(folder, 'shop.yaml'), shop);
    for (const [name, text] of Object.entries(more)) fs.writeFileSync(path.join(folder, name), text);
    return folder;
}

test('a designer clicks through a call: keys, speech, silence, a dial, back, TwiML, the end', async () => {
    const call = new Terminal(['call', 'shop.yaml', '--at', '10:00'], {folder: shopFolder()});
    await call.sees(/^shop\.yaml:8 +hello +"Welcome\. For a person, press 1\. For a message, 2\."/m);
    await call.sees('> ');
    call.types('\r');
    await call.sees('"I heard nothing."');
    await call.sees('> ');
    call.types('a person\r');
    await call.sees(/^shop\.yaml:14 +person/m);
    await call.sees('(dials +12025550130: Enter answered');
    call.types('\r');
    await call.sees('the called one: "Press a key."');
    call.types('u\r');
    await call.sees('(back)');
    call.types('busy\r');
    await call.sees(/^shop\.yaml:17 +note +"After the tone\."/m);
    call.types('t\r');
    await call.sees(/<Record [^>]*maxLength="60"/);
    call.types('12s h\r');
    await call.sees('the caller hung up');
    call.types('\r');
    assert.equal(await call.exits(), 0);
    assert.doesNotMatch(call.output, /\x1b\[\d+m/);
});

test('a line is edited and comes back from the history', async () => {
    const call = new Terminal(['call', 'shop.yaml'], {folder: shopFolder()});
    await call.sees('> ');
    call.types('a persox\x7fn\r');
    await call.sees('dials');
    call.types('u\r');
    await call.sees('(back)');
    await call.sees('> ');
    call.types('\x1b[A\x1b[A\r');
    await call.sees('a person');
    await call.sees('dials');
    call.types('q\r');
    assert.equal(await call.exits(), 0);
});

test('the end of input hangs up, and an interrupt ends the program', async () => {
    const ended = new Terminal(['call', 'shop.yaml'], {folder: shopFolder()});
    await ended.sees('> ');
    ended.types('\x04');
    await ended.sees('the caller hung up');
    assert.equal(await ended.exits(), 0);
    const interrupted = new Terminal(['call', 'shop.yaml'], {folder: shopFolder()});
    await interrupted.sees('> ');
    interrupted.types('\x03');
    assert.notEqual(await interrupted.exits(), 0);
});

test('colours are for terminals, and not with NO_COLOR', async () => {
    const call = new Terminal(['call', 'shop.yaml', '--script', ''], {folder: shopFolder(), environment: {NO_COLOR: ''}});
    assert.equal(await call.exits(), 0);
    assert.match(call.output, /\x1b\[2m/);
    const piped = await switchboard(['call', 'shop.yaml', '--script', ''], {folder: shopFolder()});
    assert.doesNotMatch(piped.stdout, /\x1b/);
});

test('over a pipe there is neither prompt nor echo; without input the caller hangs up', async () => {
    const folder = shopFolder();
    const piped = await switchboard(['call', 'shop.yaml'], {folder, input: '1\nbusy\n0s\n'});
    assert.equal(piped.code, 0, piped.stderr);
    assert.doesNotMatch(piped.stdout, /^> /m);
    assert.match(piped.stdout, /"After the tone\."\n[^]*"Goodbye\."\n[^]*\(the flow hung up\)/);
    const silent = await switchboard(['call', 'shop.yaml'], {folder, input: ''});
    assert.equal(silent.code, 0);
    assert.match(silent.stdout, /\(the caller hung up · result: abandoned\)/);
});

const scripts = [
    [0, '1 busy 12s', /Goodbye/],
    [0, '1 answered 5 completed', /"Press a key\."/],
    [0, '# wait h', /the caller hung up/],
    [0, '"a person" no_answer wait', /Goodbye/],
    [0, '', /abandoned/],
    [1, '1 2', /> 2\n +a dial waits for how it ends/],
    [1, 'busy', /nobody is dialled/],
    [1, 'h 1', /the call is over/],
    [1, 'wait wait wait wait', /the call is over/],
];
for (const [code, script, says] of scripts) {
    test(`the script "${script}" ends with ${code}`, async () => {
        const played = await switchboard(['call', 'shop.yaml', '--script', script], {folder: shopFolder()});
        assert.equal(played.code, code, played.stdout + played.stderr);
        assert.match(played.stdout, says);
        assert.equal(/did not survive/.test(played.stderr), code === 1);
    });
}

test('a call that breaks off fails a script', async () => {
    const folder = shopFolder({'odd.yaml': 'flow: odd\nstart: a\nstates:\n  a: [{redirect: "https://ivr.example.com/nowhere"}]\n'});
    const played = await switchboard(['call', 'odd.yaml', '--script', ''], {folder});
    assert.equal(played.code, 1);
    assert.match(played.stderr, /the call broke off/);
});

test('--json is one object a line', async () => {
    const played = await switchboard(['call', 'shop.yaml', '--json', '--script', '2 3s', '--at', '2026-11-24T10:00Z'], {folder: shopFolder()});
    const events = played.stdout.trim().split('\n').map((line) => JSON.parse(line));
    assert.deepEqual(events[0], {event: 'begins', flow: 'shop', at: '2026-11-24T10:00Z', from: '+12025550123', to: '+12025550100'});
    assert.deepEqual(events[1], {event: 'state', flow: 'shop', state: 'hello', file: 'shop.yaml', line: 8});
    assert.equal(events[2].text, 'Welcome. For a person, press 1. For a message, 2.');
    assert.deepEqual(events[3], {event: 'waits', for: 'answer', keys: true, speech: true, digits: 1, finish_on: ''});
    assert.deepEqual(events[4], {event: 'does', what: '2'});
    assert.deepEqual(events.at(-1), {event: 'ends', how: 'hung_up', text: 'the flow hung up'});
});

test('s saves the call beside the flow, and a second one behind it, comments kept', async () => {
    const folder = shopFolder();
    const file = path.join(folder, 'shop.test.yaml');
    const first = await switchboard(['call', 'shop.yaml', '--at', '10:00'], {folder, input: '1\nbusy\n12s h\ns nobody there\n'});
    assert.match(first.stdout, /\(saved in shop\.test\.yaml as "nobody there"\)/);
    fs.appendFileSync(file, '# the end\n');
    const before = fs.readFileSync(file, 'utf8');
    assert.match(before, /^flow: shop\nsettings:\n  counter: "\+12025550130"\ntests:\n  - name: nobody there\n/);
    await switchboard(['call', 'shop.yaml', '--at', '10:00'], {folder, input: 's\nwait\n\n\n'});
    const now = fs.readFileSync(file, 'utf8');
    assert.ok(now.startsWith(before.replace('# the end\n', '')) && now.endsWith('# the end\n'), now);
    assert.match(now, /\n  - name: only listens\n[^]*ends_in: hello\n/);
});

test('a saved call passes as a test at once', async () => {
    const folder = temporaryFolder();
    fs.cpSync(path.join(root, 'flows/examples'), folder, {recursive: true});
    const calls = {
        main: ['1\n12345678\n1\n', 'say opening hours\n', '3\n12s h\n', '\n\n\n', '0\nbusy\nno_answer\n', '8\n9\n'],
        survey: ['5\n', '1\nsay price\n20s\n'],
        office: ['1\n', '201\nbusy\n', '\n\n'],
    };
    for (const [flow, inputs] of Object.entries(calls)) {
        for (const [index, input] of inputs.entries())
            await switchboard(['call', `${flow}.yaml`, '--at', '2026-11-24T10:00'], {folder, input: `${input}s saved ${index}\nh\n`});
        const tested = await switchboard(['test', `${flow}.test.yaml`, '-k', 'saved'], {folder});
        assert.match(tested.stdout, new RegExp(`\\b${inputs.length} passed, 0 failed`), tested.stdout);
    }
});

test('a flow is called by its name, and without one where there is no other', async () => {
    const folder = shopFolder();
    for (const args of [['shop'], [], ['shop.yaml'], ['./shop.yaml']]) {
        const called = await switchboard(['call', ...args, '--script', ''], {folder});
        assert.equal(called.code, 0, called.stderr);
        assert.match(called.stdout, /^shop · /);
    }
    const main = await switchboard(['call', 'main', '--script', ''], {folder: root});
    assert.match(main.stdout, /^main · .*\n\nmain\.yaml:\d+ +welcome +"Welcome to Acme\."/);
    assert.equal(main.stderr, '');
});

test('settings come from the configuration, --set, the tests beside the flow, or are made up and said', async () => {
    const number = async (folder, ...more) => {
        const called = await switchboard(['call', 'shop.yaml', '--script', '1', ...more], {folder});
        return [/dials (\+\d+)/.exec(called.stdout)[1], called.stderr];
    };
    const [madeUp, said] = await number(shopFolder());
    assert.equal(madeUp, '+12025550130');
    assert.match(said, /no value in a configuration: counter is \+12025550130 \(--set counter=…\)/);
    const tests = {'shop.test.yaml': 'flow: shop\nsettings: {counter: "+12025550141"}\ntests: []\n'};
    assert.deepEqual(await number(shopFolder(tests)), ['+12025550141', '']);
    const configured = {...tests, 'switchboard.yaml': 'flows: .\nsettings: {shop: {counter: "+12025550142"}}\n'};
    assert.deepEqual(await number(shopFolder(configured)), ['+12025550142', '']);
    assert.deepEqual(await number(shopFolder(configured), '--set', 'counter=+12025550143'), ['+12025550143', '']);
});

const refusals = [
    [2, ['call', 'shpo'], /there is no flow "shpo": did you mean "shop"\?\nThere are shop/],
    [2, ['call', 'nowhere.yaml'], /there is no file "nowhere.yaml"/],
    [2, ['call', 'shop', '--at', 'soon'], /--at is a moment/],
    [2, ['call', 'shop', '--script', 'sales'], /"sales" is neither keys/],
    [2, ['call', 'shop', '--set', 'counter'], /--set wants a name and a value/],
    [2, ['call', 'shop', '--set', 'desk=1'], /the flow shop has no such setting/],
    [1, ['call', 'shop', '--set', 'counter=twelve'], /the setting counter of the flow shop must be phone/],
    [1, ['call', 'faulty.yaml'], /faulty\.yaml:3:\d+: error SB201[^]*the flow faulty cannot be called/],
];
for (const [code, args, says] of refusals) {
    test(`${args.slice(1).join(' ')}: exit ${code}, and why`, async () => {
        const faulty = {'faulty.yaml': 'flow: faulty\nstart: a\nstates: {a: [{go: nowhere}]}\n'};
        const refused = await switchboard(args, {folder: shopFolder(args[1] === 'faulty.yaml' ? faulty : {}), input: ''});
        assert.equal(refused.code, code, refused.stderr);
        assert.match(refused.stderr, says);
        assert.equal(refused.stdout, '');
    });
}

test('--speak says the words by espeak-ng in their language, without a shell', async () => {
    const folder = shopFolder({'hola.yaml':
        'flow: hola\nlanguages: {es-MX: {}}\nstart: a\nstates:\n  a: [{say: "Hola; $(touch gone) \'amigo\'"}, hangup]\n'});
    const tool = path.join(folder, 'espeak-ng');
    fs.writeFileSync(tool, `#!/bin/sh\necho "$@" >>'${folder}/arguments'\n[ "$1" = --version ] || cat >>'${folder}/said'\n[ "$3" != es-mx ]\n`, {mode: 0o755});
    const spoken = await switchboard(['call', 'hola.yaml', '--speak', '--script', ''],
        {folder, environment: {PATH: `${folder}:${process.env.PATH}`}});
    assert.equal(spoken.code, 0, spoken.stderr);
    assert.equal(fs.readFileSync(path.join(folder, 'arguments'), 'utf8'), '--version\n--stdin -v es-mx\n--stdin -v es\n');
    assert.match(fs.readFileSync(path.join(folder, 'said'), 'utf8'), /^Hola; \$\(touch gone\) 'amigo'/);
    assert.ok(!fs.existsSync(path.join(folder, 'gone')));
    const missing = await switchboard(['call', 'hola.yaml', '--speak', '--script', ''], {folder, environment: {PATH: '/nowhere'}});
    assert.equal(missing.code, 3);
    assert.match(missing.stderr, /--speak needs espeak-ng, which cannot be started/);
});
