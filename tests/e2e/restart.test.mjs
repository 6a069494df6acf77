import assert from 'node:assert/strict';
import {test} from 'node:test';
import {Call, Server} from './support.mjs';

const kills = process.env.SANITIZED ? 5 : 50;

test(`every call goes on after kill -9, ${kills} times under calls`, async () => {
    const server = await Server.start();
    const calls = await Promise.all(Array.from({length: 20}, async (_, i) => {
        const call = await new Call(server, 'desk').arrives();
        await call.keys('1');
        await call.keys(`00${10 + i}`);
        return call;
    }));
    for (let kill = 0; kill < kills; ++kill) {
        // All calls ask at once while the server dies; who gets no answer asks again, as Twilio does.
        const asked = calls.map((call) => call.keys('1').catch(() => null));
        await server.kill();
        await Promise.all(asked);
        await server.run();
        await Promise.all(calls.map(async (call) => {
            const before = call.twiml;
            await call.again();
            assert.match(call.words(), /Your account is .*, told .* times/, before);
        }));
    }
    await server.stop();
});
