import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';
import {Call, Server} from './support.mjs';

let server;
before(async () => { server = await Server.start(); });
after(() => server?.stop());

test('a call goes from menu to question to a menu that remembers', async () => {
    const call = await new Call(server, 'desk').arrives();
    assert.match(call.words(), /Welcome to the desk\. For your account, press 1/);
    await call.keys('1');
    assert.match(call.words(), /Key your four digits/);
    await call.keys('0420');
    assert.match(call.words(), /told (one|1) times/);
    await call.keys('1');
    assert.match(call.words(), /told (two|2) times/);
});

test('a caller who keys nothing, then nonsense, is asked again and then let go', async () => {
    const call = await new Call(server, 'desk').arrives();
    await call.keysNothing();
    assert.match(call.words(), /I did not hear anything\. For your account/);
    await call.keys('9');
    assert.match(call.words(), /not one of the choices\. For your account/);
    await call.keysNothing();
    assert.match(call.words(), /Goodbye/);
    assert.ok(call.hangsUp());
});

test('TwiML comes as Twilio wants it', async () => {
    const call = await new Call(server, 'desk').arrives();
    assert.equal(call.answer.headers['content-type'], 'text/xml; charset=utf-8');
    assert.equal(call.answer.headers['cache-control'], 'no-store');
});

test('a webhook that is delivered twice is answered with the same bytes', async () => {
    const call = await new Call(server, 'desk').arrives();
    for (const digits of ['1', '0420', '1']) {
        await call.keys(digits);
        const first = call.twiml;
        assert.equal((await call.again()).twiml, first);
    }
});

test('the token of one call opens nothing in another', async () => {
    const mine = await new Call(server, 'desk').arrives();
    await (await mine.keys('1')).keys('0420');
    const other = new Call(server, 'desk');
    other.twiml = mine.twiml;
    await other.keys('1');
    assert.doesNotMatch(other.words(), /told/);
});

test('a tampered or cut token is never a server error', async () => {
    const call = await new Call(server, 'desk').arrives();
    await call.keys('1');
    const target = call.twiml.match(/action="([^"#]*)/)[1].replaceAll('&amp;', '&');
    const [path, sealed] = target.split('?s=');
    for (const bad of [sealed.slice(0, -1), sealed.slice(1), 'AAAA', '', '%00', sealed + 'A', sealed.toUpperCase()]) {
        const answer = await server.webhook(`${path}?s=${bad}`, {...call.form, Digits: '1'});
        assert.equal(answer.status, 200, bad);
        assert.match(answer.body, /<Response>/);
    }
});

test('a flow, a method and a body that do not exist are refused, but only once signed', async () => {
    const form = {CallSid: 'CA00000000000000000000000000000001', AccountSid: 'AC00000000000000000000000000000000'};
    assert.equal((await server.webhook('/voice/nobody', form)).status, 404);
    assert.equal((await server.webhook('/voice/nobody', form, {signature: 'x'})).status, 403);
    assert.equal((await server.webhook('/voice/desk', form, {by: 'another'})).status, 403);
    assert.equal((await server.request('POST', '/voice/desk')).status, 403);
    assert.equal((await server.request('DELETE', '/anything')).status, 403);
});

test('the status callback of a call is answered with nothing', async () => {
    const form = {...new Call(server, 'desk').form, CallStatus: 'completed', CallDuration: '3'};
    const answer = await server.webhook('/voice/desk/status', form);
    assert.equal(answer.status, 204);
    assert.equal(answer.body, '');
});

test('neither token nor full number stands in the log', async () => {
    await new Call(server, 'desk', {From: '+12025550147'}).arrives();
    assert.doesNotMatch(server.output, /12025550147/);
    assert.doesNotMatch(server.output, /0123456789abcdef0123456789abcdef/);
    assert.doesNotMatch(server.output, /\?s=[\w-]{20}/);
});

test('SIGTERM ends it with 0', async () => {
    const another = await Server.start();
    await new Call(another, 'desk').arrives();
    assert.equal(await another.stop(), 0);
});
