// Clients that mean harm or know no better. After each of them a good call is answered at once, and at the end
// descriptors, threads and memory are back where they were.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import {after, before, test} from 'node:test';
import {Call, Server, eventually, raw, signedText} from './support.mjs';

let server;
let calm;
const at = (name) => `/proc/${server.process.pid}/${name}`;
const now = () => ({
    descriptors: fs.readdirSync(at('fd')).length,
    threads: fs.readdirSync(at('task')).length,
    kilobytes: Number(fs.readFileSync(at('status'), 'utf8').match(/VmRSS:\s*(\d+)/)[1]),
});
const goodCall = async () => {
    const call = await new Call(server, 'desk').arrives();
    assert.match(call.words(), /Welcome to the desk/);
};

before(async () => {
    server = await Server.start({settings: 'limits: {request: 1s, idle: 2s}'});
    for (let i = 0; i < 50; ++i) await goodCall();
    server.agent.destroy();
    await eventually('quiet', () => { calm = now(); return true; });
});
after(() => server?.stop());

const form = new Call({port: 0}, 'desk').form;
const good = (options) => signedText(server, '/voice/desk', form, options);
const statuses = (text) => [...text.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) => Number(status));
const head = (lines) => `POST /voice/desk HTTP/1.1\r\nHost: localhost\r\n${lines}\r\n`;
const chunked = (body) => `Transfer-Encoding: chunked\r\n\r\n${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`;

const refused = {
    'garbage': ['\x00\x01\x02\x03 garbage\r\n\r\n', 400],
    'a request line without a target': ['GET\r\n\r\n', 400],
    'another version': ['GET / HTTP/9.9\r\nHost: a\r\n\r\n', 400],
    'no host': ['POST /voice/desk HTTP/1.1\r\nContent-Length: 0\r\n\r\n', 400],
    'a blank before a colon': [head('Content-Length : 0\r\n'), 400],
    'a header line that is folded': [head('X-A: b\r\n c\r\nContent-Length: 0\r\n'), 400],
    'a length and chunks at once': [head('Content-Length: 5\r\nTransfer-Encoding: chunked\r\n') + '0\r\n\r\n', 400],
    'two lengths that differ': [head('Content-Length: 5\r\nContent-Length: 6\r\n') + 'abcdef', 400],
    'a length with a sign': [head('Content-Length: +5\r\n') + 'abcde', 400],
    'a length beyond all numbers': [head('Content-Length: 99999999999999999999999\r\n'), 400],
    'a chunk size that is no number': [head('Transfer-Encoding: chunked\r\n') + 'xyz\r\n', 400],
    'an encoding nobody knows': [head('Transfer-Encoding: gzip\r\n'), 400],
    'a body that is announced too large': [head('Content-Length: 10000000\r\n'), 413],
    'a chunk too large': [head('Transfer-Encoding: chunked\r\n') + 'fffff\r\n', 413],
    'a header too large': [head(`X-Large: ${'a'.repeat(100000)}\r\n`), 431],
    'headers too many': [head('X-Many: a\r\n'.repeat(10000)), 431],
    'a target too long': [`GET /${'a'.repeat(100000)} HTTP/1.1\r\nHost: a\r\n\r\n`, 431],
};
for (const [name, [bytes, status]] of Object.entries(refused)) {
    test(`${name}: ${status}`, async () => {
        const text = await raw(server, bytes);
        assert.deepEqual(statuses(text), [status], text.slice(0, 300));
        await goodCall();
    });
}

test('a head that never ends: 408', async () => {
    assert.deepEqual(statuses(await raw(server, 'POST /voice/desk HTTP/1.1\r\nHost: l')), [408]);
    await goodCall();
});

test('a body that comes a byte at a time, too slowly: 408', async () => {
    const drip = Array.from({length: 12}, () => ['a', 200]).flat();
    assert.deepEqual(statuses(await raw(server, [head('Content-Length: 5000\r\n'), ...drip])), [408]);
    await goodCall();
});

test('a connection that says nothing is closed', async () => {
    assert.equal(await raw(server, ''), '');
    await goodCall();
});

test('plain HTTP on the TLS port gets no TwiML', async () => {
    assert.doesNotMatch(await raw(server, head('Content-Length: 0\r\n'), {tls: false}), /Response/);
    await goodCall();
});

test('a connection that is not even TLS and then silent is closed', async () => {
    assert.doesNotMatch(await raw(server, '\x16\x03\x01', {tls: false}), /<timeout>/);
    await goodCall();
});

test('requests in a pipeline are answered in order', async () => {
    const bad = 'GET /nothing HTTP/1.1\r\nHost: localhost\r\n\r\n';
    const text = await raw(server, good() + bad + good(), {enough: (got) => statuses(got).length === 3 && got.endsWith('</Response>')});
    assert.deepEqual(statuses(text), [200, 403, 200]);
});

test('a body in chunks is as good as one of a known length', async () => {
    const text = await raw(server, good({encode: chunked}), {enough: (got) => got.endsWith('</Response>')});
    assert.deepEqual(statuses(text), [200]);
});

test('who expects 100-continue gets it', async () => {
    const [first, ...rest] = good({headers: 'Expect: 100-continue\r\n'}).split('\r\n\r\n');
    const text = await raw(server, [`${first}\r\n\r\n`, 100, rest.join('\r\n\r\n')], {enough: (got) => got.endsWith('</Response>')});
    assert.deepEqual(statuses(text), [100, 200]);
});

test('a peer that closes its half still gets its answer', async () => {
    const text = await raw(server, good(), {end: true, enough: (got) => got.endsWith('</Response>')});
    assert.deepEqual(statuses(text), [200]);
});

test('a good webhook in small pieces is answered', async () => {
    const whole = good();
    const pieces = [];
    for (let i = 0; i < whole.length; i += 50) pieces.push(whole.slice(i, i + 50), 5);
    assert.deepEqual(statuses(await raw(server, pieces, {enough: (got) => got.endsWith('</Response>')})), [200]);
});

test('afterwards descriptors, threads and memory are back', async () => {
    await goodCall();
    server.agent.destroy();
    await eventually(`calm like ${JSON.stringify(calm)}`, () => {
        const {descriptors, threads} = now();
        return descriptors <= calm.descriptors && threads <= calm.threads;
    });
    // A sanitizer keeps freed memory for a while, to catch its use.
    if (process.env.SANITIZED) return;
    assert.ok(now().kilobytes < calm.kilobytes + 8192, `${calm.kilobytes} KB, then ${now().kilobytes} KB`);
});
