// A store that is dead, hangs or only reads: callers hear menus all the same, effects end as the flow says, readiness and
// metrics say why, and nothing is lost when it is back.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import {after, test} from 'node:test';
import {Call, Server, eventually, switchboard, temporaryFolder} from './support.mjs';
import {Postgres} from './postgres.mjs';
import {flow, hears, installation} from './shop.mjs';
import {TwilioDouble} from './twilio_double.mjs';

const twilio = await TwilioDouble.start();
after(() => twilio.stop());

async function shop(store, more) {
    twilio.reset();
    const options = installation(twilio, store, more);
    const server = await Server.prepare(options);
    server.flow = path.join(options.flows, 'shop.yaml');
    return server;
}

async function shopOnPostgres(more) {
    const postgres = await Postgres.start();
    const server = await shop(postgres.store, more);
    await server.run();
    return {postgres, server};
}

// A caller hears the menu at once, and that the link cannot be had in time for Twilio.
async function callersGoOn(server) {
    const began = Date.now();
    const call = await new Call(server, 'shop').arrives();
    assert.match(call.words(), /For an order, press 1/);
    await call.keys('9');
    assert.match(call.words(), /For an order, press 1/);
    assert.ok(Date.now() - began < 2000, 'menus wait for no store');
    assert.match(await hears(call.keys('2')), /There is no link\..*For an order/);
    assert.ok(Date.now() - began < 14000);
    assert.equal(twilio.accepted.messages.length, 0);
}

async function isAway(server, what, why) {
    await eventually(`not ready for ${why}`, async () => {
        const ready = await server.admin('/readyz');
        return ready.status === 503 && /the store/.test(ready.body) && why.test(ready.body);
    });
    const {body} = await server.admin('/metrics');
    assert.match(body, /^switchboard_ready 0$/m);
    assert.match(body, new RegExp(`^switchboard_store_failing\\{what="${what}"\\} 1$`, 'm'));
}

async function isBack(server) {
    let ready;
    await eventually('ready again, without a call', async () => (ready = await server.admin('/readyz')).status === 200, 60000)
        .catch((error) => { throw new Error(`${error.message}: ${ready?.body}`); });
    assert.doesNotMatch((await server.admin('/metrics')).body, /^switchboard_store_failing.* 1$/m);
    const call = await new Call(server, 'shop').arrives();
    assert.match(await hears(call.keys('2')), /The link is sent/);
    assert.equal(twilio.accepted.messages.length, 1);
}

test('a PostgreSQL that stops stops no caller, and is used again when it is started', async () => {
    const {postgres, server} = await shopOnPostgres();
    await postgres.stop();
    await callersGoOn(server);
    await isAway(server, 'unavailable', /PostgreSQL/);
    await postgres.run();
    await isBack(server);
    await server.stop();
});

test('a PostgreSQL that hangs keeps no caller waiting longer than he would', async () => {
    const {postgres, server} = await shopOnPostgres();
    postgres.hang();
    await callersGoOn(server);
    await isAway(server, '(timed_out|unavailable)', /answer/);
    await callersGoOn(server);
    postgres.goOn();
    await isBack(server);
    await server.stop();
});

test('a PostgreSQL that only reads is told of as that, until it writes', async () => {
    const {postgres, server} = await shopOnPostgres();
    postgres.sql('ALTER SYSTEM SET default_transaction_read_only = on', 'SELECT pg_reload_conf()');
    await eventually('it only reads', async () => {
        const call = await new Call(server, 'shop').arrives();
        twilio.reset();
        return /There is no link/.test(await hears(call.keys('2')));
    });
    await callersGoOn(server);
    await isAway(server, 'read_only', /read-only/);
    postgres.sql('SET default_transaction_read_only = off', 'ALTER SYSTEM RESET default_transaction_read_only', 'SELECT pg_reload_conf()');
    await isBack(server);
    await server.stop();
});

test('a SQLite file that cannot be opened stops no caller, and is made when it can', async () => {
    const blocked = path.join(temporaryFolder(), 'data');
    fs.writeFileSync(blocked, 'a file where a folder should be');
    const server = await shop(`sqlite:${blocked}/shop.db`);
    await server.launch();
    await callersGoOn(server);
    await isAway(server, 'unavailable', /data/);
    fs.rmSync(blocked);
    await isBack(server);
    await server.stop();
});

test('a call whose end cannot be looked at is told of again', async () => {
    const folder = temporaryFolder();
    const [flows, blocked] = [path.join(folder, 'flows'), path.join(folder, 'data')];
    fs.mkdirSync(flows);
    fs.writeFileSync(path.join(flows, 'desk.yaml'), `flow: desk
hung_up: after
start: menu
states:
  menu: [{menu: {say: "For hours, press 1.", choices: {1: menu}, otherwise: bye}}]
  bye: [hangup]
  after: [{tag: {over: "yes"}}]
`);
    fs.writeFileSync(blocked, 'a file where a folder should be');
    const server = await Server.prepare({flows, settings: `store: "sqlite:${blocked}/desk.db"`});
    await server.launch();
    const call = await new Call(server, 'desk').arrives();
    const ends = async () => (await server.webhook('/voice/desk/status', {...call.form, CallStatus: 'completed'})).status;
    assert.equal(await ends(), 503);
    fs.rmSync(blocked);
    await eventually('the store is there', async () => (await server.admin('/readyz')).status === 200, 60000);
    assert.equal(await ends(), 204);
    await server.stop();
});

test('a text that was sent while the store went away is told of as sent, for ever', async () => {
    const {postgres, server} = await shopOnPostgres();
    twilio.script('/Messages.json', [{delay: 1500}]);
    const call = await new Call(server, 'shop').arrives();
    const target = call.action();
    const answer = hears(call.goes(target, {Digits: '2', FinishedOnKey: ''}));
    await eventually('the text is on its way', () => twilio.received.length === 1);
    await postgres.stop();
    assert.match(await answer, /The link is sent/);
    await postgres.run();
    await eventually('ready again', async () => (await server.admin('/readyz')).status === 200);
    assert.equal(await server.stop(), 0);  // and has written down what it owed
    await server.run();
    assert.match(await hears(call.goes(target, {Digits: '2', FinishedOnKey: ''})), /The link is sent/);
    assert.equal(twilio.accepted.messages.length, 1);
    await server.stop();
});

test('a flow that was begun while the store was away is written down when it is back', async () => {
    const postgres = await Postgres.start();
    await postgres.stop();
    const server = await shop(postgres.store);
    await server.launch();
    const call = await new Call(server, 'shop').arrives();
    await postgres.run();
    await eventually('ready', async () => (await server.admin('/readyz')).status === 200);
    const rows = () => postgres.sql('SELECT count(*) FROM flow_versions');
    await eventually('its version is written', () => rows().trim() === '1');
    await server.kill();
    fs.writeFileSync(server.flow, flow.replace('The link is sent.', 'Look at your telephone.'));
    await server.run();
    assert.match(await hears(call.keys('2')), /The link is sent/);
    await server.stop();
});

test('operators work on a PostgreSQL, and are told where there is none', async () => {
    const {postgres, server} = await shopOnPostgres();
    const run = (...args) => switchboard([...args, '-c', server.file], {environment: server.environment});
    const added = await run('optout', 'add', '+12025550123');
    assert.equal(added.code, 0, added.stderr);
    const listed = await run('optout', 'list', '--json');
    assert.equal(listed.code, 0);
    assert.match(listed.stdout, /\+12025550123/);
    const call = await new Call(server, 'shop', {From: '+12025550123'}).arrives();
    assert.match(await hears(call.keys('2')), /That did not work/);
    assert.equal(twilio.accepted.messages.length, 0);
    await postgres.stop();
    for (const args of [['optout', 'list'], ['hours', 'shop', 'office']]) {
        const {code, stderr} = await run(...args);
        assert.equal(code, 3, stderr);
        assert.match(stderr, /the store cannot be used: PostgreSQL/);
    }
    await server.stop();
});
