// Waiting in line, and what goes on when nobody is on the line any more: messages told of later, the end of a call, and
// turns that a process which is gone has left undone.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import {after, test} from 'node:test';
import {Call, Server, accountSid, eventually, temporaryFolder} from './support.mjs';
import {TwilioDouble} from './twilio_double.mjs';

const flow = `
flow: desk
settings: {crm_url: url}
vars: {message: recording, wish: text(10)}
start: main
hung_up: told
states:
  main:
    - menu: {say: "For sales, press 1. To leave a message, press 2.", choices: {1: sales, 2: voicemail}, otherwise: sales}
  sales:
    - set: {wish: sales}
    - enqueue: {queue: sales, wait: hold, max_wait: 10m, on: {timeout: too_long}, otherwise: voicemail}
    - hangup
  hold:
    - say: "You are number {{ queue.position | number }} in line."
    - menu: {say: "To leave a message instead, press 9.", choices: {9: give_up}, tries: 1, otherwise: next}
    - pause: 20s
  give_up: [leave]
  too_long: [{say: We are sorry to have kept you.}, {go: voicemail}]
  voicemail:
    - record: {max_length: 1m, transcribe: true, save: message, on: {empty: next}, later: {stored: kept, transcribed: filed}}
    - say: Thank you.
    - hangup
  kept:
    - http: {get: "{{ settings.crm_url }}/kept/{{ message.duration }}", otherwise: next}
    - sms: {to: "+12025550177", text: A message is kept., otherwise: next}
  filed:
    - http:
        post: "{{ settings.crm_url }}/tickets"
        body: {from: "{{ call.from }}", text: "{{ message.text }}", audio: "{{ message.url }}"}
        otherwise: not_filed
  not_filed:
    - sms: {to: "+12025550177", text: A message could not be filed., otherwise: next}
  told:
    - http: {post: "{{ settings.crm_url }}/ends", body: {wish: "{{ wish | or(\\"none\\") }}"}, otherwise: next}
`;

const twilio = await TwilioDouble.start();
after(() => twilio.stop());

async function desk() {
    twilio.reset();
    for (const end of ['/tickets', '/ends']) twilio.script(end, [{status: 200, body: {}}]);
    const flows = temporaryFolder();
    fs.writeFileSync(path.join(flows, 'desk.yaml'), flow);
    const server = await Server.start({
        flows,
        environment: twilio.environment,
        accounts: `accounts: [{sid: ${accountSid}, auth_tokens: [{env: DESK_TOKEN_0}], phone_number: "+12025550199"}]`,
        settings: [twilio.settings, `store: "sqlite:${path.join(temporaryFolder(), 'desk.db')}"`,
            'outbound: {allow_hosts: [localhost]}', `settings: {desk: {crm_url: "${twilio.url}/crm"}}`].join('\n'),
    });
    server.file_of = (name) => path.join(flows, `${name}.yaml`);
    return server;
}

const asked = (end) => twilio.received.filter(({path: where}) => where.includes(end));
const place = (position, time) => ({QueueSid: 'QU00000000000000000000000000000001', QueuePosition: `${position}`,
    QueueTime: `${time}`, CurrentQueueSize: `${position}`, AvgQueueTime: '60', MaxQueueSize: '1000'});
const left = (time) => ({QueueSid: 'QU00000000000000000000000000000001', QueueResult: 'leave', QueueTime: `${time}`});
const completed = (call) => call.server.webhook('/voice/desk/status', {...call.form, CallStatus: 'completed'});

const recordingSid = 'RE00000000000000000000000000000001';
const recording = {RecordingSid: recordingSid, RecordingUrl: `https://api.twilio.com/2010-04-01/Accounts/${accountSid}/Recordings/${recordingSid}`};
// What Twilio tells of a recording has no caller in it.
const stored = (call) => ({AccountSid: accountSid, CallSid: call.sid, ...recording, RecordingDuration: '7', RecordingStatus: 'completed'});
const transcribed = (call) => ({AccountSid: accountSid, CallSid: call.sid, ...recording, TranscriptionStatus: 'completed',
    TranscriptionText: 'Please call me back & soon.'});

// A caller who left a message: where Twilio tells of it later.
async function leavesMessage(server) {
    const call = await new Call(server, 'desk').arrives();
    await call.keys('2');
    const urls = {stored: call.url('recordingStatusCallback'), transcribed: call.url('transcribeCallback')};
    await call.goes(call.action(), {...recording, RecordingDuration: '7', Digits: '#'});
    assert.match(call.words(), /Thank you/);
    return {call, urls};
}

test('a caller hears their place in line, gives it up, and the enqueue goes on', async () => {
    const server = await desk();
    const call = await new Call(server, 'desk').arrives();
    await call.keys('1');
    assert.match(call.twiml, /<Enqueue [^>]*>sales<\/Enqueue>/);
    const {ends, wait} = {ends: call.action(), wait: call.url('waitUrl')};
    await call.goes(wait, place(2, 0));
    assert.match(call.words(), /You are number 2 in line/);
    const first = call.twiml;
    await call.again();
    assert.equal(call.twiml, first);
    await call.goes(wait, place(1, 40));
    assert.match(call.words(), /You are number 1 in line/);
    await call.keys('9');
    assert.match(call.twiml, /<Response><Leave\s*\/><\/Response>/);
    await call.goes(ends, left(55));
    assert.match(call.twiml, /<Record /);
    await server.stop();
});

test('who has waited as long as the flow allows is let go', async () => {
    const server = await desk();
    const call = await new Call(server, 'desk').arrives();
    await call.keys('1');
    const {ends, wait} = {ends: call.action(), wait: call.url('waitUrl')};
    await call.goes(wait, place(1, 599));
    assert.doesNotMatch(call.twiml, /<Leave/);
    await call.goes(wait, place(1, 600));
    assert.match(call.twiml, /<Leave/);
    await call.goes(ends, left(600));
    assert.match(call.words(), /sorry to have kept you/);
    await server.stop();
});

test('a transcription is filed once, though Twilio tells it again, and behind a restart', async () => {
    const server = await desk();
    const {call, urls} = await leavesMessage(server);
    await server.kill();
    await server.run();
    const twice = await Promise.all([1, 2].map(() => server.webhook(urls.transcribed, transcribed(call))));
    assert.deepEqual(twice.map(({status, body}) => [status, body]), [[204, ''], [204, '']]);
    await eventually('the ticket', () => asked('/tickets').length === 1);
    assert.equal((await server.webhook(urls.transcribed, transcribed(call))).status, 204);
    await server.stop();
    assert.equal(asked('/tickets').length, 1);
    assert.deepEqual(JSON.parse(asked('/tickets')[0].body),
        {from: '+12025550123', text: 'Please call me back & soon.', audio: recording.RecordingUrl});
    assert.equal(twilio.accepted.messages.length, 0);
});

test('hung_up runs once, with the last values, whoever tells of the end and how often', async () => {
    const server = await desk();
    const call = await new Call(server, 'desk').arrives();
    await call.keys('1');
    const ends = call.action();
    await server.stop();
    await server.run();
    await call.goes(ends, {QueueResult: 'hangup', QueueTime: '9', CallStatus: 'completed'});
    assert.match(call.twiml, /<Response\s*\/>/);
    const told = await Promise.all([1, 2, 3].map(() => completed(call)));
    assert.deepEqual(told.map(({status}) => status), [204, 204, 204]);
    await eventually('the end is told', () => asked('/ends').length === 1);
    await completed(call);
    await server.stop();
    assert.deepEqual(asked('/ends').map(({body}) => JSON.parse(body)), [{wish: 'sales'}]);
});

test('the end of a call and its fallback outlive the flow that it began with', async () => {
    const server = await desk();
    const call = await new Call(server, 'desk').arrives();
    fs.rmSync(server.file_of('desk'));
    fs.writeFileSync(server.file_of('other'), flow.replace('flow: desk', 'flow: other'));
    server.write(server.configuration.replace('settings: {desk:', 'settings: {other:'));
    const reloaded = await server.command('reload');
    assert.equal(reloaded.code, 0, reloaded.stdout + reloaded.stderr);
    assert.equal((await server.webhook('/voice/desk', call.form)).status, 404);
    const failed = {ErrorCode: '11205', ErrorUrl: server.publicUrl + call.action().replace(/#.*/, ''), Digits: '1'};
    assert.match((await server.webhook('/voice/desk/fallback', {...call.form, ...failed})).body, /<Enqueue/);
    const notUnderstood = await server.webhook('/voice/desk/fallback', {...call.form, ...failed, ErrorCode: '12100'});
    assert.equal(notUnderstood.status, 200);
    assert.match(notUnderstood.body, /<Say/);
    assert.equal((await completed(call)).status, 204);
    await eventually('the end is told', () => asked('/ends').length === 1);
    const stranger = {...call.form, CallSid: `CA${'9'.repeat(32)}`, CallStatus: 'completed'};
    assert.equal((await server.webhook('/voice/desk/status', stranger)).status, 404);
    await server.stop();
});

test('a call that ends before anything was answered runs hung_up without values, and a leg\'s end runs none', async () => {
    const server = await desk();
    const call = new Call(server, 'desk');
    const leg = {...call.form, CallSid: 'CA0000000000000000000000000000000f', ParentCallSid: call.sid, CallStatus: 'completed'};
    assert.equal((await server.webhook('/voice/desk/status', leg)).status, 204);
    assert.equal((await completed(call)).status, 204);
    await eventually('the end is told', () => asked('/ends').length === 1);
    await server.stop();
    assert.deepEqual(asked('/ends').map(({body}) => JSON.parse(body)), [{wish: 'none'}]);
});

test('turns owed when the server is killed are worked off by the next: what may have happened is not done again', async () => {
    const server = await desk();
    twilio.reset();
    twilio.script('/tickets', [{never: true}]);
    twilio.script('/kept/7', [{never: true}, {status: 200, body: {}}], 'GET');
    const {call, urls} = await leavesMessage(server);
    assert.equal((await server.webhook(urls.stored, stored(call))).status, 204);
    assert.equal((await server.webhook(urls.transcribed, transcribed(call))).status, 204);
    await eventually('both are under way', () => asked('/tickets').length === 1 && asked('/kept').length === 1);
    await server.kill();
    await server.run();
    // The POST has failed, as nobody knows what came of it; the GET is asked once more. What follows them happens now.
    await eventually('both go on', () => twilio.accepted.messages.length === 2, 90000);
    await server.stop();
    assert.deepEqual(twilio.accepted.messages.map(({Body}) => Body).sort(), ['A message could not be filed.', 'A message is kept.']);
    assert.equal(asked('/tickets').length, 1);
    assert.equal(asked('/kept').length, 2);
});
