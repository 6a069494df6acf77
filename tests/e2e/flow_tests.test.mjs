// `switchboard test`, as flows/README.md promises it; and the same calls in one process and over HTTPS.
import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import {test} from 'node:test';
import {Call, Server, exampleEnvironment, exampleSettings, here, root, start, switchboard, temporaryFolder, token} from './support.mjs';

const examples = path.join(root, 'flows/examples');
const shop = `flow: shop
start: front
results: [sold]
states:
  front:
    - menu: {say: "For orders, press 1.", choices: {1: order}, tries: 1, otherwise: gone}
  order: [{result: sold}, {say: It is on its way.}, hangup]
  gone: [hangup]
`;
const tests = `flow: shop
tests:
  - {name: an order is sold, steps: [{hears: press 1}, {presses: 1}, {hears: on its way}, ends], result: sold}
`;

function folderOf(files) {
    const folder = temporaryFolder();
    for (const [name, text] of Object.entries(files)) fs.writeFileSync(path.join(folder, name), text);
    return folder;
}
const run = (folder, ...args) => switchboard(['test', ...args], {folder});
const lines = (text) => text.trim().split('\n').map((line) => JSON.parse(line));

test('the example flows pass their tests, which take every state, outcome and choice', async () => {
    const {code, stdout} = await run(root, 'flows/examples', '--coverage', '--json');
    assert.equal(code, 0, stdout);
    const {coverage} = lines(stdout).at(-1);
    assert.equal(coverage.length, 13);
    // Nothing in office sets a language: its Spanish words are there for the library's sake.
    assert.deepEqual(coverage.flatMap(({missing}) => missing.map(({text}) => text)), ['language es-MX']);
});

test('the tests in flows/README.md pass', async () => {
    const blocks = fs.readFileSync(path.join(root, 'flows/README.md'), 'utf8').matchAll(/```yaml\n([^]*?)```/g);
    const [written] = [...blocks].map(([, block]) => block).filter((block) => /^tests:/m.test(block));
    const folder = temporaryFolder();
    for (const name of fs.readdirSync(examples)) {
        if (/^(?!.*\.test\.).*\.yaml$/.test(name)) fs.copyFileSync(path.join(examples, name), path.join(folder, name));
    }
    fs.writeFileSync(path.join(folder, 'main.test.yaml'), written);
    const {code, stdout} = await run(folder);
    assert.equal(code, 0, stdout);
});

test('a failure is told with its place, and the exit code says so', async () => {
    const folder = folderOf({'shop.yaml': shop, 'shop.test.yaml': tests.replace('on its way', 'on the way')});
    const {code, stdout} = await run(folder);
    assert.equal(code, 1);
    assert.match(stdout, /^shop\.test\.yaml:3:71: failed: an order is sold$/m);
    assert.match(stdout, /^ {6}- expected to hear "on the way"\n {6}\+ but en-US "It is on its way\."$/m);
    assert.match(stdout, /^ +presses 1 +shop\.yaml:6:7: menu in front: 1$/m);
    assert.match(stdout, /^1 test, 0 passed, 1 failed$/m);
    const [told] = lines((await run(folder, '--json')).stdout);
    assert.equal(told.passed, false);
    assert.deepEqual(told.failures[0].actual, ['en-US "It is on its way."']);
});

test('tests are picked by name; where there is none, that is said', async () => {
    const folder = folderOf({'shop.yaml': shop, 'shop.test.yaml': tests});
    assert.equal((await run(folder, '-k', 'ORDER')).code, 0);
    const unknown = await run(folder, '-k', 'refund');
    assert.deepEqual([unknown.code, unknown.stdout], [2, '']);
    assert.match(unknown.stderr, /no test is called "refund"/);
    const none = await run(folderOf({'shop.yaml': shop}));
    assert.equal(none.code, 2);
    assert.match(none.stderr, /no tests found/);
    assert.equal((await run(folder, 'shop.yaml')).code, 0);
    assert.equal((await run(folder, 'nowhere')).code, 2);
});

test('tests that do not fit, and flows that do not load, are findings', async () => {
    const misfit = folderOf({'shop.yaml': shop, 'shop.test.yaml': tests.replace('result: sold', 'result: sld')});
    const told = await run(misfit);
    assert.equal(told.code, 1);
    assert.match(told.stdout, /shop\.test\.yaml:3:\d+: error SB901: the flow has no result "sld"/);
    const checked = await switchboard(['check', '.'], {folder: misfit});
    assert.equal(checked.code, 1);
    assert.match(checked.stdout, /error SB901/);
    const broken = await run(folderOf({'shop.yaml': shop.replace('1: order', '1: ordr'), 'shop.test.yaml': tests}));
    assert.equal(broken.code, 1);
    assert.match(broken.stdout, /error SB201/);
    assert.doesNotMatch(broken.stdout, /SB901/);
});

test('too little coverage fails, and what is missing is told', async () => {
    const folder = folderOf({'shop.yaml': shop, 'shop.test.yaml': tests});
    const {code, stdout, stderr} = await run(folder, '--coverage', '--min', '90');
    assert.equal(code, 1);
    assert.match(stdout, /^ {2}shop\.yaml:8:3: no test takes state "gone"$/m);
    assert.match(stderr, /90 % is asked for/);
    assert.equal((await run(folder, '--min', '50')).code, 0);
});

test('answers are kept by --update; a change of the flow shows as a diff of TwiML', async () => {
    const folder = folderOf({'shop.yaml': shop, 'shop.test.yaml': tests});
    assert.equal((await run(folder, '--update')).code, 0);
    const golden = fs.readFileSync(path.join(folder, 'shop.test.golden'), 'utf8');
    assert.match(golden, /<Say language="en-US">It is on its way\.<\/Say>/);
    assert.doesNotMatch(golden, /s=[\w-]/);
    assert.equal((await run(folder)).code, 0);
    assert.equal((await run(folder, '--update')).code, 0);
    assert.equal(fs.readFileSync(path.join(folder, 'shop.test.golden'), 'utf8'), golden);
    fs.writeFileSync(path.join(folder, 'shop.yaml'), shop.replace('It is on its way.', 'Soon it is on its way.'));
    const changed = await run(folder);
    assert.equal(changed.code, 1);
    assert.match(changed.stdout, /- +<Say language="en-US">It is on its way\.<\/Say>\n +\+ +\+ +<Say language="en-US">Soon/);
});

test('what is told is the same each time', async () => {
    const once = await run(root, 'flows/examples', '--json', '--coverage');
    assert.deepEqual(await run(root, 'flows/examples', '--json', '--coverage'), once);
});

test('results for CI fit the schema of JUnit', async () => {
    const folder = folderOf({'shop.yaml': shop, 'shop.test.yaml': tests + '  - {name: "a <failure> & \'more\'", steps: [ends]}\n'});
    assert.equal((await run(folder, '--junit', 'results.xml')).code, 1);
    const file = path.join(folder, 'results.xml');
    execFileSync('xmllint', ['--noout', '--schema', path.join(here, 'data/junit.xsd'), file], {stdio: 'pipe'});
    assert.match(fs.readFileSync(file, 'utf8'), /tests="2" failures="1" errors="0"/);
});

// Both by the same clock: what a flow says depends on its hours, and those on the day this test runs.
const faked = (instant) => ({
    LD_PRELOAD: '/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1', FAKETIME_DONT_FAKE_MONOTONIC: '1', TZ: 'UTC',
    FAKETIME: `@${instant}`});
const clocks = [
    {when: 'now', clock: {}},
    {when: 'on a Tuesday morning', clock: faked('2026-11-24 15:00:00'), closed: false},
    {when: 'at night', clock: faked('2026-11-25 04:00:00'), closed: true},
];
// A sanitizer wants to be loaded first: there, now is enough.
for (const {when, clock, closed} of process.env.SANITIZED ? clocks.slice(0, 1) : clocks) test(`a call goes over HTTPS as it goes in one process, ${when}`, async () => {
    const server = await Server.start({
        flows: examples, environment: {...exampleEnvironment, ...clock},
        settings: exampleSettings + 'outbound: {dial_prefixes: ["+1"], allow_hosts: [crm.example, diary.example]}'});
    const environment = {TWILIO_AUTH_TOKEN: token, ...clock};
    // What comes of what a flow asks of the world is the world's word there, and a script's here.
    const asks = ['acme.test.yaml', 'link.test.yaml', 'reminder.test.yaml', 'verify_caller.test.yaml'];
    const files = fs.readdirSync(examples).filter((name) => name.endsWith('.test.yaml') && !asks.includes(name))
        .map((name) => path.join(examples, name));
    const there = await switchboard(['test', ...files, '--to', server.publicUrl, '--json'], {environment});
    const inProcess = await switchboard(['test', ...files, '--now', '--json'], {environment});
    await server.stop();
    const transcript = ({test: name, file, heard, happened, failures}) =>
        ({name, file, heard, happened, failures: failures.filter(({expected}) => !expected.startsWith('the result'))
            .map(({line, column, expected, actual, stands}) => ({line, column, expected, actual, stands}))});
    const [calls, same] = [there, inProcess].map(({stdout}) => lines(stdout).map(transcript));
    assert.ok(calls.length > 50);
    assert.deepEqual(calls, same);
    if (closed !== undefined) assert.equal(calls.some(({heard}) => heard.some((text) => text.includes('We are closed'))), closed);
});
