// Recorded calls, played over HTTPS against the example flows; and calls recorded from a running server.
import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import {once} from 'node:events';
import {after, before, test} from 'node:test';
import {Call, Server, binary, eventually, exampleEnvironment, exampleSettings, root, start, switchboard, temporaryFolder, token} from './support.mjs';

const tapes = path.join(root, 'tests/tapes');
const count = fs.readdirSync(tapes).filter((name) => name.endsWith('.jsonl')).length;
const settings = exampleSettings + 'log: {format: json}';

let examples;
before(async () => { examples = await Server.start({flows: path.join(root, 'flows/examples'), settings, environment: exampleEnvironment}); });
after(() => examples?.stop());

const replay = (...args) => switchboard(['replay', ...args], {environment: {TWILIO_AUTH_TOKEN: token}});

test('every recorded call is answered over HTTPS as it was', async () => {
    const {code, stdout, stderr} = await replay(tapes, '--to', examples.publicUrl);
    assert.equal(code, 0, stdout + stderr);
    assert.match(stderr, new RegExp(`${count} of ${count} tapes`));
});

test('also where every webhook is delivered twice', async () => {
    const {code, stdout, stderr} = await replay(tapes, '--to', examples.publicUrl, '--chaos', '--json');
    assert.equal(code, 0, stderr);
    const reports = stdout.trim().split('\n').map((line) => JSON.parse(line));
    assert.equal(reports.length, count);
    for (const report of reports) assert.equal(report.differences, 0, JSON.stringify(report));
});

test('an answer that differs is shown, and the exit code says so', async () => {
    const file = path.join(temporaryFolder(), 'other.jsonl');
    fs.writeFileSync(file, fs.readFileSync(path.join(tapes, 'menu-press.jsonl'), 'utf8').replace('Welcome to Acme', 'Welcome to Apex'));
    const {code, stdout} = await replay(file, '--to', examples.publicUrl);
    assert.equal(code, 1);
    assert.match(stdout, /! .*Welcome to Apex/);
    assert.equal((await replay(file, '--to', examples.publicUrl, '--update')).code, 0);
    assert.equal((await replay(file, '--to', examples.publicUrl)).code, 0);
});

test('replay that cannot sign, cannot reach or cannot read says which', async () => {
    const tape = path.join(tapes, 'menu-press.jsonl');
    const unsigned = await switchboard(['replay', tape, '--to', examples.publicUrl], {environment: {TWILIO_AUTH_TOKEN: 'another'}});
    assert.equal(unsigned.code, 1);
    assert.match(unsigned.stdout, /answered 403/);
    const nobody = await replay(tape, '--to', 'https://localhost:1');
    assert.equal(nobody.code, 1);
    assert.match(nobody.stdout, /no answer: /);
    const missing = await replay('nowhere.jsonl', '--to', examples.publicUrl);
    assert.equal(missing.code, 2);
    assert.match(missing.stderr, /nowhere\.jsonl/);
});

// Records what `calls` does with `server`; resolves to the lines of each tape by CallSid.
async function recorded(server, calls, ...options) {
    const folder = path.join(temporaryFolder(), 'tapes');
    const recorder = start(['record', '-c', server.file, '--out', folder, ...options], {env: {...process.env, ...server.environment}});
    const ended = once(recorder, 'exit');
    let said = '';
    recorder.stderr.on('data', (text) => { said += text; });
    await eventually('recording', () => /recording/.test(said));
    await calls();
    const length = () => fs.readdirSync(folder).map((name) => fs.readFileSync(path.join(folder, name), 'utf8')).join('');
    let before = length();
    await eventually('the tapes are written', async () => {
        const now = length();
        const still = now !== '' && now === before;
        before = now;
        await new Promise((resume) => setTimeout(resume, 400));
        return still && length() === now;
    });
    recorder.kill('SIGINT');
    assert.deepEqual(await ended, [0, null], said);
    return {folder, text: length()};
}

test('a call recorded from the running server replays without a difference', async () => {
    let sid;
    const {folder, text} = await recorded(examples, async () => {
        const call = await new Call(examples, 'main', {From: '+13035550147', To: '+13035550148'}).arrives();
        sid = call.sid;
        await (await call.keys('2')).keys('1');
        await call.keysNothing();
        await call.goes('/voice/main/fallback', {ErrorCode: '11200', ErrorUrl: examples.publicUrl + call.action(), Digits: '9'});
        assert.match(call.words(), /Sorry/);
    });
    assert.deepEqual(fs.readdirSync(folder), [`${sid}.jsonl`]);
    for (const secret of ['3035550147', '3035550148', token, ...Object.values(examples.environment)]) assert.ok(!text.includes(secret), secret);
    assert.doesNotMatch(text, /[?&]s=[\w-]/);
    assert.doesNotMatch(text, /s%3D/);
    assert.doesNotMatch(text, /signature/i);
    for (const line of text.trim().split('\n')) assert.ok(JSON.parse(line).request);
    const over = await replay(folder, '--to', examples.publicUrl, '--chaos');
    assert.equal(over.code, 0, over.stdout + over.stderr);
    const within = await examples.command('replay', folder);
    assert.equal(within.code, 0, within.stdout + within.stderr);
});

test('record --call takes one call, --raw leaves numbers as they are', async () => {
    const wanted = new Call(examples, 'main', {From: '+13035550147'});
    const {folder, text} = await recorded(examples, async () => {
        await new Call(examples, 'main').arrives();
        await wanted.arrives();
    }, '--call', wanted.sid, '--raw');
    assert.deepEqual(fs.readdirSync(folder), [`${wanted.sid}.jsonl`]);
    assert.match(text, /\+13035550147/);
    assert.doesNotMatch(text, /[?&]s=[\w-]/);
});

test('the commands of tests/README.md lead from a recorded call to a tape that is tested', async () => {
    const server = await Server.start({flows: path.join(root, 'flows/examples'), settings, environment: exampleEnvironment});
    const {folder} = await recorded(server, async () => {
        await (await new Call(server, 'main').arrives()).keys('2');
    });
    await server.stop();
    const readme = fs.readFileSync(path.join(root, 'tests/README.md'), 'utf8');
    const [, record, replayed] = /## From a call[^]*?```sh\n([^]*?)```[^]*?```sh\n([^]*?)```/.exec(readme);
    assert.match(record, /^switchboard record --out calls\b/);
    const at = temporaryFolder();
    fs.mkdirSync(path.join(at, 'bin'));
    fs.mkdirSync(path.join(at, 'tests/tapes'), {recursive: true});
    fs.symlinkSync(path.resolve(binary), path.join(at, 'bin/switchboard'));
    fs.cpSync(folder, path.join(at, 'calls'), {recursive: true});
    fs.copyFileSync(server.file, path.join(at, 'switchboard.yaml'));
    const environment = {...process.env, ...server.environment, PATH: `${path.join(at, 'bin')}:${process.env.PATH}`};
    execFileSync('bash', ['-euc', replayed], {cwd: at, env: environment, stdio: 'pipe'});
    const [tape] = fs.readdirSync(path.join(at, 'tests/tapes'));
    assert.equal((await server.command('replay', path.join(at, 'tests/tapes', tape))).code, 0);
});

test('a PIN is nowhere: not in tape, log or metrics, whatever becomes of its webhook', async () => {
    const pins = ['8305', '6172', '9461', '7359'];
    const server = await Server.start({settings: 'log: {format: json, level: debug}'});
    const {folder, text} = await recorded(server, async () => {
        const call = await new Call(server, 'vault').arrives();
        await (await call.keys(pins[0])).again();
        await call.goes('/voice/vault/fallback', {ErrorCode: '12100', ErrorUrl: server.publicUrl + call.last.target, Digits: pins[0]});
        const tampered = await new Call(server, 'vault').arrives();
        await tampered.goes(tampered.action().slice(0, -3), {Digits: pins[1]});
        const failed = await new Call(server, 'vault').arrives();
        await failed.goes('/voice/vault/fallback', {ErrorCode: '11205', ErrorUrl: server.publicUrl + failed.action(), Digits: pins[2]});
        assert.match(failed.words(), /Thank you/);
        const got = await new Call(server, 'vault').arrives();
        const query = new URLSearchParams({...got.form, Digits: pins[3]});
        await server.signedGet(`${got.action()}&${query}`);
    }, '--raw');
    const {body: metrics} = await server.admin('/metrics');
    assert.equal(fs.readdirSync(folder).length, 4);
    const replayed = await server.command('replay', folder);
    await server.stop();
    for (const pin of pins) {
        for (const [what, where] of Object.entries({text, metrics, log: server.output, replayed: replayed.stdout}))
            assert.ok(!new RegExp(`(?<![\\w])${pin}(?!\\w)`).test(where), `${pin} in ${what}`);
    }
});
