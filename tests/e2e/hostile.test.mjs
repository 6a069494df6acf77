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
    'an expectation nobody knows': [head('Expect: tea\r\nContent-Length: 0\r\n'), 417],
    'a body too large that waits to be sent': [head('Expect: 100-continue\r\nContent-Length: 10000000\r\n'), 413],
    'chunks that are many and small': [head('Transfer-Encoding: chunked\r\n') + '1\r\na\r\n'.repeat(70000), 413],
};
for (const [name, [bytes, status]] of Object.entries(refused)) {
    test(`${name}: ${status}`, async () => {
        const text = await raw(server, bytes);
        assert.deepEqual(statuses(text), [status], text.slice(0, 300));
        await goodCall();
    });
}

// What two servers in a row could read in two ways. `hidden` stands where one of them sees another request.
const hidden = 'GET /audio/none.wav HTTP/1.1\r\nHost: a\r\n\r\n';
const inChunks = (body) => head('Transfer-Encoding: chunked\r\n') + body + hidden;
const smuggled = {
    'chunks and a length': head('Transfer-Encoding: chunked\r\nContent-Length: 4\r\n') + `0\r\n\r\n${hidden}`,
    'a length twice, the same': head('Content-Length: 5\r\nContent-Length: 5\r\n') + `abcde${hidden}`,
    'a list of lengths': head('Content-Length: 5, 5\r\n') + `abcde${hidden}`,
    'a negative length': head('Content-Length: -1\r\n') + hidden,
    'a hexadecimal length': head('Content-Length: 0x5\r\n') + `abcde${hidden}`,
    'an empty length': head('Content-Length: \r\n') + hidden,
    'a length with a blank in it': head('Content-Length: 1 0\r\n') + hidden,
    'chunked twice': head('Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n') + `0\r\n\r\n${hidden}`,
    'gzip, chunked': head('Transfer-Encoding: gzip, chunked\r\n') + `0\r\n\r\n${hidden}`,
    'chunked, identity': head('Transfer-Encoding: chunked, identity\r\n') + `0\r\n\r\n${hidden}`,
    'xchunked': head('Transfer-Encoding: xchunked\r\n') + `0\r\n\r\n${hidden}`,
    'chunked with a parameter': head('Transfer-Encoding: chunked;x=1\r\n') + `0\r\n\r\n${hidden}`,
    'chunked behind a vertical tab': head('Transfer-Encoding: \x0bchunked\r\n') + `0\r\n\r\n${hidden}`,
    'chunked, with a blank before the colon': head('Transfer-Encoding : chunked\r\n') + `0\r\n\r\n${hidden}`,
    'chunked in a first line that is folded': `POST /voice/desk HTTP/1.1\r\n Transfer-Encoding: chunked\r\nHost: a\r\n\r\n0\r\n\r\n${hidden}`,
    'chunks in HTTP/1.0': `POST /voice/desk HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${hidden}`,
    'a negative chunk': inChunks('-1\r\n\r\n'),
    'a chunk size as in C': inChunks('0x5\r\nabcde\r\n0\r\n\r\n'),
    'a chunk size with a sign': inChunks('+5\r\nabcde\r\n0\r\n\r\n'),
    'a chunk size behind a blank': inChunks(' 5\r\nabcde\r\n0\r\n\r\n'),
    'a chunk size beyond 64 bits': inChunks('10000000000000005\r\nabcde\r\n0\r\n\r\n'),
    'a chunk size that is empty': inChunks('\r\n\r\n'),
    'a chunk longer than it says': inChunks('5\r\nabcdeXX0\r\n\r\n'),
    'chunks with bare line feeds': inChunks('5\nabcde\n0\n\n'),
    'a bare line feed in a chunk extension': inChunks('5;a\nb\r\nabcde\r\n0\r\n\r\n'),
    'a chunk extension without end': inChunks(`5;${'a'.repeat(20000)}\r\nabcde\r\n0\r\n\r\n`),
    'lines with bare line feeds': 'POST /voice/desk HTTP/1.1\nHost: a\nContent-Length: 0\n\n',
    'a bare line feed between headers': head('X-A: b\nX-B: c\r\nContent-Length: 0\r\n'),
    'a bare carriage return in a value': head('X-A: b\rX-B: c\r\nContent-Length: 0\r\n'),
    'NUL in a value': head('X-A: b\0c\r\nContent-Length: 0\r\n'),
    'NUL in a name': head('X\0A: b\r\nContent-Length: 0\r\n'),
    'NUL in the target': 'GET /voice/de\0sk HTTP/1.1\r\nHost: a\r\n\r\n',
    'NUL in the method': 'GE\0T / HTTP/1.1\r\nHost: a\r\n\r\n',
    'a blank in a name': head('X A: b\r\nContent-Length: 0\r\n'),
    'a name that is empty': head(': b\r\nContent-Length: 0\r\n'),
    'a header without a colon': head('XA\r\nContent-Length: 0\r\n'),
    'a header that a tab folds': head('X-A: b\r\n\tc\r\nContent-Length: 0\r\n'),
    'two hosts': head('Host: b\r\nContent-Length: 0\r\n'),
    'a list of hosts': 'GET / HTTP/1.1\r\nHost: a, b\r\n\r\n',
    'a user before the host': 'GET / HTTP/1.1\r\nHost: a@b\r\n\r\n',
    'a blank in the target': 'GET /a b HTTP/1.1\r\nHost: a\r\n\r\n',
    'two blanks before the target': 'GET  / HTTP/1.1\r\nHost: a\r\n\r\n',
    'tabs for blanks': 'GET\t/\tHTTP/1.1\r\nHost: a\r\n\r\n',
    'HTTP/0.9': 'GET /\r\n\r\n',
    'HTTP/1.2': 'GET / HTTP/1.2\r\nHost: a\r\n\r\n',
    'HTTP/2': 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
};
for (const [name, bytes] of Object.entries(smuggled)) {
    test(`${name}: 400, and nothing behind it is read`, async () => {
        const text = await raw(server, Buffer.from(bytes, 'latin1'));
        assert.deepEqual(statuses(text), [400], text.slice(0, 300));
        await goodCall();
    });
}

// Odd, but only one way to read it: a request like any other, unsigned.
const get = (target) => `GET ${target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`;
const odd = {
    'an absolute target of another host': [get('https://evil.example/voice/desk'), 403],
    'an absolute target without a path': [get('https://evil.example'), 403],
    'an absolute target of a prompt': [get('https://evil.example/audio/none.wav'), 404],
    'CONNECT': ['CONNECT a:443 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n', 403],
    'an asterisk': ['OPTIONS * HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n', 403],
    'a target without a slash': [get('voice/desk'), 403],
    'two slashes': [get('//voice/desk'), 403],
    'a percent sign alone': [get('/voice/%'), 403],
    'a slash in percent': [get('/voice%2fdesk'), 403],
    'dots out of the prompts': [get('/audio/../../etc/passwd'), 404],
    'dots in percent': [get('/audio/%2e%2e/%2e%2e/etc/passwd'), 404],
    'dots in percent twice': [get('/audio/%252e%252e/desk.yaml'), 404],
    'slashes in percent': [get('/audio/..%2f..%2f..%2fetc%2fpasswd'), 404],
    'a root in percent': [get('/audio/%2fetc%2fpasswd'), 404],
    'backslashes': [get('/audio/..\\..\\etc\\passwd'), 404],
    'NUL in percent': [get('/audio/welcome.wav%00.txt'), 404],
    'a prompt with a name too long': [get(`/audio/${'a'.repeat(5000)}.wav`), 404],
    'a signature among the trailers': [head('Transfer-Encoding: chunked\r\nConnection: close\r\n') + '0\r\nX-Twilio-Signature: a\r\n\r\n', 403],
    'two signatures': [head('X-Twilio-Signature: a\r\nX-Twilio-Signature: b\r\nContent-Length: 0\r\nConnection: close\r\n'), 403],
    'an offer of HTTP/2': [head('Upgrade: h2c\r\nConnection: Upgrade, close\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\nContent-Length: 0\r\n'), 403],
    'empty lines in front': [`\r\n\r\n${get('/')}`, 403],
    'three thousand headers': [head(`${'A:\r\n'.repeat(3000)}Content-Length: 0\r\nConnection: close\r\n`), 403],
};
for (const [name, [bytes, status]] of Object.entries(odd)) {
    test(`${name}: ${status}`, async () => {
        const text = await raw(server, Buffer.from(bytes, 'latin1'));
        assert.deepEqual(statuses(text), [status], text.slice(0, 300));
        await goodCall();
    });
}

test('what is sent behind a goodbye is not answered', async () => {
    assert.deepEqual(statuses(await raw(server, get('/') + hidden)), [403]);
    await goodCall();
});

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
