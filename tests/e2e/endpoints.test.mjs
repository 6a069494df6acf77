// What is served without a signature, what is refused, and in which order.
import assert from 'node:assert/strict';
import {createHash} from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import tls from 'node:tls';
import {after, before, test} from 'node:test';
import twilio from 'twilio';
import {Call, Server, here, raw, signedText, temporaryFolder, token} from './support.mjs';

const sound = 'RIFF and then a hundred bytes of sound'.padEnd(100, '.');
const hash = createHash('sha256').update(sound).digest('hex');
let server;

before(async () => {
    const flows = temporaryFolder();
    fs.cpSync(path.join(here, 'flows'), flows, {recursive: true});
    fs.mkdirSync(path.join(flows, 'audio'));
    fs.writeFileSync(path.join(flows, 'audio', 'welcome.wav'), sound);
    fs.writeFileSync(path.join(flows, 'audio', `welcome-${hash.slice(0, 8)}.wav`), sound);
    fs.writeFileSync(path.join(flows, 'audio', 'notes.txt'), 'nothing to hear');
    server = await Server.start({flows, settings: 'limits: {body: 4KB, header: 2KB, request: 1s}'});
    const challenges = path.join(server.folder, '.well-known/acme-challenge');
    fs.mkdirSync(challenges, {recursive: true});
    fs.writeFileSync(path.join(challenges, 'tO-k_En1'), 'tO-k_En1.thumbprint');
});
after(() => server?.stop());

const form = new Call({}, 'desk').form;
const encoded = new URLSearchParams(form).toString();
const sign = (target, fields) => twilio.getExpectedTwilioSignature(token, server.publicUrl + target, fields);
const statuses = (text) => [...text.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) => Number(status));

test('a prompt is served whole to who asks for it, signed or not', async () => {
    for (const target of ['/audio/welcome.wav', '/audio/audio/welcome.wav']) {
        const answer = await server.request('GET', target);
        assert.equal(answer.status, 200);
        assert.equal(answer.body, sound);
        assert.equal(answer.headers['content-type'], 'audio/wav');
        assert.equal(answer.headers['accept-ranges'], 'bytes');
        assert.match(answer.headers.etag, /^"[0-9a-f]+"$/, 'a strong tag');
        assert.doesNotMatch(answer.headers['cache-control'], /immutable/);
        const head = await server.request('HEAD', target);
        assert.equal(head.status, 200);
        assert.equal(head.body, '');
        for (const name of ['etag', 'content-length', 'content-type', 'cache-control'])
            assert.equal(head.headers[name], answer.headers[name], name);
    }
});

test('a prompt named by its content\'s hash never changes, and says so', async () => {
    const answer = await server.request('GET', `/audio/welcome-${hash.slice(0, 8)}.wav`);
    assert.equal(answer.status, 200);
    assert.match(answer.headers['cache-control'], /public.*max-age=31536000.*immutable/);
});

test('a cache that has the prompt is told so, and parts of it can be asked for', async () => {
    const get = (headers, method = 'GET') => server.request(method, '/audio/welcome.wav', headers);
    const {etag} = (await get({})).headers;
    for (const known of [etag, `"other", ${etag}`, '*', `W/${etag}`]) {
        for (const method of ['GET', 'HEAD']) {
            const answer = await get({'if-none-match': known}, method);
            assert.equal(answer.status, 304, known);
            assert.equal(answer.body, '');
            assert.equal(answer.headers.etag, etag);
        }
    }
    assert.equal((await get({'if-none-match': '"other"'})).status, 200);
    const parts = {'bytes=0-3': [0, 4], 'bytes=4-': [4, 100], 'bytes=-5': [95, 100], 'bytes=90-1000': [90, 100], 'bytes=-1000': [0, 100], 'bytes=99-99': [99, 100]};
    for (const [range, [from, to]] of Object.entries(parts)) {
        const answer = await get({range});
        assert.equal(answer.status, 206, range);
        assert.equal(answer.body, sound.slice(from, to), range);
        assert.equal(answer.headers['content-range'], `bytes ${from}-${to - 1}/100`);
        assert.equal(answer.headers['content-length'], String(to - from));
    }
    for (const range of ['bytes=100-', 'bytes=5000-6000', 'bytes=-0']) {
        const answer = await get({range});
        assert.equal(answer.status, 416, range);
        assert.equal(answer.headers['content-range'], 'bytes */100');
    }
    // What is no single range of bytes, or of another version, is the whole.
    for (const headers of [{range: 'bytes=3-1'}, {range: 'lines=1-2'}, {range: 'bytes=a-b'}, {range: 'bytes=0-3', 'if-range': '"other"'}])
        assert.equal((await get(headers)).status, 200, JSON.stringify(headers));
    assert.equal((await get({range: 'bytes=0-3', 'if-range': etag})).status, 206);
});

test('below /audio nothing else can be had', async () => {
    for (const target of ['/audio/', '/audio/none.wav', '/audio/notes.txt', '/audio/desk.yaml', '/audio/../desk.yaml', '/audio/%2e%2e/switchboard.yaml',
        '/audio/..%2f..%2fcert.pem', '/audio//etc/passwd', '/audio/%00', '/audio/welcome.wav%00', '/audio/welcome.wav/', '/audio/audio', '/audio/%',
        `/audio/${'a/'.repeat(200)}x.wav`])
        assert.equal((await server.request('GET', target)).status, 404, target);
    const answer = await server.request('POST', '/audio/welcome.wav');
    assert.equal(answer.status, 405);
    assert.equal(answer.headers.allow, 'GET, HEAD');
});

test('a certificate authority finds what certbot has put below the webroot', async () => {
    const at = '/.well-known/acme-challenge/';
    const answer = await server.request('GET', `${at}tO-k_En1`);
    assert.equal(answer.status, 200);
    assert.equal(answer.body, 'tO-k_En1.thumbprint');
    assert.equal((await server.request('HEAD', `${at}tO-k_En1`)).headers['content-length'], '19');
    for (const name of ['none', '..', '%2e%2e%2fswitchboard.yaml', 'tO%2Dk_En1'])
        assert.equal((await server.request('GET', at + name)).status, 404, name);
    const posted = await server.request('POST', `${at}tO-k_En1`);
    assert.equal(posted.status, 405);
    assert.equal(posted.headers.allow, 'GET, HEAD');
    assert.equal((await server.request('GET', at)).status, 403);
});

test('`acme_webroot` is another folder where the operator has one', async () => {
    const webroot = temporaryFolder();
    fs.mkdirSync(path.join(webroot, '.well-known/acme-challenge'), {recursive: true});
    fs.writeFileSync(path.join(webroot, '.well-known/acme-challenge/abc'), 'abc.def');
    const another = await Server.start({settings: `acme_webroot: "${webroot}"`});
    assert.equal((await another.request('GET', '/.well-known/acme-challenge/abc')).body, 'abc.def');
    await another.stop();
});

// From the first that is looked at to the last; each stands in front of all that follow.
test('what is wrong with the message comes first: 400, 408, 413, 431', async () => {
    const first = async (text, status) => assert.deepEqual(statuses(await raw(server, text)), [status], text.slice(0, 80));
    const head = (target, lines) => `POST ${target} HTTP/1.1\r\nHost: localhost\r\n${lines}\r\n`;
    for (const target of ['/voice/desk', '/audio/welcome.wav', '/nothing']) {
        await first(head(target, 'Content-Length: 5\r\nContent-Length: 50000\r\n'), 400);
        await first(head(target, 'Content-Length: 5\r\n'), 408);
        await first(head(target, 'Content-Length: 50000\r\n'), 413);
        await first(head(target, `X-Large: ${'a'.repeat(4000)}\r\n`), 431);
    }
    await first(signedText(server, '/voice/desk', {...form, SpeechResult: 'a'.repeat(5000)}), 413);
    await first(signedText(server, '/voice/desk', form, {headers: `X-Large: ${'a'.repeat(4000)}\r\n`}), 431);
});

test('then who has not signed gets 403 for every path and method, and nothing about why', async () => {
    const methods = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'PROPFIND'];
    for (const target of ['/', '/voice/desk', '/voice/nobody', '/voice/desk/main/gather?s=x', '/voice/desk/fallback', '/voice/desk/status', '/sms', '/healthz',
        '/metrics', '/api/reload', '/audio', '/.well-known/', '/../audio/welcome.wav', '/%61udio/welcome.wav']) {
        for (const method of methods) {
            for (const headers of [{}, {'x-twilio-signature': 'AAAAAAAAAAAAAAAAAAAAAAAAAAA='}]) {
                const answer = await server.request(method, target, headers);
                assert.equal(answer.status, 403, `${method} ${target}`);
                assert.equal(answer.body, method === 'HEAD' ? '' : 'forbidden\n');
                assert.match(answer.headers['content-type'], /^text\/plain/);
                assert.equal(answer.headers.allow, undefined);
            }
        }
    }
});

test('then, signed, an unknown flow is 404, a wrong method 405, what is no form 415', async () => {
    const signed = (method, target, {type = 'application/x-www-form-urlencoded', body = encoded, fields = form} = {}) =>
        server.request(method, target, {...(type ? {'content-type': type} : {}), 'x-twilio-signature': sign(target, fields)}, body);
    const nothing = {type: '', body: '', fields: {}};
    for (const target of ['/', '/nothing', '/voice/', '/voice/nobody', '/voice/nobody/status', '/voice/nobody/fallback', '/voice/desk/main/juggle?s=x',
        '/voice/desk/', '/voice/desk/main', '/voice/desk/a/b/c', '/Voice/desk', '/voice/d%65sk'])
        assert.equal((await signed('POST', target)).status, 404, target);
    for (const method of ['PUT', 'DELETE', 'PATCH', 'OPTIONS', 'PROPFIND', 'HEAD']) {
        assert.equal((await signed(method, '/voice/nobody', nothing)).status, 404, method);
        for (const target of ['/voice/desk', '/voice/desk/main/gather?s=x', '/voice/desk/status', '/voice/desk/fallback']) {
            const answer = await signed(method, target, nothing);
            assert.equal(answer.status, 405, `${method} ${target}`);
            assert.equal(answer.headers.allow, 'GET, POST');
        }
    }
    // Fields of a form are signed whatever the method.
    for (const method of ['PUT', 'DELETE', 'PATCH']) assert.equal((await signed(method, '/voice/desk')).status, 405, method);
    // A body that is no form is signed by its hash in the query.
    const body = '{"CallSid": "CA1"}';
    const json = (flow) => `/voice/${flow}?bodySHA256=${createHash('sha256').update(body).digest('hex')}`;
    const as = {type: 'application/json', body, fields: {}};
    assert.equal((await signed('POST', json('nobody'), as)).status, 404);
    assert.equal((await signed('PUT', json('desk'), as)).status, 405);
    assert.equal((await signed('POST', json('desk'), as)).status, 415);
    assert.equal((await signed('POST', '/voice/desk', as)).status, 403);
});

test('a form may say its character set, and come without a type when it is empty', async () => {
    const post = (type, fields, body) => server.request('POST', '/voice/desk',
        {...(type ? {'content-type': type} : {}), 'x-twilio-signature': sign('/voice/desk', fields)}, body);
    assert.equal((await post('application/x-www-form-urlencoded; charset=utf-8', form, encoded)).status, 200);
    assert.equal((await post('Application/X-WWW-Form-Urlencoded', form, encoded)).status, 200);
    assert.equal((await post('', {}, '')).status, 200);
});

test('TLS 1.2 and 1.3 are spoken, nothing older, and a client that comes back resumes', async () => {
    const call = (options) => new Promise((resolve, reject) => {
        let session;
        let got = '';
        const socket = tls.connect({host: '127.0.0.1', port: server.port, servername: 'localhost', rejectUnauthorized: false, ...options},
            () => socket.write(signedText(server, '/voice/desk', form)));
        socket.on('session', (ticket) => { session = ticket; });
        socket.on('error', reject);
        socket.on('data', (more) => {
            got += more;
            if (!got.endsWith('</Response>')) return;
            resolve({protocol: socket.getProtocol(), resumed: socket.isSessionReused(), session: session ?? socket.getSession()});
            socket.destroy();
        });
    });
    for (const version of ['TLSv1.2', 'TLSv1.3']) {
        const first = await call({minVersion: version, maxVersion: version});
        assert.equal(first.protocol, version);
        assert.equal(first.resumed, false);
        const again = await call({minVersion: version, maxVersion: version, session: first.session});
        assert.equal(again.resumed, true, version);
    }
    await assert.rejects(call({minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0'}));
});
