// The access log, for machines and for people: the same facts, a line a request, and nobody's secrets.
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {Call, Server, eventually, raw, token} from './support.mjs';

const caller = '+12025550147';
const digits = '0420';
const requests = 15;  // of `everything`

// One request of each kind. Resolves to what must not be found in any log.
async function everything(server) {
    const secrets = [token, caller.slice(1), digits];
    const call = await new Call(server, 'desk', {From: caller, CallerName: 'Anna Example'}).arrives();
    await call.keys('1');
    await call.keys(digits);
    const [, sealed] = call.action().split('?s=');
    secrets.push(sealed, 'Anna Example');
    const signature = 'c2lnbmF0dXJlLW9mLW5vYm9keQ==';
    secrets.push(signature);
    assert.equal((await server.webhook('/voice/desk', call.form, {signature})).status, 403);
    assert.equal((await server.request('POST', '/voice/desk')).status, 403);
    assert.equal((await server.webhook('/voice/nobody', call.form)).status, 404);
    assert.equal((await server.webhook('/voice/desk/told/gather?s=unopened-token', call.form)).status, 200);
    secrets.push('unopened-token');
    assert.equal((await server.webhook('/voice/desk/status', {...call.form, CallStatus: 'completed'})).status, 204);
    assert.equal((await server.request('GET', '/audio/none.wav?who=%22quoted%22')).status, 404);
    for (const path of ['/a"b\\c', '/esc\x1b[31m', '/\xe9\xff', '/{"at":"forged"}', `/${'long'.repeat(500)}`])
        assert.match(await raw(server, Buffer.from(`GET ${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`, 'latin1')), /^HTTP\/1\.1 40[03] /);
    assert.match(await raw(server, 'garbage\r\n\r\n'), /^HTTP\/1\.1 400 /);
    return secrets;
}

async function logOf(format) {
    const server = await Server.start({settings: `log: {format: ${format}}`});
    const secrets = await everything(server);
    await eventually('all is written', () => [...server.log.matchAll(/peer"?[:=]/g)].length === requests);
    assert.equal(await server.stop(), 0);
    await eventually('all is read', () => server.log.includes('stopped'));
    for (const secret of secrets) assert.ok(!server.output.includes(secret), `${secret} stands in the log`);
    return {lines: server.log.trimEnd().split('\n'), port: server.port};
}

// What one line of text says: {name: value}.
function fieldsOf(line) {
    const fields = {};
    for (const [, name, quoted, plain] of line.matchAll(/ (\w+)=(?:"((?:[^"\\]|\\.)*)"|(\S*))/g)) fields[name] = quoted ?? plain;
    return fields;
}

// As one line of text shows what a client put into a path.
const escaped = (message) => JSON.stringify(message).slice(1, -1)
    .replace(/[^\x20-\x7e]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);

test('each line of the JSON log is an object that says what the line of text says', async () => {
    const machines = await logOf('json');
    const people = await logOf('text');
    const parsed = machines.lines.map((line) => JSON.parse(line));
    assert.equal(parsed.length, people.lines.length);
    const access = [];
    for (const [i, line] of parsed.entries()) {
        assert.match(line.at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
        assert.ok(['debug', 'info', 'warning', 'error'].includes(line.level), line.level);
        const text = people.lines[i];
        const {at, level, message, status, took_us, bytes, ...fields} = line;
        const start = `${text.split(' ')[0]} ${level} ${escaped(message)}`;
        assert.ok(text.startsWith(start), `${text}\n${start}`);
        const said = fieldsOf(text.slice(start.length));
        assert.deepEqual(Object.keys(fields).sort(), Object.keys(said).sort(), text);
        if (status === undefined) continue;
        access.push(line);
        assert.ok(text.includes(` ${status} `), text);
        assert.ok(Number.isInteger(took_us) && Number.isInteger(bytes));
        for (const same of ['event', 'flow', 'state', 'reason', 'from'])
            assert.equal(fields[same], said[same], same);
    }
    const told = access.find(({message, state}) => /POST \/voice\/desk\/account\/gather/.test(message) && state === 'told');
    assert.deepEqual([told.status, told.flow, told.event, told.peer], [200, 'desk', 'gather', '127.0.0.1']);
    assert.match(told.call, /^CA[0-9a-f]{32}$/);
    assert.match(told.from, /^\+1202555\d*\*+$|^\+?\d*\*{4}$/);
    assert.ok(access.some(({status, reason, level}) => status === 403 && reason === 'bad-signature' && level === 'warning'));
    assert.ok(access.some(({status, reason}) => status === 403 && reason === 'unsigned'));
    assert.ok(access.some(({status, reason}) => status === 400 && reason));
    assert.ok(access.some(({reason}) => reason === 'token-does-not-open'));
});

test('`log.level` leaves out what weighs less', async () => {
    const server = await Server.start({settings: 'log: {level: warning}'});
    await new Call(server, 'desk').arrives();
    assert.equal((await server.request('POST', '/voice/desk')).status, 403);
    await eventually('the refusal is logged', () => /unsigned/.test(server.log));
    await server.stop();
    assert.doesNotMatch(server.log, / info | 200 /);
});
