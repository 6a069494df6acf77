// Nodes that are killed while callers are on the line: no call is lost, and nothing is done twice. The double counts.
// SWITCHBOARD_NODES_SECONDS says for how long (tests/README.md).
import assert from 'node:assert/strict';
import path from 'node:path';
import {after, test} from 'node:test';
import {Call, Server, temporaryFolder} from './support.mjs';
import {Postgres} from './postgres.mjs';
import {hears, installation, isToWait, publicUrl} from './shop.mjs';
import {TwilioDouble} from './twilio_double.mjs';

const seconds = Number(process.env.SWITCHBOARD_NODES_SECONDS ?? 8);
const callers = 100;

// A node lives for a second here: what it answers has to be said by then.
const briefly = 'patience: 500ms';
const twilio = await TwilioDouble.start();
after(() => twilio.stop());

// What stands at the public URL: each webhook to the next node, and on to another where that one breaks off, as Twilio does
// with the connection overrides of our callbacks, for as long as Twilio waits.
class Nodes {
    constructor(servers) {
        this.servers = servers;
        this.publicUrl = publicUrl;
        this.turn = 0;
        this.retries = 0;
    }

    static async start(count, ...options) {
        const servers = await Promise.all(Array.from({length: count}, () => Server.prepare(installation(twilio, ...options))));
        for (const server of servers) await server.run();
        return new Nodes(servers);
    }

    async webhook(target, form) {
        const end = Date.now() + 15000;
        for (let attempt = 1; ; attempt += 1) {
            const node = this.servers[(this.turn += 1) % this.servers.length];
            try {
                const answer = await node.webhook(target, form);
                if (answer.status < 500) return answer;
                throw new Error(`${answer.status} for ${target}: ${answer.body}`);
            } catch (error) {
                if (Date.now() > end) throw error;
                this.retries += 1;
                if (attempt % this.servers.length === 0) await new Promise((resume) => setTimeout(resume, 50));
            }
        }
    }

    async stop() { for (const server of this.servers) await server.stop(); }
}

// Presses all there is to press, from `first` on; resolves to what was heard on each key.
async function wholeCall(nodes, from, first) {
    const call = new Call(nodes, 'shop', {From: from});
    const heard = {sid: call.sid};
    const presses = [
        async () => { heard.order = await hears(call.keys('1')); },
        async () => { heard.link = await hears(call.keys('2')); },
        async () => {
            heard.proof = await hears(call.keys('3'));
            if (/Enter the code/.test(heard.proof)) heard.proof = await hears(call.keys(twilio.code));
        },
    ];
    heard.greeting = await hears(call.arrives());
    for (let i = 0; i < presses.length; i += 1) await presses[(first + i) % presses.length]();
    heard.farewell = await hears(call.keys('4'));
    assert.ok(call.hangsUp(), call.twiml);
    return heard;
}

// As many callers as there are example numbers, one call after the other, until the time is over, while each
// second a node is killed and started again. Resolves to what they heard.
async function underFire(nodes) {
    twilio.reset();
    // Twilio and the shop take their time, so that there is something to interrupt.
    const slowly = () => ({delay: 20 + Math.floor(Math.random() * 200)});
    twilio.otherwise = {'/Messages.json': slowly, '/Verifications': slowly, '/VerificationCheck': slowly};
    twilio.otherwise['/orders/'] = () => ({...slowly(), status: 200, body: {}});
    const end = Date.now() + seconds * 1000;
    let kills = 0;
    const fire = (async () => {
        const starts = nodes.servers.map(() => undefined);
        const upSince = nodes.servers.map(() => Date.now());
        for (let next = Date.now() + 1000; next < end; next += 1000) {
            await new Promise((resume) => setTimeout(resume, Math.max(0, next - Date.now())));
            const victim = kills % nodes.servers.length;
            // Where the machine is so busy that it has hardly come up, it is spared this time.
            if (Date.now() - upSince[victim] < 600) continue;
            await nodes.servers[victim].kill();
            upSince[victim] = Infinity;
            starts[victim] = nodes.servers[victim].run().then(() => { upSince[victim] = Date.now(); });
            kills += 1;
        }
        await Promise.all(starts);
    })();
    const calls = [];
    await Promise.all(Array.from({length: callers}, async (_, caller) => {
        await new Promise((resume) => setTimeout(resume, caller * 20));  // people do not call all at once
        do calls.push(await wholeCall(nodes, `+1202555${String(100 + caller).padStart(4, '0')}`, caller));
        while (Date.now() < end);
    }));
    await fire;
    return {calls, kills};
}

// Every call ended as it should, and what callers were told is what the double says.
function account({calls, kills}, t, nodes) {
    const texts = new Map();
    for (const {Body} of twilio.accepted.messages) texts.set(Body, (texts.get(Body) ?? 0) + 1);
    const orders = new Map();
    for (const {path: where} of twilio.received.filter(({method}) => method === 'POST')) orders.set(where, (orders.get(where) ?? 0) + 1);

    const told = (words, sent, unknown, not) => {
        const found = [sent, unknown, not].map((text) => text !== undefined && words.includes(text));
        assert.equal(found.filter(Boolean).length, 1, `not one of "${sent}", "${unknown}", "${not}" in "${words}"`);
        return ['sent', 'unknown', 'not'][found.indexOf(true)];
    };
    const counts = {sent: 0, unknown: 0, not: 0};
    const holds = (what, times, outcome) => {
        counts[outcome] += 1;
        const allowed = {sent: [1], unknown: [0, 1], not: [0]}[outcome];
        assert.ok(allowed.includes(times), `${what}: told "${outcome}", happened ${times} times`);
    };
    for (const {sid, greeting, order, link, proof, farewell} of calls) {
        assert.match(greeting, /For an order, press 1/);
        holds(`order of ${sid}`, orders.get(`/shop/orders/${sid}`) ?? 0, told(order, 'It is ordered.', 'It may be ordered.'));
        holds(`receipt of ${sid}`, texts.get(`Receipt of ${sid}`) ?? 0,
            told(order, 'The receipt is sent.', 'The receipt may be sent.', 'There is no receipt.'));
        holds(`link of ${sid}`, texts.get(`Link of ${sid}`) ?? 0,
            told(link, 'The link is sent.', 'The link may be sent.', 'There is no link.'));
        told(proof, 'That is right.', undefined, 'That is not proved.');
        assert.match(farewell, /Goodbye/);
    }
    const identities = twilio.accepted.messages.map(({StatusCallback}) => StatusCallback);
    assert.equal(new Set(identities).size, identities.length, 'one text an identity');
    t.diagnostic(`${calls.length} calls, ${kills} kills, ${nodes.retries} webhooks sent again; effects told as ` +
        `done ${counts.sent}, unknown ${counts.unknown}, not done ${counts.not}`);
    assert.ok(kills >= 2, `${kills} kills in ${seconds} s`);
    assert.ok(calls.length >= callers);
}

test('two nodes on one PostgreSQL, one killed every second: no call is lost and no effect happens twice', async (t) => {
    const postgres = await Postgres.start();
    const nodes = await Nodes.start(2, postgres.store, briefly);
    account(await underFire(nodes), t, nodes);
    await nodes.stop();
});

test('one node on SQLite, killed every second: no call is lost and no effect happens twice', async (t) => {
    const nodes = await Nodes.start(1, `sqlite:${path.join(temporaryFolder(), 'shop.db')}`, briefly);
    account(await underFire(nodes), t, nodes);
    await nodes.stop();
});

test('duplicates that reach two nodes at once get one answer, and cause one text', async () => {
    const postgres = await Postgres.start();
    const nodes = await Nodes.start(2, postgres.store);
    twilio.reset();
    twilio.script('/Messages.json', [{delay: 500}]);
    const call = await new Call(nodes, 'shop').arrives();
    const form = {...call.form, Digits: '2', FinishedOnKey: ''};
    const target = call.action();
    const answers = await Promise.all([0, 1, 0, 1, 0, 1].map((node) => nodes.servers[node].webhook(target, form)));
    assert.match(answers[0].body, /The link is sent/);
    assert.equal(new Set(answers.map(({body}) => body)).size, 1);
    for (const server of nodes.servers) assert.equal((await server.webhook(target, form)).body, answers[0].body);
    assert.equal(twilio.accepted.messages.length, 1);
    await nodes.stop();
});

test('an effect that goes on at one node is waited for at the other', async () => {
    const postgres = await Postgres.start();
    const nodes = await Nodes.start(2, postgres.store, 'patience: 500ms');
    twilio.reset();
    twilio.script('/Messages.json', [{delay: 3000}]);
    const call = await new Call(nodes, 'shop').arrives();
    const [acting, waiting] = nodes.servers;
    call.server = acting;
    await call.keys('2');
    assert.ok(isToWait(call), call.twiml);
    call.server = waiting;
    assert.match(await hears(call.goes(call.redirect())), /The link is sent/);
    assert.equal(twilio.accepted.messages.length, 1);
    await nodes.stop();
});

test('what a node was about when it was killed is found out by the other, and all duplicates are told the same', async () => {
    const postgres = await Postgres.start();
    const nodes = await Nodes.start(2, postgres.store, 'patience: 500ms');
    twilio.reset();
    twilio.script('/Messages.json', [{never: true}]);
    const call = await new Call(nodes, 'shop').arrives();
    const [killed, other] = nodes.servers;
    call.server = killed;
    await call.keys('2');
    assert.equal(twilio.accepted.messages.length, 1);
    await killed.kill();
    call.server = other;
    const {target, more} = call.last;
    assert.match(await hears(call.goes(call.redirect())), /The link may be sent/);
    const told = call.words();
    await killed.run();
    for (const server of nodes.servers) {
        call.server = server;
        await hears(call.goes(target, more));
        assert.equal(call.words(), told);
    }
    assert.equal(twilio.accepted.messages.length, 1);
    await nodes.stop();
});
