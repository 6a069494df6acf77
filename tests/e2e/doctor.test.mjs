// The operator's desk: what `doctor` finds, and where `numbers` lets numbers point, beside a double of Twilio's REST side.
import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import {after, before, test} from 'node:test';
import {Server, accountSid, switchboard, temporaryFolder, token} from './support.mjs';
import {TwilioDouble} from './twilio_double.mjs';

const flow = `flow: desk
vars: {code: secret digits(6)}
start: main
states:
  main:
    - verify_start: {to: "{{ call.from }}", on: {refused: bye, failed: bye}}
    - gather: {say: Enter the code., save: code, otherwise: bye}
    - verify_check: {code: "{{ code }}", on: {wrong: bye, expired: bye, too_many: bye, failed: bye}}
    - say: Thank you.
    - go: bye
  bye: [hangup]
`;
const number = '+12025550100';
const apiSecret = 'a-secret-that-nobody-may-ever-see';
const service = `MG${'1'.repeat(32)}`;
const verify = `VA${'2'.repeat(32)}`;

// A certificate that is good for weeks, and trusted beside the double's.
function certificates(double) {
    const folder = temporaryFolder();
    const files = {cert: path.join(folder, 'cert.pem'), key: path.join(folder, 'key.pem')};
    execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '60',
        '-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost', '-keyout', files.key, '-out', files.cert], {stdio: 'ignore'});
    const trusted = path.join(folder, 'trusted.pem');
    fs.writeFileSync(trusted, fs.readFileSync(files.cert) + fs.readFileSync(double.certificate));
    return {files, trusted};
}

let twilio, server;
const seen = [];  // all that was ever printed
before(async () => {
    twilio = await TwilioDouble.start();
    const {files, trusted} = certificates(twilio);
    const flows = temporaryFolder();
    fs.writeFileSync(path.join(flows, 'desk.yaml'), flow);
    server = await Server.start({
        flows, certificate: files, settings: twilio.settings,
        accounts: `accounts: [{sid: ${accountSid}, auth_tokens: [{env: DESK_TOKEN_0}], api_key: {sid: {env: DESK_KEY}, secret: {env: DESK_SECRET}}, phone_number: "${number}", messaging_service: ${service}, verify_service: ${verify}}]`,
        environment: {SSL_CERT_FILE: trusted, DESK_KEY: `SK${'3'.repeat(32)}`, DESK_SECRET: apiSecret},
    });
});
after(async () => {
    await server?.stop();
    await twilio?.stop();
});

async function run(name, ...args) {
    const result = await switchboard([name, ...args, '-c', server.file], {environment: server.environment});
    seen.push(result.stdout, result.stderr);
    return result;
}
async function lines(name, ...args) {
    const result = await run(name, ...args, '--json');
    return {...result, rows: result.stdout.split('\n').filter(Boolean).map((line) => JSON.parse(line))};
}
const wrong = ({rows}) => rows.filter(({standing}) => standing === 'wrong');
const here = (end) => `${server.publicUrl}${end}`;

// All in order at Twilio.
function inOrder() {
    twilio.reset();
    twilio.addNumber('+12025550199', {voice_url: 'https://user:hunter2@elsewhere.example/x?key=hunter3'});
    twilio.addNumber(number, {
        voice_url: here('/voice/desk'), voice_fallback_url: here('/voice/desk/fallback'),
        status_callback: here('/voice/desk/status'), sms_url: here('/sms'),
    });
    twilio.services[service] = {sid: service, use_inbound_webhook_on_number: true};
    twilio.services[verify] = {sid: verify, code_length: 6, lookup_enabled: true, skip_sms_to_landlines: true};
    twilio.campaigns = [{campaign_status: 'VERIFIED'}];
    twilio.pool = [number];
    twilio.countries = {US: true, CA: false, DE: false};
}

// All but the age of this machine's time zones, which is nobody's to promise.
const checks = ['configuration', 'numbering', 'clock', 'certificate', 'signature', 'numbers', 'messages', 'verify'];

test('where all is in order doctor says what it looked at, and exits 0', async () => {
    inOrder();
    const found = await lines('doctor', ...checks);
    assert.deepEqual(wrong(found), []);
    assert.equal(found.code, 0, found.stdout + found.stderr);
    const fine = found.rows.filter(({standing}) => standing === 'fine').map(({check, about, what}) => `${check} ${about}: ${what}`);
    assert.ok(fine.includes(`numbers ${number}: it calls desk`), fine.join('\n'));
    assert.ok(fine.includes(`signature ${here('/voice/desk/status')}: a request signed as Twilio signs is answered`), fine.join('\n'));
    assert.ok(fine.some((line) => line.startsWith(`certificate ${server.publicUrl}: TLSv1.3, certificate good until `)), fine.join('\n'));
    assert.ok(fine.includes(`verify ${verify}: it sends codes of 6 digits`), fine.join('\n'));
});

test('each fault at Twilio is found, with what mends it, and doctor exits 1', async () => {
    inOrder();
    twilio.numbers[1].status_callback = '';
    twilio.services[service].use_inbound_webhook_on_number = false;
    twilio.services[verify].code_length = 4;
    twilio.campaigns = [{campaign_status: 'FAILED', errors: [{description: 'no opt-in named'}]}];
    const found = await lines('doctor', ...checks);
    assert.equal(found.code, 1);
    assert.deepEqual(wrong(found).map(({check, about}) => `${check} ${about}`), [
        `numbers ${number}`, `messages ${service}`, `messages ${service} (A2P 10DLC)`, `verify ${verify}`]);
    assert.equal(wrong(found)[0].mend, `switchboard numbers set ${number} --flow desk`);
    for (const {mend} of wrong(found)) assert.ok(mend);
    assert.match((await run('doctor', 'verify')).stdout, /^wrong {4}verify: VA2+: it sends codes of 4 digits, and a flow takes 6 to 6\n {9}= write `secret digits\(4\)` in the flow\n/m);
});

test('of a registration the first thing that is not done is told', async () => {
    inOrder();
    twilio.campaigns = [];
    const first = async () => wrong(await lines('doctor', 'messages'))[0]?.what;
    assert.match(await first(), /^no brand is registered/);
    twilio.brands = [{sid: 'BN1', status: 'PENDING'}];
    assert.match(await first(), /^its brand is PENDING/);
    twilio.brands[0] = {sid: 'BN1', status: 'FAILED', failure_reason: 'no such company'};
    assert.equal(await first(), 'its brand was refused: no such company');
    twilio.brands[0] = {sid: 'BN1', status: 'APPROVED'};
    assert.match(await first(), /^no campaign is registered/);
    twilio.campaigns = [{campaign_status: 'IN_PROGRESS', brand_registration_sid: 'BN1'}];
    assert.match(await first(), /^its campaign is IN_PROGRESS/);
    twilio.script('/a2p/BrandRegistrations', [{status: 503, body: 'away'}], 'GET');
    const {rows} = await lines('doctor', 'messages');
    assert.ok(rows.some(({standing, about}) => standing === 'unknown' && about === service), 'brands that cannot be asked are not missing');
    twilio.campaigns[0].campaign_status = 'VERIFIED';
    twilio.pool = ['+12025550177'];
    assert.match(await first(), /^\+12025550100 is none of its numbers/);
    twilio.pool = [];
    assert.match(await first(), /^it has no numbers to send from/);
});

test('countries that only one side lets texts go to are told', async () => {
    inOrder();
    twilio.countries = {US: false, DE: true, LV: true, CA: false};
    const {rows, code} = await lines('doctor', 'messages');
    const told = rows.filter(({about}) => about === 'geo permissions').map(({standing, what}) => `${standing}: ${what}`);
    assert.equal(code, 1);
    assert.equal(told.length, 2);
    assert.match(told[0], /^wrong: flows may text US, and Twilio may not \(21408\)$/);
    assert.match(told[1], /^note: Twilio texts DE, LV, and no flow may/);
});

test('refused credentials are a finding; a Twilio that is away is the environment', async () => {
    inOrder();
    twilio.script('/IncomingPhoneNumbers.json', [{status: 401, body: {code: 20003, status: 401}}], 'GET');
    const refused = await lines('doctor', 'numbers');
    assert.equal(refused.code, 1);
    assert.equal(wrong(refused)[0].what, "Twilio refuses the account's credentials");
    twilio.script('/IncomingPhoneNumbers.json', [{status: 503, body: 'away'}], 'GET');
    const away = await lines('doctor', 'numbers');
    assert.equal(away.code, 3);
    assert.equal(away.rows[0].standing, 'unknown');
});

test('a clock that is not Twilio’s is found', async () => {
    inOrder();
    const earlier = new Date(Date.now() - 120_000).toUTCString();
    twilio.script('/', [{status: 404, body: {}, headers: {date: earlier}}], 'GET');
    const found = await lines('doctor', 'clock');
    assert.equal(found.code, 1);
    assert.match(found.rows[0].what, /^this machine's clock is 1[12]\d s before Twilio's$/);
});

test('what another server than this one answers at the public URL is found', async () => {
    inOrder();
    const environment = {...server.environment, DESK_TOKEN_0: 'f'.repeat(32)};
    const other = await switchboard(['doctor', 'signature', '--json', '-c', server.file], {environment});
    assert.equal(other.code, 1);
    assert.match(other.stdout, /the server refuses a signature made with this configuration's auth token/);
    const untrusted = await switchboard(['doctor', 'certificate', '--json', '-c', server.file],
        {environment: {...server.environment, SSL_CERT_FILE: twilio.certificate}});
    assert.equal(untrusted.code, 1);
    assert.match(untrusted.stdout, /Twilio will not trust the certificate: self-signed certificate/);
});

test('a configuration that cannot be had is the environment, a wrong one a finding', async () => {
    assert.equal((await switchboard(['doctor', '-c', '/proc/no-place/x.yaml'])).code, 3);
    const file = path.join(temporaryFolder(), 'switchboard.yaml');
    fs.writeFileSync(file, 'lissten: 1\n');
    const found = await switchboard(['doctor', '-c', file]);
    assert.equal(found.code, 1);
    assert.match(found.stdout, /^wrong {4}configuration: .*SB105/m);
});

test('numbers list shows each number of all pages, and no password', async () => {
    inOrder();
    const {code, rows} = await lines('numbers', 'list');
    assert.equal(code, 0);
    assert.deepEqual(rows.map((row) => [row.number, row.flow]), [['+12025550199', undefined], [number, 'desk']]);
    assert.equal(rows[0].voice_url, 'https://...@elsewhere.example/x?...');
    assert.match((await run('numbers', 'list')).stdout, new RegExp(`^\\${number} +desk +${here('/voice/desk')} `, 'm'));
});

test('numbers set lets a number point here, and undo lets it point where it did', async () => {
    inOrder();
    const old = structuredClone(twilio.addNumber('+12025550111', {voice_url: 'https://old.example/?key=hunter4', voice_application_sid: `AP${'4'.repeat(32)}`}));
    const now = () => twilio.numbers.find(({phone_number: one}) => one === '+12025550111');

    const rehearsed = await lines('numbers', 'set', '+12025550111', '--flow', 'desk', '--dry-run');
    assert.equal(rehearsed.code, 0);
    assert.deepEqual(now(), old);
    assert.deepEqual(rehearsed.rows.map(({field}) => field),
        ['voice_url', 'voice_fallback_url', 'status_callback', 'voice_application_sid', 'sms_url']);

    const done = await run('numbers', 'set', '+12025550111', '--flow', 'desk');
    assert.equal(done.code, 0, done.stderr);
    assert.match(done.stdout, /^ {2}voice {14}https:\/\/old\.example\/\?\.\.\. -> https:\/\/localhost:\d+\/voice\/desk$/m);
    assert.deepEqual(now(), {...old, voice_url: here('/voice/desk'), voice_fallback_url: here('/voice/desk/fallback'),
        status_callback: here('/voice/desk/status'), voice_application_sid: '', sms_url: here('/sms')});
    assert.equal(fs.statSync(path.join(server.folder, 'numbers.undo')).mode & 0o777, 0o600);
    const again = await run('numbers', 'set', '+12025550111', '--flow', 'desk');
    assert.match(again.stderr, /points there already/);

    assert.equal((await run('numbers', 'undo', '+12025550111', '--dry-run')).code, 0);
    assert.equal(now().voice_url, here('/voice/desk'));
    assert.equal((await run('numbers', 'undo', '+12025550111')).code, 0);
    assert.deepEqual(now(), old);
    const more = await run('numbers', 'undo', '+12025550111');
    assert.equal(more.code, 1);
    assert.match(more.stderr, /nothing is kept of \+12025550111/);
});

test('a set that Twilio refuses leaves nothing to undo; a number or flow that is not ours is told', async () => {
    inOrder();
    const {sid} = twilio.addNumber('+12025550112');
    twilio.script(`/${sid}.json`, [{status: 400, body: {code: 21402, status: 400, message: 'Url is invalid'}}]);
    assert.notEqual((await run('numbers', 'set', '+12025550112', '--flow', 'desk')).code, 0);
    assert.equal((await run('numbers', 'undo', '+12025550112')).code, 1);
    const nobody = await run('numbers', 'set', '+12025550122', '--flow', 'desk');
    assert.equal(nobody.code, 1);
    assert.match(nobody.stderr, /\+12025550122 is none of the accounts' numbers/);
    const noFlow = await run('numbers', 'set', number, '--flow', 'gone');
    assert.equal(noFlow.code, 2);
    assert.match(noFlow.stderr, /no flow "gone"; there is desk/);
    twilio.addNumber('+12025550113', {trunk_sid: `TK${'5'.repeat(32)}`});
    assert.match((await run('numbers', 'set', '+12025550113', '--flow', 'desk')).stderr, /a SIP trunk has its calls/);
});

test('nothing secret is ever printed', () => {
    const all = seen.join('\n');
    assert.ok(all.length > 1000);
    const encoded = [token, apiSecret].flatMap((text) => [text, Buffer.from(text).toString('base64')]);
    for (const secret of [...encoded, 'hunter', 'Basic ']) assert.ok(!all.includes(secret), secret);
});
