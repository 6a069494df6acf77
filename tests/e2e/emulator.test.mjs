// The server's REST adapters against an emulator of Twilio that is not ours. It knows the ordinary way only; for what
// goes wrong there is twilio_double.mjs.
import assert from 'node:assert/strict';
import {execFile} from 'node:child_process';
import {test} from 'node:test';
import {createEmulator} from 'emulate';
import {freePort} from './support.mjs';

const account = 'AC00000000000000000000000000000000';
const credentials = 'Basic ' + Buffer.from(`${account}:twilio_test_auth_token`).toString('base64');

test('messages, calls and codes go the ordinary way', async () => {
    const emulator = await createEmulator({service: 'twilio', port: await freePort()});
    try {
        const output = await new Promise((resolve) => {
            execFile(process.env.SERVER_TESTS, ['[.emulator]'], {env: {...process.env, TWILIO_EMULATOR: emulator.url}, timeout: 60000},
                (error, stdout, stderr) => resolve(`${error ? `exit ${error.code ?? error.signal}` : 'exit 0'}\n${stdout}${stderr}`));
        });
        assert.match(output, /^exit 0\n[^]*All tests passed/);
        const answer = await fetch(`${emulator.url}/2010-04-01/Accounts/${account}/Messages.json`, {headers: {authorization: credentials}});
        const {messages} = await answer.json();
        assert.deepEqual(messages.map(({to, from, body}) => ({to, from, body})),
            [{to: '+12025550123', from: '+15551234567', body: 'Grüße & 1+1'}]);
    } finally {
        await emulator.close();
    }
});
