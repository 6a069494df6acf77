// The command line, as README.md and server/README.md promise it to people and scripts.
import assert from 'node:assert/strict';
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import {binary, eventually, exampleEnvironment, freePort, root, switchboard, temporaryFolder} from './support.mjs';

const faulty = path.join(root, 'tests/flows/load/findings/SB105.bad.yaml');
const tape = path.join(root, 'tests/tapes/menu-press.jsonl');

test('the flow in README.md has no findings', async () => {
    const [, flow] = /```yaml\n([^]*?)```/.exec(fs.readFileSync(path.join(root, 'README.md'), 'utf8'));
    assert.match(flow, /^flow: /);
    const checked = await switchboard(['check', '--strict', '-'], {input: flow});
    assert.deepEqual([checked.code, checked.stdout], [0, 'no findings\n']);
});

for (const command of ['call', 'check', 'test', 'record', 'replay', 'signature', 'serve', 'reload', 'health', 'config']) {
    test(`${command} --help shows an example`, async () => {
        const help = await switchboard([command, '--help']);
        assert.equal(help.code, 0);
        assert.match(help.stdout, new RegExp(`^Example: switchboard ${command}\\b`, 'm'));
    });
}

const exits = [
    [0, 'sound flows', ['check', 'flows/examples']],
    [1, 'findings', ['check', faulty]],
    [2, 'no command', []],
    [2, 'an unknown command', ['answer']],
    [2, 'an unknown option', ['check', '--answer']],
    [2, 'an unknown format', ['check', '--format', 'html']],
    [2, 'a path that is not there', ['check', 'nowhere.yaml']],
    [3, 'no server', ['health', '--admin', 'http://127.0.0.1:1', '--token-file', 'LICENSE']],
];
for (const [code, what, args] of exits) {
    test(`${what}: exit ${code}`, async () => {
        assert.equal((await switchboard(args, {folder: root})).code, code);
    });
}

test('--strict tells notes too, and they count', async () => {
    const flow = 'flow: a\notherwise: bye\nstart: s\nstates:\n' +
        '  s: [{dial: {number: "+12025550130"}}, hangup]\n  bye: [hangup]\n';
    const plain = await switchboard(['check', '-'], {input: flow});
    assert.deepEqual([plain.code, plain.stdout], [0, 'no findings\n']);
    const strict = await switchboard(['check', '--strict', '-'], {input: flow});
    assert.equal(strict.code, 1);
    assert.match(strict.stdout, /:5:8: note SB303: only the flow's otherwise says where/);
});

test('findings come in the format of whoever reads them', async () => {
    const as = async (format) => (await switchboard(['check', faulty, '--format', format])).stdout;
    assert.match(await as('text'), /:5:7: error SB105: /);
    assert.doesNotMatch(await as('text'), /\x1b/);
    assert.equal(JSON.parse(await as('json')).line, 5);
    assert.equal(JSON.parse(await as('sarif')).runs[0].results[0].ruleId, 'SB105');
    assert.match(await as('github'), /^::error file=.*,line=5,col=7,title=SB105::/);
});

test('a server that made its own account keeps it across a reload', async () => {
    const folder = temporaryFolder();
    const file = path.join(folder, 'switchboard.yaml');
    const [port, adminPort] = [await freePort(), await freePort()];
    const flows = path.join(root, 'flows/examples');
    fs.writeFileSync(file, fs.readFileSync(path.join(flows, 'switchboard.yaml'), 'utf8')
        .replace(/^listen:.*/m, `listen: 127.0.0.1:${port}\nadmin: {listen: "127.0.0.1:${adminPort}"}`)
        .replace(/^flows:.*/m, `flows: "${flows}"`));
    const server = spawn(binary, ['serve', '--dev', '-c', file], {stdio: 'ignore', env: {...process.env, ...exampleEnvironment}});
    const ended = once(server, 'exit');
    try {
        await eventually('serving', async () => (await switchboard(['health', '-c', file])).code === 0);
        for (const kept of ['admin.token', '.switchboard/auth_token', '.switchboard/key.pem'])
            assert.equal(fs.statSync(path.join(folder, kept)).mode & 0o777, 0o600, kept);
        const call = () => switchboard(['replay', tape, '--to', `https://localhost:${port}`, '-c', file]);
        assert.equal((await call()).code, 0);
        assert.equal((await switchboard(['reload', '-c', file])).code, 0);
        const after = await call();
        assert.equal(after.code, 0, after.stdout);
    } finally {
        server.kill();
        await ended;
    }
});

test('with a configuration, flows are checked against the settings it gives them', async () => {
    const folder = temporaryFolder();
    fs.writeFileSync(path.join(folder, 'shop.yaml'),
        'flow: shop\nsettings: {counter: phone}\nstart: a\nstates:\n' +
        '  a: [{dial: {number: "{{ settings.counter }}", otherwise: b}}, hangup]\n  b: [hangup]\n');
    const configuration = (settings) => fs.writeFileSync(path.join(folder, 'switchboard.yaml'),
        'public_url: https://ivr.example.com\ntls: off\nflows: .\n' +
        `accounts: [{sid: AC00000000000000000000000000000000, auth_tokens: [{env: SHOP_TOKEN}]}]\n${settings}`);
    const check = () => switchboard(['check', 'shop.yaml', '-c', 'switchboard.yaml', '--format', 'json'],
        {folder, environment: {SHOP_TOKEN: '0123456789abcdef0123456789abcdef'}});
    configuration('');
    const missing = await check();
    assert.equal(missing.code, 1);
    assert.match(missing.stdout, /^\{"file":"shop.yaml".*"code":"SB107".*\\"counter\\"/);
    configuration('settings: {all: {counter: twelve}}\n');
    assert.match((await check()).stdout, /"file":"switchboard.yaml","line":5,.*"code":"SB106"/);
    configuration('settings: {all: {counter: "+12025550130"}}\n');
    assert.deepEqual(await check(), {code: 0, stdout: '', stderr: ''});
});

test('hosts and numbers are held against the configuration, where there is one', async () => {
    const folder = temporaryFolder();
    fs.mkdirSync(path.join(folder, 'flows'));
    fs.writeFileSync(path.join(folder, 'flows/shop.yaml'),
        'flow: shop\nsettings: {crm: url}\nstart: a\nstates:\n  a:\n' +
        '    - http: {get: "https://crm.example/hours", otherwise: next}\n' +
        '    - http: {get: "{{ settings.crm }}/hours", otherwise: next}\n' +
        '    - dial: {number: "+12025550130", otherwise: next}\n    - hangup\n');
    const check = async (...args) => {
        const {code, stdout, stderr} = await switchboard(['check', '--strict', '--format', 'json', ...args], {folder});
        const found = stdout.trim().split('\n').filter(Boolean).map((line) => JSON.parse(line));
        return {code, found: found.map(({code: rule, line, column}) => `${rule} ${line}:${column}`), stderr};
    };
    const skipped = await check('flows');
    assert.deepEqual([skipped.code, skipped.found], [0, []]);
    assert.match(skipped.stderr, /^switchboard check: note: .*SB805, SB806.* skipped/);

    const configuration = (file, outbound) => fs.writeFileSync(path.join(folder, file),
        `flows: flows\nsettings: {all: {crm: "https://other.example"}}\noutbound: ${outbound}\n`);
    configuration('flows/switchboard.yaml', '{allow_hosts: ["*.example"], dial_prefixes: ["+44"]}');
    assert.deepEqual(await check('flows'), {code: 1, found: ['SB805 8:22'], stderr: ''});
    assert.deepEqual((await check('flows/shop.yaml')).found, ['SB805 8:22']);
    configuration('switchboard.yaml', '{allow_hosts: [crm.example]}');
    assert.deepEqual(await check('flows'), {code: 1, found: ['SB806 7:19'], stderr: ''});
    configuration('switchboard.yaml', '{allow_hosts: ["crm.example:443", other.example], dial_prefixes: ["+1"]}');
    assert.deepEqual(await check('flows'), {code: 0, found: [], stderr: ''});
});

test('of a folder\'s .xml files those are checked that are meant for Twilio', async () => {
    const folder = temporaryFolder();
    fs.mkdirSync(path.join(folder, 'flows'));
    const write = (name, text) => fs.writeFileSync(path.join(folder, 'flows', name), text);
    write('shop.yaml', 'flow: shop\nstart: a\nstates: {a: [hangup]}\n');
    write('junit.xml', '<?xml version="1.0"?>\n<!-- <Response> -->\n<testsuites tests="1"/>\n');
    const check = async (what) => {
        const {code, stdout} = await switchboard(['check', what, '--format', 'json'], {folder});
        const found = stdout.trim().split('\n').filter(Boolean).map((line) => JSON.parse(line));
        return {code, found: found.map(({file, code: rule}) => `${file} ${rule}`)};
    };
    assert.deepEqual(await check('flows'), {code: 0, found: []});
    assert.deepEqual(await check('flows/junit.xml'), {code: 1, found: ['flows/junit.xml 12102']});
    write('reply.xml', '<Respones/>');
    write('verb.xml', '<Say>Hello.</Say>');
    assert.deepEqual(await check('flows'),
        {code: 1, found: ['flows/reply.xml 12102', 'flows/verb.xml 12102']});
});

test('a configuration to try things out with checks clean; one with a gap does not', async () => {
    const checked = await switchboard(['check', 'flows/examples', '-c', 'flows/examples/switchboard.yaml', '--format', 'json'], {folder: root});
    assert.equal(checked.code, 0, checked.stdout);
    const [note, ...more] = checked.stdout.trimEnd().split('\n').map((line) => JSON.parse(line));
    assert.deepEqual([note.severity, note.code, note.file, more], ['note', 'SB107', 'flows/examples/switchboard.yaml', []]);
    assert.match(note.message, /serve --dev/);

    const folder = temporaryFolder();
    const whole = {
        public_url: 'public_url: https://ivr.example.com\n',
        certificate: 'tls: {certificate: tls/cert.pem, key: tls/key.pem}\n',
        account: 'accounts: [{sid: AC00000000000000000000000000000000, auth_tokens: [{env: NO_SUCH_TOKEN}]}]\n',
    };
    const check = async (parts) => {
        fs.writeFileSync(path.join(folder, 'switchboard.yaml'), Object.values(parts).join(''));
        return switchboard(['check', 'switchboard.yaml', '--format', 'json'], {folder});
    };
    assert.deepEqual(await check(whole), {code: 0, stdout: '', stderr: ''});
    for (const gap of Object.keys(whole)) {
        const {code, stdout} = await check({...whole, [gap]: ''});
        const finding = JSON.parse(stdout);
        assert.deepEqual([code, finding.code, finding.severity], [1, 'SB107', 'error'], gap);
        assert.match(finding.message, new RegExp(gap));
    }
});

test('check passes over secrets that cannot be read from here, and looks at those that can', async () => {
    const folder = temporaryFolder();
    fs.writeFileSync(path.join(folder, 'shop.yaml'),
        'flow: shop\nsettings: {counter: phone}\nstart: a\nstates:\n' +
        '  a: [{dial: {number: "{{ settings.counter }}", otherwise: b}}, hangup]\n  b: [hangup]\n');
    fs.writeFileSync(path.join(folder, 'switchboard.yaml'), 'flows: .\nsettings: {shop: {counter: {env: SHOP_COUNTER}}}\n');
    const check = async (environment) => (await switchboard(['check', 'shop.yaml', '-c', 'switchboard.yaml'], {folder, environment}));
    assert.equal((await check({})).code, 0);
    assert.equal((await check({SHOP_COUNTER: '+12025550130'})).code, 0);
    const wrong = await check({SHOP_COUNTER: 'twelve'});
    assert.equal(wrong.code, 1);
    assert.match(wrong.stdout, /SB106/);
});
