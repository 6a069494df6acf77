// What operators say of people and of hours: it works on the store, whether a server runs or not.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import {after, test} from 'node:test';
import {accountSid, switchboard, temporaryFolder, token} from './support.mjs';
import {TwilioDouble} from './twilio_double.mjs';

const flow = `flow: desk
hours:
  office: {timezone: America/New_York, open: {mon-fri: 09:00-17:00}}
start: s
states:
  s: [{if: open(office), then: a, else: b}]
  a: [{say: Open.}, hangup]
  b: [{say: Closed.}, hangup]
`;

function installation(environment = {}) {
    const folder = temporaryFolder();
    fs.mkdirSync(path.join(folder, 'flows'));
    fs.writeFileSync(path.join(folder, 'flows', 'desk.yaml'), flow);
    fs.writeFileSync(path.join(folder, 'switchboard.yaml'), 'tls: off\n');
    const run = (args, input) => switchboard(args, {folder, input, environment});
    return {
        folder, run,
        async rows(...args) {
            const {code, stdout, stderr} = await run([...args, '--json']);
            assert.equal(code, 0, stderr);
            return stdout.split('\n').filter(Boolean).map((line) => JSON.parse(line));
        },
    };
}

test('an operator blocks a number and lifts it, and both are in its history', async () => {
    const {run, rows} = installation();
    assert.deepEqual(await rows('optout', 'list'), []);
    assert.equal((await rows('optout', 'add', '+12025550123'))[0].outcome, 'added');
    assert.equal((await rows('optout', 'add', '+12025550123'))[0].outcome, 'was there already');
    const [row, ...others] = await rows('optout', 'list');
    assert.deepEqual(others, []);
    assert.deepEqual([row.number, row.channel, row.scope, row.source], ['+12025550123', 'sms', '', 'console']);
    assert.ok(row.evidence.length > 0 && Date.parse(row.since) <= Date.now());

    assert.equal((await rows('optout', 'remove', '+12025550123'))[0].outcome, 'removed');
    assert.deepEqual(await rows('optout', 'list'), []);
    assert.equal((await run(['optout', 'remove', '+12025550123'])).code, 1);
    const history = await rows('optout', 'list', '+12025550123');
    assert.deepEqual(history.map(({what}) => what).slice(0, 3), ['out', 'out', 'in']);
});

test('a block may hold for one channel, or for one sender alone', async () => {
    const {rows} = installation();
    await rows('optout', 'add', '+12025550123', '--channel', 'whatsapp');
    await rows('optout', 'add', '+12025550123', '--from', '+12025550100');
    const scopes = (await rows('optout', 'list')).map(({channel, scope}) => `${channel} ${scope}`).sort();
    assert.deepEqual(scopes, ['sms +12025550100', 'whatsapp ']);
});

test('a list is imported row by row, and what is written as CSV is read again', async () => {
    const one = installation();
    const list = 'number,channel,since\r\n+12025550101,,2026-01-06\r\n+12025550102,whatsapp,\r\n5550103,,\r\n+12025550104,fax,\r\n';
    const {code, stdout, stderr} = await one.run(['optout', 'import', '-'], list);
    assert.equal(code, 1);
    assert.match(stdout, /^2 added, 0 known already, 2 refused/);
    assert.match(stderr, /-:4: "5550103" is no number/);
    assert.match(stderr, /-:5: the channel is sms, whatsapp or voice, not "fax"/);
    const rows = await one.rows('optout', 'list');
    const first = rows.find(({number}) => number === '+12025550101');
    assert.equal(first.source, 'import');
    assert.match(first.since, /^2026-01-06T/);

    const written = (await one.run(['optout', 'list', '--csv'])).stdout;
    const other = installation();
    fs.writeFileSync(path.join(other.folder, 'list.csv'), written);
    assert.equal((await other.run(['optout', 'import', 'list.csv'])).code, 0);
    assert.match((await other.run(['optout', 'import', 'list.csv'])).stdout, /^0 added, 2 known already/);
    const key = ({number, channel, scope, since}) => [number, channel, scope, since].join(' ');
    assert.deepEqual((await other.rows('optout', 'list')).map(key).sort(), rows.map(key).sort());
});

test('what is no number, no list and no store is refused', async () => {
    const {run, folder} = installation();
    for (const number of ['12025550123', '+1202', 'nobody', '911'])
        assert.equal((await run(['optout', 'add', number])).code, 2, number);
    assert.equal((await run(['optout', 'import', 'nowhere.csv'])).code, 2);
    assert.equal((await run(['optout', 'import', '-'], '+12025550123\n')).code, 2);
    assert.equal((await run(['optout'])).code, 2);
    fs.writeFileSync(path.join(folder, 'switchboard.yaml'), 'tls: off\nstore: sqlite:/proc/no-place/such.db\n');
    const {code, stderr} = await run(['optout', 'list']);
    assert.equal(code, 3);
    assert.match(stderr, /store/);
});

test('numbers do not stand in the store as they are', async () => {
    const {run, folder} = installation();
    assert.equal((await run(['optout', 'add', '+12025550123'])).code, 0);
    for (const file of fs.readdirSync(folder).filter((name) => name.startsWith('switchboard.db')))
        assert.ok(!fs.readFileSync(path.join(folder, file)).includes('2025550123'), file);
});

test('Twilio hears what operators say of texts, and where it cannot be told ours holds all the same', async () => {
    const twilio = await TwilioDouble.start();
    after(() => twilio.stop());
    const {folder, rows, run} = installation(twilio.environment);
    fs.appendFileSync(path.join(folder, 'switchboard.yaml'),
        `${twilio.settings}\naccounts: [{sid: ${accountSid}, auth_tokens: [{file: token}], phone_number: "+12025550100"}]\n`);
    fs.writeFileSync(path.join(folder, 'token'), token);
    const told = () => twilio.accepted.consents.splice(0).map(({contact_id: who, sender_id: sender, status}) => `${who} ${sender} ${status}`);

    await rows('optout', 'add', '+12025550123');
    await rows('optout', 'remove', '+12025550123');
    assert.deepEqual(told(), ['+12025550123 +12025550100 opt-out', '+12025550123 +12025550100 opt-in']);
    await rows('optout', 'add', '+12025550123', '--channel', 'voice');
    await rows('optout', 'add', '+12025550123', '--from', '+12025550177');
    assert.deepEqual(told(), []);

    const numbers = Array.from({length: 30}, (_, i) => `+120255501${String(i).padStart(2, '0')}`);
    fs.writeFileSync(path.join(folder, 'list.csv'), ['number', ...numbers].join('\n'));
    const before = twilio.received.length;
    assert.equal((await run(['optout', 'import', 'list.csv'])).code, 0);
    assert.equal(twilio.received.length - before, 2, 'at most 25 a request');
    assert.deepEqual(told(), numbers.map((each) => `${each} +12025550100 opt-out`));

    twilio.script('/Consents/Bulk', [{status: 400, body: {code: 20001, status: 400}}]);
    const {code, stderr} = await run(['optout', 'add', '+12025550144']);
    assert.equal(code, 3);
    assert.match(stderr, /kept here, but Twilio's own list was not told: .*once more/);
    assert.ok((await rows('optout', 'list')).some(({number}) => number === '+12025550144'));
});

test('hours are closed until a moment in their own zone, and taken back', async () => {
    const {run, rows} = installation();
    const year = new Date().getUTCFullYear() + 1;
    const [closed] = await rows('hours', 'desk', 'office', 'closed', '--until', `${year}-01-06T15:00`);
    assert.deepEqual([closed.flow, closed.hours, closed.word, closed.until],
        ['desk', 'office', 'closed', `${year}-01-06T15:00-05:00`]);
    assert.ok(closed.by.length > 0);
    assert.equal((await run(['hours', 'desk', 'office', 'as_written'])).code, 0);
    assert.equal((await run(['hours', 'desk', 'office', 'as_written'])).code, 1);
    assert.deepEqual((await rows('hours', 'desk', 'office')).map(({word}) => word), ['closed', 'as written', 'as written']);
});

test('hours are refused that no flow has, and moments that are none or over', async () => {
    const {run} = installation();
    for (const [args, why] of [
        [['nobody', 'office', 'closed', '--until', '2099-01-01T10:00'], /no flow "nobody"/],
        [['desk', 'lunch', 'closed', '--until', '2099-01-01T10:00'], /has no hours "lunch"; it has office/],
        [['desk', 'office', 'closed'], /until when/],
        [['desk', 'office', 'open', '--until', 'soon'], /not "soon"/],
        [['desk', 'office', 'open', '--until', '2020-01-01T10:00'], /is over/],
        [['desk', 'office', 'maybe', '--until', '15:00'], /maybe/],
    ]) {
        const {code, stderr} = await run(['hours', ...args]);
        assert.equal(code, 2, stderr);
        assert.match(stderr, why);
    }
});
