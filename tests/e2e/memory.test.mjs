// Memory does not grow with the calls that have been: nothing of a call stays in the process.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import {test} from 'node:test';
import {Call, Server} from './support.mjs';

const webhooks = process.env.SANITIZED ? 2000 : 20000;
const atOnce = 16;

test(`after ${webhooks} webhooks of as many calls memory is what it was`, async () => {
    const server = await Server.start({settings: 'log: {level: error}'});
    const kilobytes = () => Number(fs.readFileSync(`/proc/${server.process.pid}/status`, 'utf8').match(/VmRSS:\s*(\d+)/)[1]);
    const {form} = new Call(server, 'desk');
    let sent = 0;
    const send = async (until) => {
        while (sent < until) {
            sent += 1;
            const fields = {...form, CallSid: `CA${sent.toString(16).padStart(32, '0')}`};
            const answer = await server.webhook('/voice/desk', fields);
            assert.equal(answer.status, 200);
        }
    };
    const run = (until) => Promise.all(Array.from({length: atOnce}, () => send(until)));
    await run(webhooks / 4);
    const before = kilobytes();
    await run(webhooks);
    const after = kilobytes();
    const metrics = (await server.admin('/metrics')).body;
    const counted = [...metrics.matchAll(/^switchboard_webhooks_total\{.*event="begin".*\} (\d+)/gm)].reduce((sum, [, count]) => sum + Number(count), 0);
    const shed = Number(metrics.match(/^switchboard_shed_records_total (\d+)/m)[1]);
    assert.equal(counted + shed, sent);
    assert.ok(sent >= webhooks);
    // A sanitizer keeps freed memory for a while, to catch its use.
    if (!process.env.SANITIZED) assert.ok(after < before + 3072, `${before} KB after a quarter, ${after} KB at the end`);
    await server.stop();
});
