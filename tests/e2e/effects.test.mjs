// What a call does in the world, and that it does it once: the binary between Twilio's webhooks and a double of its REST
// side, over real HTTPS both ways.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import {after, test} from 'node:test';
import {Call, Server, accountSid, eventually, temporaryFolder} from './support.mjs';
import {TwilioDouble} from './twilio_double.mjs';

const flow = `
flow: desk
settings: {crm_url: url, crm_token: secret text}
vars:
  balance: money(USD)
  code: secret digits(6)
otherwise: trouble
start: main
states:
  main:
    - menu:
        say: For your balance, press 1. For a link, press 2. To prove who you are, press 3. For peace, 4. For a message, 5. For a note by WhatsApp, 6.
        choices: {1: balance, 2: link, 3: prove, 4: peace, 5: message, 6: note}
        otherwise: goodbye
  balance:
    - say: One moment.
    - http:
        get: "{{ settings.crm_url }}/balance"
        headers: {Authorization: "Bearer {{ settings.crm_token }}"}
        save: {balance: /amount}
        timeout: 8s
        on: {denied: trouble, not_found: trouble, slow: slow, failed: trouble}
    - say: "You owe {{ balance | money }}."
    - go: goodbye
  link:
    - sms:
        to: "{{ call.from }}"
        text: "Pay at https://acme.example/pay"
        on: {opted_out: at_peace, refused: refused, failed: trouble, unknown: unknown}
    - say: The link is on its way.
    - go: main
  note:
    - sms:
        to: "{{ call.from }}"
        text: "Pay at https://acme.example/pay"
        via: whatsapp
        on: {opted_out: at_peace, refused: refused, failed: trouble, unknown: unknown}
    - say: The note is on its way.
    - go: main
  prove:
    - verify_start: {to: "{{ call.from }}", on: {refused: trouble, failed: trouble}}
    - gather: {say: Enter the code., save: code, otherwise: goodbye}
    - verify_check:
        code: "{{ code }}"
        on: {wrong: wrong, expired: trouble, too_many: trouble, failed: trouble}
    - say: Thank you, that is right.
    - go: goodbye
  peace: [{opt_out: "{{ call.from }}"}, {say: You get no more texts.}, {go: main}]
  message:
    - record: {max_length: 1m, on: {empty: goodbye}}
    - sms: {to: "+12025550177", text: A message is there., otherwise: next}
    - go: goodbye
  wrong: [{say: That is not the code.}, {go: goodbye}]
  refused: [{say: No text can be sent to this number.}, {go: goodbye}]
  unknown: [{say: The link may be on its way.}, {go: goodbye}]
  at_peace: [{say: You asked for no texts.}, {go: goodbye}]
  slow: [{say: The bank is slow today.}, {go: goodbye}]
  trouble: [{say: That did not work.}, {go: goodbye}]
  goodbye: [{say: Goodbye.}, hangup]
`;

const twilio = await TwilioDouble.start();
after(() => twilio.stop());

function flowsFolder() {
    const folder = temporaryFolder();
    fs.writeFileSync(path.join(folder, 'desk.yaml'), flow);
    return folder;
}

async function desk(more = '') {
    twilio.reset();
    const store = path.join(temporaryFolder(), 'desk.db');
    const flows = flowsFolder();
    const server = await Server.start({
        flows,
        environment: {...twilio.environment, CRM_TOKEN: 'open-sesame'},
        accounts: `accounts: [{sid: ${accountSid}, auth_tokens: [{env: DESK_TOKEN_0}], phone_number: "+12025550199", verify_service: VA00000000000000000000000000000001}]`,
        settings: [twilio.settings, `store: "sqlite:${store}"`, `outbound: {allow_hosts: [localhost]}`,
            `settings: {desk: {crm_url: "${twilio.url}/crm", crm_token: {env: CRM_TOKEN}}}`, more].join('\n'),
    });
    server.flows = flows;
    return server;
}

const amount = (value) => twilio.script('/crm/balance', [{status: 200, body: {amount: value}}], 'GET');

test('a look-up is made with its headers, and what it gives is spoken', async () => {
    const server = await desk();
    amount('12.50');
    const call = await new Call(server, 'desk').arrives();
    await call.keys('1');
    assert.match(call.words(), /One moment\. You owe .*12.*50.*Goodbye/);
    const [asked] = twilio.received;
    assert.equal(asked.headers.authorization, 'Bearer open-sesame');
    assert.equal(asked.headers.traceparent.split('-')[1], call.sid.slice(2).toLowerCase());
    assert.doesNotMatch(server.log, /open-sesame/);
    await server.stop();
});

test('a duplicate webhook reads the result: one request, one text, the same bytes', async () => {
    const server = await desk();
    const call = await new Call(server, 'desk').arrives();
    await call.keys('2');
    const first = call.twiml;
    assert.match(first, /on its way/);
    await call.again();
    assert.equal(call.twiml, first);
    assert.equal(twilio.accepted.messages.length, 1);
    assert.equal(twilio.accepted.messages[0].To, '+12025550123');
    assert.equal(twilio.accepted.messages[0].ValidityPeriod, '300');
    await server.stop();
});

test('what calls do in the world is counted, duplicates apart', async () => {
    const server = await desk('rates: {caller_texts_per_hour: 1}');
    const call = await new Call(server, 'desk').arrives();
    await call.keys('2');
    await call.again();
    await call.keys('2');
    const {body} = await server.admin('/metrics');
    assert.match(body, /^switchboard_effects_total\{kind="sms",outcome="sent"\} 1$/m);
    assert.match(body, /^switchboard_effects_total\{kind="sms",outcome="refused"\} 1$/m);
    assert.match(body, /^switchboard_effect_seconds_count\{kind="sms"\} 2$/m);
    assert.match(body, /^switchboard_text_segments_total 1$/m);
    assert.match(body, /^switchboard_limits_hit_total\{reason="caller-rate"\} 1$/m);
    await server.stop();
});

test('duplicates at once wait for the one that acts', async () => {
    const server = await desk();
    twilio.script('/Messages.json', [{delay: 300}]);
    const call = await new Call(server, 'desk').arrives();
    const form = {...call.form, Digits: '2', FinishedOnKey: ''};
    const target = call.action();
    const answers = await Promise.all([1, 2, 3, 4].map(() => server.webhook(target, form)));
    assert.equal(new Set(answers.map(({body}) => body)).size, 1);
    assert.match(answers[0].body, /on its way/);
    assert.equal(twilio.accepted.messages.length, 1);
    await server.stop();
});

test('a slow look-up keeps the caller on the line beyond patience, and is asked once', async () => {
    const server = await desk('patience: 500ms');
    twilio.script('/crm/balance', [{delay: 1500, status: 200, body: {amount: 7}}], 'GET');
    const call = await new Call(server, 'desk').arrives();
    await call.keys('1');
    assert.match(call.twiml, /One moment\..*<Pause length="1"\/><Redirect>/s);
    for (let i = 0; i < 10 && call.twiml.includes('<Pause'); i += 1) await call.goes(call.redirect());
    assert.match(call.words(), /You owe/);
    assert.equal(twilio.received.length, 1);
    await server.stop();
});

test('after kill -9 the result is still there, and nothing is done twice', async () => {
    const server = await desk();
    const call = await new Call(server, 'desk').arrives();
    await call.keys('2');
    const before = call.twiml;
    await server.kill();
    await server.run();
    await call.again();
    assert.equal(call.twiml, before);
    assert.equal(twilio.accepted.messages.length, 1);
    await server.stop();
});

test('a text whose answer was lost is unknown, and not sent again', async () => {
    const server = await desk();
    twilio.script('/Messages.json', [{reset: 'after'}]);
    const call = await new Call(server, 'desk').arrives();
    await call.keys('2');
    assert.match(call.words(), /may be on its way/);
    await call.again();
    assert.match(call.words(), /may be on its way/);
    assert.equal(twilio.accepted.messages.length, 1);
    await server.stop();
});

test('a code is sent, and what the caller keys is checked against it', async () => {
    const server = await desk();
    const wrong = await new Call(server, 'desk').arrives();
    await wrong.keys('3');
    assert.match(wrong.words(), /Enter the code/);
    await wrong.keys('000000');
    assert.match(wrong.words(), /not the code/);
    const right = await new Call(server, 'desk').arrives();
    await right.keys('3');
    await right.keys(twilio.code);
    assert.match(right.words(), /that is right/);
    assert.doesNotMatch(server.log, new RegExp(twilio.code));
    await server.stop();
});

test('a check whose process was killed is looked up at Twilio: an honest caller is no liar', async () => {
    const server = await desk();
    const call = await new Call(server, 'desk').arrives();
    await call.keys('3');
    twilio.script('/VerificationCheck', [{never: true}]);
    const target = call.action();
    const keyed = {Digits: twilio.code, FinishedOnKey: ''};
    server.webhook(target, {...call.form, ...keyed}).catch(() => {});
    await eventually('the check', () => twilio.received.some(({path: where}) => where.endsWith('/VerificationCheck')));
    await server.kill();
    await server.run();
    await call.goes(target, keyed);
    while (call.twiml.includes('<Pause')) await call.goes(call.redirect());
    assert.match(call.words(), /that is right/);
    assert.equal(twilio.received.filter(({path: where}) => where.endsWith('/VerificationCheck')).length, 1);
    await server.stop();
});

test('whoever asked for peace is texted no more, after a restart too', async () => {
    const server = await desk();
    const call = await new Call(server, 'desk').arrives();
    await call.keys('4');
    assert.match(call.words(), /no more texts/);
    assert.deepEqual(twilio.accepted.consents, [{contact_id: '+12025550123', correlation_id: call.sid.slice(2), sender_id: '+12025550199',
        status: 'opt-out', source: 'others'}]);
    await server.kill();
    await server.run();
    await call.keys('2');
    assert.match(call.words(), /asked for no texts/);
    assert.equal(twilio.accepted.messages.length, 0);
    await server.stop();
});

test('a caller gets as many texts an hour as the operator allows', async () => {
    const server = await desk('rates: {caller_texts_per_hour: 2}');
    const call = await new Call(server, 'desk').arrives();
    for (const answer of [/on its way/, /on its way/, /No text can be sent/]) {
        await call.keys('2');
        assert.match(call.words(), answer);
    }
    assert.equal(twilio.accepted.messages.length, 2);
    await server.stop();
});

test('a number of another country is refused before Twilio is asked', async () => {
    const server = await desk();
    const call = await new Call(server, 'desk', {From: '+18765550123'}).arrives();  // Jamaica
    await call.keys('2');
    assert.match(call.words(), /No text can be sent/);
    assert.equal(twilio.received.length, 0);
    await server.stop();
});

test('a message left by hanging up is told of, and Twilio is not kept waiting for it', async () => {
    const server = await desk();
    twilio.script('/Messages.json', [{delay: 4000}]);
    const call = await new Call(server, 'desk').arrives();
    await call.keys('5');
    const url = `https://api.twilio.com/2010-04-01/Accounts/${accountSid}/Recordings/RE00000000000000000000000000000001`;
    const target = call.action();
    const hungUp = {Digits: 'hangup', CallStatus: 'completed', RecordingDuration: '7', RecordingUrl: url};
    const began = Date.now();
    await call.goes(target, hungUp);
    assert.ok(Date.now() - began < 3500, 'answered before the text was sent');
    assert.match(call.twiml, /<Response\/>/);
    await call.goes(target, hungUp);
    await eventually('the text', () => twilio.accepted.messages.length === 1);
    await server.stop();
    assert.equal(twilio.accepted.messages.length, 1);
    assert.equal(twilio.accepted.messages[0].To, '+12025550177');
});

test('a live call stays on its version of the flow across a restart', async () => {
    const server = await desk();
    const call = await new Call(server, 'desk').arrives();
    const file = path.join(server.flows, 'desk.yaml');
    await server.kill();
    fs.writeFileSync(file, flow.replace('The link is on its way.', 'Look at your telephone.'));
    await server.run();
    await call.keys('2');
    assert.match(call.words(), /The link is on its way/, server.log);
    const fresh = await new Call(server, 'desk', {From: '+12025550124'}).arrives();
    await fresh.keys('2');
    assert.match(fresh.words(), /Look at your telephone/);
    await server.stop();
});

test('with the store away plain menus go on, effects fail, and readiness says why', async () => {
    const server = await desk();
    const call = await new Call(server, 'desk').arrives();
    await server.stop();
    const broken = '/proc/no-place-for-files/desk.db';
    server.write(server.configuration.replace(/store: .*/, `store: "sqlite:${broken}"`));
    await server.run().catch(() => {});
    const other = await new Call(server, 'desk').arrives();
    await other.keys('2');
    assert.match(other.words(), /did not work/);
    const ready = await server.admin('/readyz');
    assert.equal(ready.status, 503);
    assert.match(ready.body, /store/);
    assert.equal(twilio.received.length, 0);
    await server.stop();
});

const message = (Body, more = {}) => ({AccountSid: accountSid, MessageSid: 'SM00000000000000000000000000000001', From: '+12025550123', To: '+12025550199', Body, NumMedia: '0', ...more});

test('STOP by text is peace for the caller on the telephone too, and START ends it', async () => {
    const server = await desk();
    const stop = await server.webhook('/sms', message('Stop'));
    assert.equal(stop.status, 200);
    assert.match(stop.body, /<Response\/>/);
    const call = await new Call(server, 'desk').arrives();
    await call.keys('2');
    assert.match(call.words(), /asked for no texts/);
    await server.webhook('/sms', message('START', {MessageSid: 'SM00000000000000000000000000000002'}));
    const again = await new Call(server, 'desk').arrives();
    await again.keys('2');
    assert.match(again.words(), /on its way/);
    const unsigned = await server.webhook('/sms', message('STOP'), {signature: 'forged'});
    assert.equal(unsigned.status, 403);
    await server.stop();
});

test('a receipt tells what became of a text whose answer was lost', async () => {
    const server = await desk();
    twilio.script('/Messages.json', [{reset: 'after'}]);
    const call = await new Call(server, 'desk').arrives();
    await call.keys('2');
    assert.match(call.words(), /may be on its way/);
    const receipt = twilio.accepted.messages[0].StatusCallback.replace(server.publicUrl, '');
    const told = await server.webhook(receipt, {AccountSid: accountSid, MessageSid: twilio.accepted.messages[0].sid, MessageStatus: 'delivered', To: '+12025550123', From: '+12025550199'});
    assert.equal(told.status, 204);
    await call.again();
    assert.match(call.words(), /The link is on its way/);
    assert.equal(twilio.accepted.messages.length, 1);
    await server.stop();
});

test('by WhatsApp free text goes only to who wrote within a day', async () => {
    const server = await desk();
    const call = await new Call(server, 'desk').arrives();
    await call.keys('6');
    assert.match(call.words(), /No text can be sent/);
    assert.equal(twilio.received.length, 0);
    await server.webhook('/sms', message('Hello', {From: 'whatsapp:+12025550123', To: 'whatsapp:+12025550199'}));
    const later = await new Call(server, 'desk').arrives();
    await later.keys('6');
    assert.match(later.words(), /note is on its way/);
    assert.equal(twilio.accepted.messages[0].From, 'whatsapp:+12025550199');
    await server.stop();
});
