// Calls that the server places: once, again where nobody was there, and with the values of then. The binary between a
// double of Twilio's REST side and the webhooks of the calls that it was asked for.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import {after, test} from 'node:test';
import {Call, Server, accountSid, eventually, switchboard, temporaryFolder} from './support.mjs';
import {TwilioDouble} from './twilio_double.mjs';

const flow = `
flow: desk
vars: {topic: text(20)}
start: main
states:
  main:
    - menu:
        say: To be called back about sales, press 1. About support, press 2.
        choices: {1: sales, 2: support}
        otherwise: sorry
  sales: [{set: {topic: sales}}, {go: ask}]
  support: [{set: {topic: support}}, {go: ask}]
  ask:
    - callback: {number: "{{ call.from }}", go: called, within: 10m, attempts: 2, otherwise: sorry}
    - say: We will call you back.
    - hangup
  called:
    - menu:
        say: "You asked us to call about {{ topic | or(\\"something\\") }}. To go on, press 1."
        choices: {1: thanks}
        otherwise: thanks
  thanks: [{say: "Let us talk about {{ topic | or(\\"something\\") }}."}, hangup]
  sorry: [{say: We cannot call you back.}, hangup]
`;
const line = `
flow: line
start: main
states:
  main:
    - enqueue: {queue: sales, wait: waiting, on: {left: ask}, otherwise: ask}
    - hangup
  waiting: [{menu: {say: "To be called back, press 1.", choices: {1: gives_up}, otherwise: next}}, {pause: 5s}]
  gives_up: [leave]
  ask:
    - callback: {number: "{{ call.from }}", go: called, queue: sales, keep_place: true, otherwise: called}
    - hangup
  called: [{say: It is your turn.}, hangup]
`;

// Runs beside others: each server has a Twilio of its own.
async function desk(more = '') {
    const twilio = await TwilioDouble.start();
    const flows = temporaryFolder();
    fs.writeFileSync(path.join(flows, 'desk.yaml'), flow);
    fs.writeFileSync(path.join(flows, 'line.yaml'), line);
    const server = await Server.start({
        flows,
        environment: twilio.environment,
        accounts: `accounts: [{sid: ${accountSid}, auth_tokens: [{env: DESK_TOKEN_0}], phone_number: "+12025550199"}]`,
        settings: [twilio.settings, `store: "sqlite:${path.join(temporaryFolder(), 'desk.db')}"`,
            'outbound: {call_again_after: 1s}', more].join('\n'),
    });
    server.twilio = twilio;
    after(() => twilio.stop());
    return server;
}

async function asksForCall(server, key = '1', more = {}) {
    const call = await new Call(server, 'desk', more).arrives();
    return call.keys(key);
}

const calls = (server, count) => eventually(`call ${count}`, () => server.twilio.accepted.calls.length >= count, 60000);

// The side of who is called, as Twilio tells of it.
class Answered extends Call {
    constructor(server, {sid, From, To, Url, StatusCallback}, more = {}) {
        super(server, 'desk', {Direction: 'outbound-api', From, To, CallSid: sid, CallStatus: 'in-progress', AnsweredBy: 'human', ...more});
        this.answers = Url.replace(server.publicUrl, '');
        this.told = StatusCallback.replace(server.publicUrl, '');
    }

    picksUp() { return this.goes(this.answers, {}); }
    ends(CallStatus) { return this.server.webhook(this.told, {...this.form, CallStatus}); }
}

test('a caller is called back once, about what the call was about', async () => {
    const server = await desk();
    const asked = await asksForCall(server, '2');
    assert.match(asked.words(), /will call you back/);
    await asked.again();
    await calls(server, 1);
    const [placed] = server.twilio.accepted.calls;
    assert.equal(placed.To, '+12025550123');
    assert.equal(placed.From, '+12025550199');
    assert.equal(placed.MachineDetection, 'Enable');
    assert.match(placed.Url, /\/voice\/desk\?request=[0-9a-f]{64}-1#/);
    const called = await new Answered(server, placed).picksUp();
    assert.match(called.words(), /asked us to call about support/);
    const first = called.twiml;
    await called.again();
    assert.equal(called.twiml, first, 'a duplicate gets the same bytes');
    await called.keys('1');
    assert.match(called.words(), /Let us talk about support/);
    assert.equal((await called.ends('completed')).status, 204);
    const stranger = await new Answered(server, {...placed, sid: placed.sid.replace(/.$/, 'f')}).picksUp();
    assert.doesNotMatch(stranger.words(), /support\./, 'nobody gets the values of another call');
    assert.match(stranger.words(), /press 2/);
    await server.stop();
    assert.equal(server.twilio.accepted.calls.length, 1);
    assert.doesNotMatch(server.log, /2025550123/);
});

test('busy is tried again, a machine is hung up on, and then it is enough', async () => {
    const server = await desk();
    await asksForCall(server);
    await calls(server, 1);
    const busy = new Answered(server, server.twilio.accepted.calls[0]);
    assert.equal((await busy.ends('busy')).status, 204);
    assert.equal((await busy.ends('busy')).status, 204);
    await calls(server, 2);
    const second = server.twilio.accepted.calls[1];
    assert.match(second.Url, /-2#/);
    const machine = await new Answered(server, second, {AnsweredBy: 'machine_start'}).picksUp();
    assert.match(machine.twiml, /<Response><Hangup\/><\/Response>/);
    await machine.again();
    assert.match(machine.twiml, /<Response><Hangup\/><\/Response>/);
    await machine.ends('completed');
    await eventually('giving up', () => /gave_up/.test(server.log));
    const {body: metrics} = await server.admin('/metrics');
    for (const [outcome, count] of Object.entries({placed: 2, nobody: 1, machine: 1, 'gave-up': 1}))
        assert.ok(metrics.includes(`switchboard_placed_calls_total{outcome="${outcome}"} ${count}`), metrics);
    await server.stop();
    assert.equal(server.twilio.accepted.calls.length, 2);
});

test('after kill -9 while Twilio is asked the call is there once, whether or not Twilio had it', async () => {
    const [had, hadNot] = await Promise.all([desk(), desk()]);
    had.twilio.script('/Calls.json', [{never: true}]);
    hadNot.twilio.script('/Calls.json', [{never: true, accepts: false}]);
    await Promise.all([had, hadNot].map(async (server) => {
        await asksForCall(server, '2');
        await eventually('the question', () => server.twilio.received.length === 1);
        await server.kill();
        await server.run();
    }));
    await eventually('the look at Twilio', () => had.twilio.received.some(({method}) => method === 'GET'), 60000);
    await calls(hadNot, 1);
    for (const server of [had, hadNot]) {
        const called = await new Answered(server, server.twilio.accepted.calls[0]).picksUp();
        assert.match(called.words(), /about support/);
        await server.stop();
        assert.equal(server.twilio.accepted.calls.length, 1);
    }
});

test('"too many" is waited out, and is no attempt', async () => {
    const server = await desk();
    server.twilio.script('/Calls.json', Array(4).fill({status: 429, body: {code: 20429}}));
    await asksForCall(server);
    await calls(server, 1);
    assert.match(server.twilio.accepted.calls[0].Url, /-1#/);
    await server.stop();
    assert.equal(server.twilio.accepted.calls.length, 1);
});

test('two nodes on one store place each callback once', async () => {
    const one = await desk('rates: {calls_per_second: 50}');
    const two = await Server.prepare({environment: one.environment});
    two.write(one.configuration.replaceAll(String(one.port), String(two.port)).replaceAll(String(one.adminPort), String(two.adminPort)));
    two.publicUrl = `https://localhost:${two.port}`;
    await two.run();
    const asked = Array.from({length: 12}, (_, i) => asksForCall(i % 2 ? one : two, '1', {From: `+1202555010${i % 10}`}));
    await Promise.all(asked);
    await calls(one, 12);
    await Promise.all([one.stop(), two.stop()]);
    const requests = one.twilio.accepted.calls.map(({Url}) => Url.match(/request=(\w+)/)[1]);
    assert.equal(new Set(requests).size, 12);
    assert.equal(requests.length, 12);
});

test('an operator places a call, and blocks a number from being called', async () => {
    const server = await desk();
    const placed = await server.command('place', '--to', '+12025550142', '--flow', 'desk', '--json');
    assert.equal(placed.code, 0, placed.stderr);
    const {request} = JSON.parse(placed.stdout);
    await calls(server, 1);
    const [call] = server.twilio.accepted.calls;
    assert.equal(call.To, '+12025550142');
    assert.ok(call.Url.includes(`request=${request}-1`));
    const called = await new Answered(server, call).picksUp();
    assert.match(called.words(), /To be called back/);

    const nowhere = await server.command('place', '--to', '+12025550142', '--flow', 'desc');
    assert.equal(nowhere.code, 1);
    assert.match(nowhere.stderr, /no flow "desc" is served/);
    const premium = await server.command('place', '--to', '+19005550142', '--flow', 'desk');
    assert.equal(premium.code, 1);

    const blocked = await switchboard(['optout', 'add', '-c', server.file, '+12025550123', '--channel', 'voice'], {environment: server.environment});
    assert.equal(blocked.code, 0, blocked.stderr);
    await asksForCall(server);
    await eventually('the refusal', () => /opted-out/.test(server.log));
    await server.stop();
    assert.equal(server.twilio.accepted.calls.length, 1);
});

test('who keeps a place in line is called when all who stood before have left it', async () => {
    const server = await desk();
    const ago = (seconds) => new Date(Date.now() - 1000 * seconds);
    server.twilio.lines.set('sales', [{call: 'CA1', joined: ago(60)}, {call: 'CA2', joined: ago(5)}]);
    const call = await new Call(server, 'line').arrives();
    await call.goes(call.action(), {QueueResult: 'leave', QueueTime: '30', QueueSid: 'QUsales'});
    const looked = () => server.twilio.received.filter(({path: where}) => where.endsWith('/Front.json')).length;
    await eventually('a look at the line', () => looked() >= 2, 30000);
    assert.equal(server.twilio.accepted.calls.length, 0, 'somebody stands before');
    server.twilio.lines.get('sales').shift();  // who joined later goes on waiting
    await calls(server, 1);
    const [placed] = server.twilio.accepted.calls;
    assert.equal(placed.To, '+12025550123');
    assert.match((await new Answered(server, placed).picksUp()).words(), /It is your turn/);
    await server.stop();
});
