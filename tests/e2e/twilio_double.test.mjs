// The double itself: what other tests build on.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import {test} from 'node:test';
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import https from 'node:https';
import twilio from 'twilio';
import {accountSid} from './support.mjs';
import {TwilioDouble} from './twilio_double.mjs';

const service = 'VA00000000000000000000000000000000';

function ask(url, ca, method, target, fields = {}, headers = {}) {
    return new Promise((resolve, reject) => {
        const form = new URLSearchParams(fields).toString();
        const sent = https.request(url + target, {method, ca, agent: false, headers: {'content-type': 'application/x-www-form-urlencoded', 'content-length': form.length, ...headers}}, (response) => {
            let text = '';
            response.on('data', (more) => { text += more; });
            response.on('end', () => resolve({status: response.statusCode, headers: response.headers, body: text}));
            response.on('error', reject);
        });
        sent.on('error', reject);
        sent.end(form);
    });
}

async function withDouble(play) {
    const double = await TwilioDouble.start();
    const ca = fs.readFileSync(double.certificate);
    try {
        await play(double, (...what) => ask(double.url, ca, ...what));
    } finally {
        await double.stop();
    }
}

const messages = `/2010-04-01/Accounts/${accountSid}/Messages.json`;
const text = {To: '+12025550123', From: '+12025550100', Body: 'hello'};

test("Twilio's own library takes it for Twilio", () => withDouble(async (double) => {
    const requests = [];
    const client = twilio(accountSid, 'secret', {httpClient: {request: async ({method, uri, data, username, password}) => {
        const target = new URL(uri).pathname;
        requests.push(target);
        const answer = await ask(double.url, fs.readFileSync(double.certificate), method.toUpperCase(), target, data,
            {authorization: 'Basic ' + Buffer.from(`${username}:${password}`).toString('base64')});
        return {statusCode: answer.status, body: answer.body};
    }}});
    const message = await client.messages.create({to: text.To, from: text.From, body: text.Body});
    assert.match(message.sid, /^SM[0-9a-f]{32}$/);
    assert.equal(message.numSegments, '1');
    const call = await client.calls.create({to: text.To, from: text.From, url: 'https://ivr.example/voice/main'});
    assert.equal(call.sid, double.accepted.calls[0].sid);
    const started = await client.verify.v2.services(service).verifications.create({to: text.To, channel: 'sms'});
    assert.equal(started.status, 'pending');
    const checks = client.verify.v2.services(service).verificationChecks;
    assert.equal((await checks.create({verificationSid: started.sid, code: '000000'})).status, 'pending');
    assert.equal((await checks.create({verificationSid: started.sid, code: double.code})).status, 'approved');
    await assert.rejects(checks.create({verificationSid: started.sid, code: double.code}), {code: 20404});
    assert.deepEqual(double.received.map(({path}) => path), requests);
    assert.equal(double.received[0].user, accountSid);
}));

test('answers of a script are given once each, in order, and count as Twilio would count them', () => withDouble(async (double, send) => {
    double.script('/Messages.json', [
        {status: 429, body: {code: 20429}, headers: {'retry-after': '2'}}, {status: 500, accepts: true}, {reset: 'before'}, {reset: 'after'}, {cut: 10}, {delay: 1}]);
    const limited = await send('POST', messages, text);
    assert.deepEqual([limited.status, limited.headers['retry-after'], double.accepted.messages.length], [429, '2', 0]);
    assert.deepEqual([(await send('POST', messages, text)).status, double.accepted.messages.length], [500, 1]);
    await assert.rejects(send('POST', messages, text));
    assert.equal(double.accepted.messages.length, 1);
    await assert.rejects(send('POST', messages, text));
    assert.equal(double.accepted.messages.length, 2);
    await assert.rejects(send('POST', messages, text));
    assert.equal(double.accepted.messages.length, 3);
    for (const count of [4, 5]) {
        assert.equal((await send('POST', messages, text)).status, 201);
        assert.equal(double.accepted.messages.length, count);
    }
    assert.deepEqual(double.received.map(({form}) => form.Body), Array(7).fill('hello'));
}));

test('connections can be refused before a byte, and one that was never answered is closed by the end', () => withDouble(async (double, send) => {
    double.refuseConnections(1);
    await assert.rejects(send('POST', messages, text), {code: 'ECONNRESET'});
    assert.equal(double.received.length, 0);
    double.script('/Messages.json', [{never: true}]);
    const lost = assert.rejects(send('POST', messages, text));
    while (double.accepted.messages.length === 0) await new Promise(setImmediate);
    double.dropConnections();
    await lost;
}));

test('as a process it is told over HTTPS what to do', async () => {
    const child = spawn(process.execPath, [new URL('twilio_double.mjs', import.meta.url).pathname], {stdio: ['ignore', 'pipe', 'inherit']});
    try {
        const [line] = await once(child.stdout, 'data');
        const {url, certificate} = JSON.parse(line);
        const send = (...what) => ask(url, fs.readFileSync(certificate), ...what);
        const order = (name, body) => new Promise((resolve, reject) => {
            https.request(`${url}/double/${name}`, {method: 'POST', ca: fs.readFileSync(certificate), agent: false}, (response) => response.resume().on('end', resolve))
                .on('error', reject).end(JSON.stringify(body));
        });
        await order('script', {path: '/Messages.json', answers: [{status: 400, body: {code: 21610}}]});
        assert.equal((await send('POST', messages, text)).status, 400);
        assert.equal((await send('POST', messages, text)).status, 201);
        const {messages: sent} = JSON.parse((await send('GET', '/double/accepted')).body);
        assert.deepEqual(sent.map(({Body}) => Body), ['hello']);
    } finally {
        child.kill();
        await once(child, 'exit');
    }
});
