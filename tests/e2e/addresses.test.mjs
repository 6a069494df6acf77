// Under which URL, for which account and with which token a webhook may be signed.
import assert from 'node:assert/strict';
import {after, test} from 'node:test';
import twilio from 'twilio';
import {Call, Server, accountSid, token} from './support.mjs';

const servers = [];
async function serving(options) {
    servers.push(await Server.start(options));
    return servers.at(-1);
}
after(() => Promise.all(servers.map((server) => server.stop())));

const other = {sid: 'AC11111111111111111111111111111111', token: 'fedcba9876543210fedcba9876543210'};
const webhook = (more) => ({...new Call({}, 'desk').form, ...more});

// A webhook to `target` that was signed for `url`; its status, or its whole answer.
function ask(server, target, url, {form = webhook(), by = token, headers = {}, method = 'POST'} = {}) {
    const signature = twilio.getExpectedTwilioSignature(by, url, method === 'GET' ? {} : form);
    return method === 'GET'
        ? server.request('GET', target, {'x-twilio-signature': signature, ...headers})
        : server.request('POST', target, {'content-type': 'application/x-www-form-urlencoded', 'x-twilio-signature': signature, ...headers},
            new URLSearchParams(form).toString());
}
const status = async (...what) => (await ask(...what)).status;
const action = (body) => body.match(/action="([^"#]*)/)[1].replaceAll('&amp;', '&');

test('a path prefix of the public URL is signed and answered, whether a proxy takes it off or leaves it', async () => {
    const at = 'https://ivr.example.com/phone/one';
    const server = await serving({publicUrl: at});
    for (const prefix of ['', '/phone/one']) {
        const answer = await ask(server, `${prefix}/voice/desk`, `${at}/voice/desk`);
        assert.equal(answer.status, 200);
        const next = action(answer.body);
        assert.match(next, /^\/phone\/one\/voice\/desk\/main\/gather\?s=/);
        const arrives = prefix ? next : next.replace('/phone/one', '');
        const form = webhook({Digits: '1'});
        assert.equal(await status(server, arrives, `https://ivr.example.com${next}`, {form}), 200);
        assert.equal(await status(server, arrives, `https://ivr.example.com${next.replace('/phone/one', '')}`, {form}), 403);
        assert.equal(await status(server, `${prefix}/voice/desk`, 'https://ivr.example.com/voice/desk'), 403);
    }
    assert.equal(await status(server, '/phone/one/voice/nobody', `${at}/voice/nobody`), 404);
    assert.equal(await status(server, '/phone/onerous/voice/desk', `${at}/phone/onerous/voice/desk`), 404);
});

test('a webhook may be signed for any of several public URLs, and goes on under that one', async () => {
    const urls = ['https://new.example.com', 'https://old.example.com:8443/ivr', 'http://plain.example.com'];
    const server = await serving({publicUrl: urls});
    for (const url of urls) {
        const answer = await ask(server, '/voice/desk', `${url}/voice/desk`);
        assert.equal(answer.status, 200, url);
        assert.ok(action(answer.body).startsWith(`${new URL(url).pathname.replace(/\/$/, '')}/voice/desk/main/gather`));
    }
    for (const url of ['https://other.example.com', 'http://new.example.com', 'https://old.example.com:8443', `https://localhost:${server.port}`])
        assert.equal(await status(server, '/voice/desk', `${url}/voice/desk`), 403, url);
});

test('a webhook may come by GET, from the first to the last', async () => {
    const server = await serving();
    const get = async (target, more) => {
        const fields = new URLSearchParams(webhook(more)).toString();
        const whole = `${target}${target.includes('?') ? '&' : '?'}${fields}`;
        const answer = await ask(server, whole, server.publicUrl + whole, {method: 'GET'});
        assert.equal(answer.status, 200, answer.body);
        return answer.body;
    };
    const sid = {CallSid: `CA${'7'.repeat(32)}`};
    const menu = await get('/voice/desk', sid);
    assert.match(menu, /Welcome to the desk/);
    const question = await get(action(menu), {...sid, Digits: '1'});
    assert.match(question, /Key your four digits/);
    assert.match(await get(action(question), {...sid, Digits: '0420'}), /told (1|one) times/);
    // Any byte of the query is signed.
    const target = '/voice/desk?CallSid=CA1&AccountSid=';
    assert.equal(await status(server, `${target}x`, `${server.publicUrl}${target}y`, {method: 'GET'}), 403);
});

test('while a token is rotated both verify, what the old one sealed opens, and the new one seals', async () => {
    const fresh = 'abcdefabcdefabcdefabcdefabcdefab';
    const server = await serving({tokens: [token, fresh]});
    const use = async (...names) => {
        server.write(server.configuration.replace(/auth_tokens: \[.*\]\}\]/, `auth_tokens: [${names.map((name) => `{env: ${name}}`).join(', ')}]}]`));
        assert.equal((await server.command('reload')).code, 0);
    };
    const signed = async (call, by, more) => {
        const answer = await server.webhook(call.twiml ? call.action() : call.target, {...call.form, ...more}, {by});
        if (answer.status === 200) call.twiml = answer.body;
        return answer.status;
    };
    await use('DESK_TOKEN_0');
    const call = new Call(server, 'desk');
    const idle = new Call(server, 'desk');
    assert.equal(await signed(call, fresh), 403);
    for (const each of [call, idle]) {
        assert.equal(await signed(each, token), 200);
        assert.equal(await signed(each, token, {Digits: '1'}), 200);
        assert.match(each.words(), /Key your four digits/);
    }
    await use('DESK_TOKEN_1', 'DESK_TOKEN_0');
    assert.equal(await signed(call, fresh, {Digits: '0420'}), 200);
    assert.match(call.words(), /told (1|one) times/);
    assert.equal(await signed(new Call(server, 'desk'), token), 200);

    await use('DESK_TOKEN_1');
    assert.equal(await signed(call, token, {Digits: '1'}), 403);
    assert.equal(await signed(call, fresh, {Digits: '1'}), 200);
    assert.match(call.words(), /told (2|two) times/);
    // Its state has been sealed by what is gone: an apology and the start, no error.
    assert.equal(await signed(idle, fresh, {Digits: '0420'}), 200);
    assert.match(idle.words(), /Welcome to the desk/);
});

test('with `state_keys` calls survive that every auth token is replaced', async () => {
    const server = await serving({tokens: [token, other.token], settings: 'state_keys: [{env: DESK_STATE_KEY}]',
        environment: {DESK_STATE_KEY: 'a'.repeat(32)}});
    const call = await new Call(server, 'desk').arrives();
    await call.keys('1');
    server.write(server.configuration.replace('[{env: DESK_TOKEN_0}, {env: DESK_TOKEN_1}]', '[{env: DESK_TOKEN_1}]'));
    assert.equal((await server.command('reload')).code, 0);
    const answer = await server.webhook(call.action(), {...call.form, Digits: '0420'}, {by: other.token});
    assert.equal(answer.status, 200);
    assert.match(answer.body, /told (1|one) times/);
});

test('each of several accounts is verified by its own tokens; one that is not listed, or not named, by any', async () => {
    const server = await serving({tokens: [token, other.token],
        accounts: `accounts: [{sid: ${accountSid}, auth_tokens: [{env: DESK_TOKEN_0}]}, {sid: ${other.sid}, auth_tokens: [{env: DESK_TOKEN_1}]}]`});
    const url = `${server.publicUrl}/voice/desk`;
    const by = (AccountSid, signer) => {
        const form = webhook({AccountSid});
        if (AccountSid === undefined) delete form.AccountSid;
        return status(server, '/voice/desk', url, {form, by: signer});
    };
    assert.equal(await by(accountSid, token), 200);
    assert.equal(await by(other.sid, other.token), 200);
    assert.equal(await by(accountSid, other.token), 403);
    assert.equal(await by(other.sid, token), 403);
    // A subaccount may be signed with its parent's token; the signature decides, not what it says of itself.
    for (const unlisted of [`AC${'2'.repeat(32)}`, '', undefined, 'nonsense']) {
        assert.equal(await by(unlisted, token), 200);
        assert.equal(await by(unlisted, other.token), 200);
        assert.equal(await by(unlisted, 'neither'), 403);
    }
    // What one account's call was given opens in that call alone.
    const call = await new Call(server, 'desk').arrives();
    await call.keys('1');
    const stranger = await server.webhook(call.action(), webhook({AccountSid: other.sid, Digits: '0420'}), {by: other.token});
    assert.equal(stranger.status, 200);
    assert.doesNotMatch(stranger.body, /told/);
});

const forwarded = (proto, host, port) => Object.fromEntries(Object.entries(
    {'x-forwarded-proto': proto, 'x-forwarded-host': host, 'x-forwarded-port': port}).filter(([, value]) => value !== undefined));
const say = forwarded('https', 'ivr.example.com');

test('a listed proxy tells under which URL it was called, as far as it says', async () => {
    const server = await serving({publicUrl: null, settings: 'trusted_proxies: [10.0.0.0/8, 127.0.0.1]'});
    const called = (url, headers) => status(server, '/voice/desk', `${url}/voice/desk`, {headers});
    assert.equal(await called('https://ivr.example.com', say), 200);
    assert.equal(await called('http://ivr.example.com:8080', forwarded('http', 'ivr.example.com', '8080')), 200);
    assert.equal(await called('https://ivr.example.com', forwarded('https', 'ivr.example.com', '443')), 200);
    assert.equal(await called('https://ivr.example.com:8443', forwarded('https', 'ivr.example.com:8443')), 200);
    // Without X-Forwarded-Host it says nothing: Host is whatever the client wrote.
    for (const headers of [{}, forwarded('https')])
        assert.equal(await called('https://ivr.example.com', {host: 'ivr.example.com', ...headers}), 403);
    assert.equal(await called('https://elsewhere.example.com', say), 403);
    // A proxy appends; what stands in front came from outside.
    assert.equal(await called('https://ivr.example.com', forwarded('http, https', 'evil.example, ivr.example.com')), 200);
    assert.equal(await called('https://evil.example', forwarded('http, https', 'evil.example, ivr.example.com')), 403);
    for (const nonsense of [forwarded('gopher', 'ivr.example.com'), forwarded('https', 'a b'), forwarded('https', 'ivr.example.com/x')])
        assert.equal(await called('https://ivr.example.com', nonsense), 403);
});

test('who is not a listed proxy is not believed, and nobody is beside a public_url', async () => {
    const strict = await serving({publicUrl: null, settings: 'trusted_proxies: [10.0.0.0/8]'});
    for (const headers of [say, {}, {host: 'ivr.example.com'}])
        assert.equal(await status(strict, '/voice/desk', 'https://ivr.example.com/voice/desk', {headers}), 403);
    const named = await serving({publicUrl: 'https://named.example.com', settings: 'trusted_proxies: [127.0.0.1]'});
    assert.equal(await status(named, '/voice/desk', 'https://ivr.example.com/voice/desk', {headers: say}), 403);
    assert.equal(await status(named, '/voice/desk', 'https://named.example.com/voice/desk', {headers: say}), 200);
    assert.equal(await status(named, 'https://ivr.example.com/voice/desk', 'https://ivr.example.com/voice/desk'), 403);
});

test('two processes with the same configuration answer each other\'s calls, and duplicates alike', async () => {
    const options = {publicUrl: 'https://ivr.example.com'};
    const [one, two] = [await serving(options), await serving(options)];
    const twoCalls = [new Call(one, 'desk'), new Call(one, 'desk')];
    const heard = [];
    for (const call of twoCalls) {
        let target = call.target;
        for (const more of [{}, {Digits: '1'}, {Digits: '0420'}, {Digits: '1'}, {Digits: '1'}]) {
            const form = {...call.form, ...more};
            const answers = [await one.webhook(target, form), await two.webhook(target, form), await one.webhook(target, form)];
            for (const answer of answers) {
                assert.equal(answer.status, 200);
                assert.equal(answer.body, answers[0].body);
            }
            heard.push({target, form, body: answers[0].body});
            // The next webhook goes on with what the other process answered.
            call.twiml = answers[1].body;
            target = call.action();
        }
        assert.match(call.words(), /told (3|three) times/);
    }
    assert.equal(new Set(heard.map(({body}) => body)).size, heard.length, 'two calls share an answer');
    // Long after the call has gone on, also from a process that was not there before.
    const three = await serving(options);
    await two.admin('/readyz');
    for (const {target, form, body} of heard.reverse()) {
        for (const server of [one, two, three]) assert.equal((await server.webhook(target, form)).body, body);
    }
});
