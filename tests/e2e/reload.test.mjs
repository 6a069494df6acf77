// Flows, certificate and process change under calls that go on.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import net from 'node:net';
import tls from 'node:tls';
import {once} from 'node:events';
import {test} from 'node:test';
import {Call, Server, eventually, freePort, makeCertificate, raw, signedText, start, switchboard, temporaryFolder, token} from './support.mjs';

const flow = (greeting, more = '') => `flow: line
start: main
otherwise: bye
states:
  main:
    - menu: {say: "${greeting}", choices: {1: more}, otherwise: bye}
  more:
    - menu: {say: "More of ${greeting}", choices: {1: main}, otherwise: bye}
${more}  bye: [hangup]
`;
async function serving(text, options = {}) {
    const flows = temporaryFolder();
    const server = await Server.start({flows, ...(fs.writeFileSync(path.join(flows, 'line.yaml'), text), options)});
    server.change = (next) => fs.writeFileSync(path.join(flows, 'line.yaml'), next);
    return server;
}
const greets = async (server, greeting) => new RegExp(greeting).test((await new Call(server, 'line').arrives()).words());

const ways = {
    'the command': async (server) => server.command('reload'),
    'SIGHUP': async (server) => { server.process.kill('SIGHUP'); },
};
for (const [name, reload] of Object.entries(ways)) {
    test(`after ${name} new calls get the new version, calls in progress stay on theirs`, async () => {
        const server = await serving(flow('Old words.'));
        const old = await new Call(server, 'line').arrives();
        server.change(flow('New words.'));
        await reload(server);
        await eventually('the new version is served', () => greets(server, 'New words'));
        await old.keys('1');
        assert.match(old.words(), /More of Old words/);
        // Twice over: a version is kept for as long as its calls may last, not until the next change.
        server.change(flow('Newest words.'));
        await reload(server);
        await eventually('the newest version is served', () => greets(server, 'Newest words'));
        await old.keys('1');
        assert.match(old.words(), /Old words/);
        await server.stop();
    });

    test(`a faulty flow is refused by ${name}, and the old one goes on`, async () => {
        const server = await serving(flow('Old words.'));
        const old = await new Call(server, 'line').arrives();
        server.change(flow('New words.', '  lost: [{go: nowhere}]\n'));
        const done = await reload(server);
        if (done) {
            assert.equal(done.code, 1, done.stderr);
            assert.match(done.stdout, /line\.yaml:9:\d+.*error/);
            assert.match(done.stdout, /refused/);
        } else {
            await eventually('it is logged', () => /reload refused/.test(server.output));
            assert.match(server.output, /line\.yaml:9/);
        }
        assert.ok(await greets(server, 'Old words'));
        await old.keys('1');
        assert.match(old.words(), /More of Old words/);
        assert.match((await server.admin('/metrics')).body, /switchboard_reloads_total\{outcome="refused"\} 1/);
        server.change(flow('New words.'));
        await reload(server);
        await eventually('the mended one is served', () => greets(server, 'New words'));
        await server.stop();
    });
}

test('a faulty configuration is refused, the old one goes on', async () => {
    const server = await serving(flow('Old words.'));
    for (const wrong of [server.configuration.replace('public_url', 'publik_url'), server.configuration.replace(/auth_tokens: .*/, 'auth_tokens: [{env: NOT_SET}]}]'),
        server.configuration.replace('cert.pem', 'none.pem')]) {
        fs.writeFileSync(server.file, wrong);
        const token = fs.readFileSync(path.join(server.folder, 'admin.token'), 'utf8').trim();
        const answer = await server.admin('/api/reload', {method: 'POST', headers: {authorization: `Bearer ${token}`}});
        assert.equal(answer.status, 409, wrong);
        assert.ok(JSON.parse(answer.body).findings.length > 0);
        assert.ok(await greets(server, 'Old words'));
    }
    fs.writeFileSync(server.file, server.configuration);
    assert.equal((await server.command('reload')).code, 0);
    await server.stop();
});

test('a flow that is removed is finished by its calls', async () => {
    const flows = temporaryFolder();
    fs.writeFileSync(path.join(flows, 'line.yaml'), flow('Old words.'));
    fs.writeFileSync(path.join(flows, 'other.yaml'), flow('Other words.').replace('flow: line', 'flow: other'));
    const server = await Server.start({flows});
    const old = await new Call(server, 'line').arrives();
    fs.rmSync(path.join(flows, 'line.yaml'));
    assert.equal((await server.command('reload')).code, 0);
    await old.keys('1');
    assert.match(old.words(), /More of Old words/);
    await assert.rejects(new Call(server, 'line').arrives(), /404/);
    await server.stop();
});

test('reload without a server, or without its token, is 3', async () => {
    const server = await Server.prepare();
    fs.writeFileSync(path.join(server.folder, 'admin.token'), 'f'.repeat(48));
    const nobody = await server.command('reload');
    assert.equal(nobody.code, 3);
    assert.match(nobody.stderr, new RegExp(String(server.adminPort)));
    await server.run();
    const file = path.join(temporaryFolder(), 'token');
    fs.writeFileSync(file, 'another');
    const stranger = await switchboard(['reload', '--admin', `http://127.0.0.1:${server.adminPort}`, '--token-file', file]);
    assert.equal(stranger.code, 3);
    assert.match(stranger.stderr, /token/);
    assert.equal((await server.command('health')).code, 0);
    await server.stop();
});

test('serve --dev keeps its account over a reload, and --watch reloads by itself', async () => {
    const folder = temporaryFolder();
    const flows = path.join(folder, 'flows');
    fs.mkdirSync(flows);
    fs.writeFileSync(path.join(flows, 'line.yaml'), flow('Old words.'));
    const [port, adminPort] = [await freePort(), await freePort()];
    const child = start(['serve', '--dev', '--watch', '--listen', `127.0.0.1:${port}`, '--admin-listen', `127.0.0.1:${adminPort}`],
        {cwd: folder});
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => { said += text; });
    const ended = once(child, 'exit');
    await eventually('serving', () => /serving/.test(said));
    const secret = path.join(folder, '.switchboard/auth_token');
    assert.equal(fs.statSync(secret).mode & 0o777, 0o600);
    const tape = path.join(folder, 'tape.jsonl');
    fs.writeFileSync(tape, `${JSON.stringify({request: {method: 'POST', target: '/voice/line', form: [['CallSid', `CA${'1'.repeat(32)}`], ['From', '+12025550123'], ['CallStatus', 'ringing']]}})}\n`);
    const heard = async () => (await switchboard(['replay', tape, '--to', `https://localhost:${port}`],
        {environment: {TWILIO_AUTH_TOKEN: fs.readFileSync(secret, 'utf8').trim()}})).stdout;
    assert.match(await heard(), /Old words/);
    fs.writeFileSync(path.join(flows, 'line.yaml'), flow('New and other words.'));
    await eventually('the change is served', async () => /New and other words/.test(await heard()));
    child.kill('SIGTERM');
    assert.deepEqual(await ended, [0, null]);
});

const serves = (server) => new Promise((resolve, reject) => {
    const socket = tls.connect({host: '127.0.0.1', port: server.port, servername: 'localhost', rejectUnauthorized: false}, () => {
        resolve(socket.getPeerCertificate().fingerprint256);
        socket.destroy();
    }).on('error', reject);
});

test('a certificate is replaced under connections that stay open', async () => {
    const folder = temporaryFolder();
    const files = makeCertificate(folder);
    const server = await Server.start({certificate: files});
    const before = await serves(server);
    const open = tls.connect({host: '127.0.0.1', port: server.port, servername: 'localhost', rejectUnauthorized: false});
    await once(open, 'secureConnect');
    fs.writeFileSync(files.cert, 'no certificate');
    await eventually('the broken one is refused', () => /certificate refused/.test(server.output));
    assert.equal(await serves(server), before);
    makeCertificate(folder);
    await eventually('the new one is served', async () => await serves(server) !== before);
    let answer = '';
    open.on('data', (text) => { answer += text; });
    open.write(signedText(server, '/voice/desk', new Call(server, 'desk').form));
    await eventually('the old connection answers', () => answer.endsWith('</Response>'));
    open.destroy();
    assert.equal(await server.stop(), 0);
});

test('a reload takes the certificate that the configuration names now', async () => {
    const server = await Server.start();
    const before = await serves(server);
    const {cert, key} = makeCertificate(temporaryFolder());
    server.write(server.configuration.replace(/^tls: .*/m, `tls: {certificate: "${cert}", key: "${key}"}`));
    assert.equal((await server.command('reload')).code, 0);
    assert.notEqual(await serves(server), before);
    await server.stop();
});

test('a reload takes `limits` for what begins from then on, also on connections that are open', async () => {
    const server = await Server.start({settings: 'limits: {body: 64KB, idle: 60s}'});
    const large = () => server.webhook('/voice/desk', {...new Call(server, 'desk').form, SpeechResult: 'a'.repeat(3000)});
    assert.equal((await large()).status, 200);
    server.write(server.configuration.replace(/^limits: .*/m, 'limits: {body: 2KB, header: 1KB, idle: 1s, request: 300ms}'));
    assert.equal((await server.command('reload')).code, 0);
    await eventually('the smaller body counts', async () => (await large()).status === 413);
    const statusOf = async (text) => (await raw(server, text)).match(/^HTTP\/1\.1 (\d+)/)?.[1];
    assert.equal(await statusOf(signedText(server, '/voice/desk', new Call(server, 'desk').form, {headers: `X-A: ${'a'.repeat(1500)}\r\n`})), '431');
    assert.equal(await statusOf('POST /voice/desk HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n'), '408');
    assert.equal(await raw(server, ''), '', 'an idle connection is closed');
    // And back: what has been refused before is taken again.
    server.write(server.configuration.replace(/^limits: .*/m, ''));
    assert.equal((await server.command('reload')).code, 0);
    await eventually('the larger body counts', async () => (await large()).status === 200);
    await server.stop();
});

test('a reload takes the limit of connections: who is beyond it is told 503 and counted', async () => {
    const server = await Server.start({settings: 'threads: 1'});
    const slow = await halfSent(server);
    server.agent.destroy();
    await eventually('only the slow one is left', async () => /^switchboard_connections 1$/m.test((await server.admin('/metrics')).body));
    server.write(`${server.configuration}limits: {connections: 1}\n`);
    assert.equal((await server.command('reload')).code, 0);
    const refused = await raw(server, signedText(server, '/voice/desk', new Call(server, 'desk').form));
    assert.match(refused, /^HTTP\/1\.1 503 .*\r\nRetry-After: 1\r\n/s);
    await eventually('it is counted', async () => /refusals_total\{reason="too many connections"\} 1\n/.test((await server.admin('/metrics')).body));
    slow.finish();
    await eventually('the one that was let in is answered', () => /<\/Response>$/.test(slow.got()));
    await server.stop();
});

test('a reload takes `log` at once, format and level', async () => {
    const server = await Server.start({settings: 'log: {format: text, level: info}'});
    await new Call(server, 'desk').arrives();
    await eventually('a line of text', () => /^20\S+ info POST \/voice\/desk 200 /m.test(server.log));
    server.write(server.configuration.replace(/^log: .*/m, 'log: {format: json, level: warning}'));
    server.process.kill('SIGHUP');
    assert.equal((await server.command('reload')).code, 0);  // behind the other one
    const before = server.log.length;
    await new Call(server, 'desk').arrives();
    assert.equal((await server.request('POST', '/voice/desk')).status, 403);
    await eventually('a line of JSON', () => /unsigned/.test(server.log.slice(before)));
    const lines = server.log.slice(before).trimEnd().split('\n').map((line) => JSON.parse(line));
    assert.deepEqual(lines.map(({level, status}) => [level, status]), [['warning', 403]]);
    await server.stop();
});

test('a reload switches TLS off and on, and says what needs a restart', async () => {
    const server = await Server.start({publicUrl: 'https://ivr.example.com'});
    const [line] = server.configuration.match(/^tls: .*/m);
    const hello = () => raw(server, 'GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n', {tls: false});
    assert.match(await hello(), /^HTTP\/1\.1 400 /);
    server.write(server.configuration.replace(/^tls: .*/m, 'tls: off\nthreads: 7'));
    assert.equal((await server.command('reload')).code, 0);
    assert.match(await hello(), /^HTTP\/1\.1 403 /);
    await eventually('it is said', () => /a changed setting needs a restart.*threads/.test(server.log));
    server.write(server.configuration.replace('tls: off\nthreads: 7', line));
    assert.equal((await server.command('reload')).code, 0);
    await serves(server);
    await server.stop();
});

test('a server that began without TLS takes a certificate by reload', async () => {
    const server = await Server.prepare({publicUrl: 'https://ivr.example.com'});
    const whole = server.configuration;
    server.write(whole.replace(/^tls: .*/m, 'tls: off'));
    await server.run();
    await assert.rejects(serves(server));
    server.write(whole);
    assert.equal((await server.command('reload')).code, 0);
    await serves(server);
    await server.stop();
});

test('a reload takes public_url, accounts and what flows are given', async () => {
    const flows = temporaryFolder();
    fs.writeFileSync(path.join(flows, 'line.yaml'), 'flow: line\nsettings: {shop: text}\nstart: main\nstates:\n  main: [{say: "{{ settings.shop }}"}, hangup]\n');
    const another = 'fedcba9876543210fedcba9876543210';
    const server = await Server.start({flows, settings: 'settings: {all: {shop: Roses}}', tokens: [token, another]});
    server.write(server.configuration.replace('{env: DESK_TOKEN_0}, {env: DESK_TOKEN_1}', '{env: DESK_TOKEN_0}'));
    assert.equal((await server.command('reload')).code, 0);
    assert.equal((await server.webhook('/voice/line', new Call(server, 'line').form, {by: another})).status, 403);
    assert.match((await new Call(server, 'line').arrives()).words(), /Roses/);
    server.write(server.configuration.replace('DESK_TOKEN_0', 'DESK_TOKEN_1').replace('Roses', 'Tulips')
        .replace(/^public_url: .*/m, 'public_url: https://ivr.example.com'));
    assert.equal((await server.command('reload')).code, 0);
    server.publicUrl = 'https://ivr.example.com';
    assert.equal((await server.webhook('/voice/line', new Call(server, 'line').form)).status, 403);
    const answer = await server.webhook('/voice/line', new Call(server, 'line').form, {by: another});
    assert.match(answer.body, /Tulips/);
    await server.stop();
});

test('--watch takes a changed configuration by itself', async () => {
    const server = await Server.prepare();
    await server.run('--watch');
    server.write(`${server.configuration}log: {level: error}\nlimits: {body: 1KB}\n`);
    await eventually('the new limit counts', async () =>
        (await server.webhook('/voice/desk', {...new Call(server, 'desk').form, SpeechResult: 'a'.repeat(1000)})).status === 413);
    await server.stop();
});

test('reload and health need none of the secrets that serving needs', async () => {
    const server = await Server.start();
    for (const command of ['reload', 'health']) {
        const {code, stderr} = await switchboard([command, '-c', server.file]);
        assert.equal(code, 0, stderr);
    }
    await server.stop();
});

// A request whose head is there and whose body is not.
async function halfSent(server) {
    const whole = signedText(server, '/voice/desk', new Call(server, 'desk').form);
    const socket = tls.connect({host: '127.0.0.1', port: server.port, servername: 'localhost', rejectUnauthorized: false});
    await once(socket, 'secureConnect');
    let answer = '';
    socket.on('data', (text) => { answer += text; }).on('error', () => {});
    const closed = once(socket, 'close');
    socket.write(whole.slice(0, -20));
    await new Call(server, 'desk').arrives();  // by now it has been read
    return {finish: () => socket.write(whole.slice(-20)), answer: async () => { await closed; return answer; }, got: () => answer, closed};
}

test('SIGTERM lets a slow request finish, and ends with 0', async () => {
    const server = await Server.start();
    const slow = await halfSent(server);
    server.process.kill('SIGTERM');
    await eventually('not ready any more', async () => (await server.admin('/readyz')).status === 503);
    assert.match((await server.admin('/readyz')).body, /draining/);
    server.agent.destroy();
    assert.equal(await raw(server, 'GET / HTTP/1.1\r\nHost: a\r\n\r\n'), '', 'still accepting');
    slow.finish();
    const answer = await slow.answer();
    assert.match(answer, /^HTTP\/1\.1 200 /);
    assert.match(answer, /Connection: close/i);
    assert.match(answer, /<\/Response>$/);
    assert.deepEqual(await server.ended, [0, null]);
});

test('who has only opened a connection keeps nobody from ending', async () => {
    const server = await Server.start({settings: 'drain: 60s'});
    const probe = net.connect(server.port, '127.0.0.1').on('error', () => {});
    await once(probe, 'connect');
    await eventually('it is accepted', async () => /^switchboard_connections\S* 1$/m.test((await server.admin('/metrics')).body));
    const closed = once(probe, 'close');
    const began = Date.now();
    assert.equal(await server.stop(), 0);
    assert.ok(Date.now() - began < 5000, `${Date.now() - began} ms`);
    await closed;
});

test('a second SIGTERM ends it at once', async () => {
    const server = await Server.start({settings: 'drain: 60s\nlimits: {request: 60s}'});
    const slow = await halfSent(server);
    server.process.kill('SIGTERM');
    await eventually('draining', () => /draining/.test(server.output));
    assert.equal(server.process.exitCode, null);
    server.process.kill('SIGTERM');
    const [code] = await server.ended;
    assert.equal(code, 0);
    await slow.closed;
    server.agent.destroy();
});

test('what does not finish within `drain` is cut', async () => {
    const server = await Server.start({settings: 'drain: 300ms\nlimits: {request: 60s}'});
    const slow = await halfSent(server);
    assert.equal(await server.stop(), 0);
    assert.match(server.output, /cut/);
    await slow.closed;
});

test('what the operator lets no flow reach is told at start and at a reload, and all is served', async () => {
    const dials = (number) => flow('Words.', `  far: [{dial: {number: "${number}", otherwise: bye}}, hangup]\n`).replace('choices: {1: main}', 'choices: {1: far}');
    const server = await serving(dials('+442079460100'), {settings: 'outbound: {dial_prefixes: ["+1"]}'});
    assert.match(server.log, /warning SB805: .* may not be dialled/);
    assert.ok(await greets(server, 'Words'));
    server.change(dials('+12025550100'));
    assert.doesNotMatch((await server.command('reload')).stdout, /SB805/);
    server.change(dials('+12025550100').replace('Words.', 'More words.').replace('+1202', '+4420'));
    const {code, stdout} = await server.command('reload');
    assert.equal(code, 0);
    assert.match(stdout, /warning SB805: .* may not be dialled/);
    assert.ok(await greets(server, 'More words'));
    await server.stop();
});

test('the limits of the house are the operator\u2019s: what serve says of a flow follows them', async () => {
    const server = await serving(flow('Words.'), {settings: 'check: {person_within: 2, repeat_for_ever: warning}'});
    assert.match(server.log, /warning SB307: /);
    assert.match(server.log, /warning SB306: /);
    await server.stop();
});
