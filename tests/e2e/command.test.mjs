// `switchboard signature`, and all that `serve` will not start with: each says what to do.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import {once} from 'node:events';
import {test} from 'node:test';
import twilio from 'twilio';
import {Server, accountSid, switchboard, temporaryFolder, token} from './support.mjs';

const url = 'https://ivr.example.com/voice/desk?x=1';
const form = {CallSid: 'CA1', From: '+12025550123', Digits: '', SpeechResult: 'Büro & Söhne'};
const body = new URLSearchParams(form).toString();
const right = twilio.getExpectedTwilioSignature(token, url, form);
const signature = (args, {as = token, input = body} = {}) =>
    switchboard(['signature', '--json', '--body', '-', ...args], {environment: {TWILIO_AUTH_TOKEN: as}, input});

test('signature signs as the library does, and shows what is signed', async () => {
    const {code, stdout} = await signature(['--url', url]);
    assert.equal(code, 0);
    const {signature: made, signed} = JSON.parse(stdout);
    assert.equal(made, right);
    assert.ok(signed.startsWith(`${url}CallSidCA1`), signed);
});

test('signature --check: valid is 0, not valid is 1', async () => {
    assert.equal((await signature(['--url', url, '--check', right])).code, 0);
    assert.equal((await signature(['--url', url, '--check', 'AAAAAAAAAAAAAAAAAAAAAAAAAAA='])).code, 1);
});

const sign = (other, fields = form, by = token) => twilio.getExpectedTwilioSignature(by, other, fields);
const causes = {
    'http for https': [sign(url.replace('https', 'http')), {}, /scheme/],
    'a port': [sign(url.replace('.com', '.com:8443')), {}, /port/],
    'a slash at the end': [sign(url.replace('/desk?', '/desk/?')), {}, /trailing_slash/],
    'a query that was not signed': [sign(url.split('?')[0]), {}, /query_dropped/],
    'a token in capitals': [sign(url, form, token.toUpperCase()), {}, /token_case/],
    'a field that is lost': [right, {input: body.replace('&Digits=', '')}, /blank_fields/],
    'no signature at all': ['', {}, /no_signature/],
    'a signature cut short': [right.slice(0, 20), {}, /malformed_signature/],
    'another token': [sign(url, form, 'f'.repeat(32)), {}, /unknown/],
};
for (const [name, [given, {url: asked = url, input}, cause]] of Object.entries(causes)) {
    test(`signature --check tells the cause: ${name}`, async () => {
        const {code, stdout} = await signature(['--url', asked, '--check', given], {input});
        assert.equal(code, 1, stdout);
        const told = JSON.parse(stdout);
        assert.match(told.cause, cause, stdout);
        assert.ok(told.because && told.do);
        assert.ok(!stdout.includes(token));
    });
}

test('signature knows a body of JSON by its hash', async () => {
    const json = '{"a": 1}';
    const hashed = `${url}&bodySHA256=${(await import('node:crypto')).createHash('sha256').update(json).digest('hex')}`;
    const args = ['--url', hashed, '--content-type', 'application/json', '--check', sign(hashed, {})];
    assert.equal((await signature(args, {input: json})).code, 0);
    const changed = await signature(args, {input: '{"a":1}'});
    assert.equal(changed.code, 1);
    assert.match(JSON.parse(changed.stdout).cause, /body/);
});

test('signature wants a token', async () => {
    for (const as of ['', 'with blank']) {
        const {code, stderr} = await signature(['--url', url], {as});
        assert.equal(code, 3);
        assert.match(stderr, /TWILIO_AUTH_TOKEN/);
    }
});

// [what to change in a sound configuration, exit code, what it says]
const unfit = {
    'an empty auth token': [{tokens: ['']}, 1, /auth.token.*empty/is],
    'an auth token that is not set': [{accounts: `accounts: [{sid: ${accountSid}, auth_tokens: [{env: NOT_SET_ANYWHERE}]}]`}, 1, /NOT_SET_ANYWHERE/],
    'a literal auth token': [{accounts: `accounts:\n  - sid: ${accountSid}\n    auth_tokens:\n      - ${token}`}, 1, /env|file/],
    'no account': [{accounts: ''}, 1, /no account/],
    'no public_url': [{publicUrl: null}, 1, /public_url/],
    'a public_url with a query': [{publicUrl: 'https://ivr.example.com/?a=b'}, 1, /public_url.*query/],
    'a key nobody knows': [{settings: 'treads: 2'}, 1, /threads/],
    'a number out of its range': [{settings: 'threads: -1'}, 1, /threads/],
    'a trusted proxy that is a name': [{settings: 'trusted_proxies: [proxy.example.com]'}, 1, /proxy\.example\.com/],
    'a certificate that is missing': [{certificate: {cert: 'none.pem', key: 'none.pem'}}, 3, /none\.pem/],
    'a folder of flows that is missing': [{flows: 'nowhere'}, 1, /nowhere/],
    'no YAML at all': [{settings: 'log: ['}, 1, /switchboard\.yaml:\d+:\d+/],
    'an address nobody has': [{settings: 'admin: {listen: "nobody"}'}, 1, /admin/],
};
for (const [name, [options, code, says]] of Object.entries(unfit)) {
    test(`serve does not start with ${name}`, async () => {
        const server = await Server.prepare(options);
        const ended = await server.command('serve');
        assert.equal(ended.code, code, ended.stderr);
        assert.match(ended.stderr, says);
        assert.ok(!ended.stderr.includes(token), 'the token is in the message');
        assert.equal(ended.stdout, '');
    });
}

test('serve does not start on a port that is taken', async () => {
    for (const which of ['port', 'adminPort']) {
        const server = await Server.prepare();
        const other = net.createServer().listen(server[which], '127.0.0.1');
        await once(other, 'listening');
        const {code, stderr} = await server.command('serve');
        other.close();
        assert.equal(code, 3, stderr);
        assert.match(stderr, new RegExp(`${server[which]}.*(taken|in use)`, 'i'));
    }
});

test('nor beside another server on the same port', async () => {
    const server = await Server.start();
    const {code, stderr} = await server.command('serve');
    await server.stop();
    assert.equal(code, 3, stderr);
    assert.match(stderr, new RegExp(String(server.port)));
});

test('a configuration that is not there is said to be missing', async () => {
    const {code, stderr} = await switchboard(['serve', '-c', 'nowhere.yaml']);
    assert.ok(code === 1 || code === 3, code);
    assert.match(stderr, /nowhere\.yaml/);
});

test('serve does not start with a flow that has an error, or lacks a setting', async () => {
    const flows = temporaryFolder();
    const file = path.join(flows, 'one.yaml');
    const start = async (text) => {
        fs.writeFileSync(file, text);
        return (await Server.prepare({flows})).command('serve');
    };
    const error = await start('flow: one\nstart: here\nstates:\n  here: [{say: Hello.}, {go: their}]\n');
    assert.equal(error.code, 1);
    assert.match(error.stderr, /one\.yaml:4:\d+/);
    assert.match(error.stderr, /their/);
    const setting = await start('flow: one\nsettings: {desk_phone: phone}\nstart: here\nstates:\n  here: [{dial: {number: "{{ settings.desk_phone }}", otherwise: end}}, hangup]\n  end: [hangup]\n');
    assert.equal(setting.code, 1);
    assert.match(setting.stderr, /desk_phone/);
});

test('a wrong command line is 2', async () => {
    for (const args of [['sing'], ['serve', '--loud'], ['signature'], ['replay']]) assert.equal((await switchboard(args)).code, 2, args.join(' '));
    const help = await switchboard(['--help']);
    assert.equal(help.code, 0);
    for (const name of ['serve', 'check', 'call', 'record', 'replay', 'signature', 'reload', 'health']) assert.match(help.stdout, new RegExp(name));
});
