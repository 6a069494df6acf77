// Every recorded decision about a signature, over HTTPS: a signed request is past 403, an unsigned one is not.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import {test} from 'node:test';
import {Call, Server, accountSid, root, temporaryFolder, token} from './support.mjs';

const {cases} = JSON.parse(fs.readFileSync(path.join(root, 'tests/twiml/signatures.json'), 'utf8'));

// What a URL's origin and the raw bytes behind it are, without a parser that would rebuild either.
function split(url) {
    const [, origin, target] = url.match(/^([a-z]+:\/\/[^/?#]*)([^#]*)/i);
    return {origin, target};
}
const travels = ({url, authToken}) => {
    const {origin, target} = split(url);
    return target.startsWith('/') && !/[^\x21-\x7e]/.test(target) && !origin.includes('@') && authToken !== '';
};

test('a token from a file is the file without the end of its line', async () => {
    const file = path.join(temporaryFolder(), 'token');
    fs.writeFileSync(file, `${token}\r\n`);
    const server = await Server.start({accounts: `accounts: [{sid: ${accountSid}, auth_tokens: [{file: "${file}"}]}]`});
    await new Call(server, 'desk').arrives();
    await server.stop();
});

test('signature cases decide right over HTTPS', async (t) => {
    const servers = new Map();
    for (const one of cases.filter(travels)) {
        await t.test(one.name, async () => {
            const {origin, target} = split(one.url);
            const key = `${origin} ${one.authToken}`;
            if (!servers.has(key)) servers.set(key, await Server.start({publicUrl: origin, tokens: [one.authToken]}));
            const headers = {'x-twilio-signature': one.signature};
            if (one.contentType) headers['content-type'] = one.contentType;
            const answer = await servers.get(key).request(one.method, target, headers, one.body ?? '');
            assert.equal(answer.status !== 403, one.valid, `${one.why}: ${answer.status}`);
            assert.ok(answer.status < 500);
        });
    }
    for (const server of servers.values()) await server.stop();
});
