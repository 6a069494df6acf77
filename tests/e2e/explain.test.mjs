// `explain`: a finding's page, or what may come of a step.
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {switchboard, temporaryFolder} from './support.mjs';
import fs from 'node:fs';
import path from 'node:path';

test('explain prints why, a bad and a good example of what check found', async () => {
    const {code, stdout} = await switchboard(['explain', 'sb302']);
    assert.equal(code, 0);
    assert.match(stdout, /^error SB302: falls off the end\n\n.+\.\n\nbad:\n {4}flow: a\n[^]+\ngood:\n {4}flow: a\n[^]+# allow SB302: \.\.\.\n$/);
});

test('the examples that explain prints are what check says they are', async () => {
    const page = JSON.parse((await switchboard(['explain', 'SB201', '--json'])).stdout);
    const folder = temporaryFolder();
    fs.writeFileSync(path.join(folder, 'a.yaml'), page.bad);
    assert.match((await switchboard(['check', folder])).stdout, /error SB201/);
    fs.writeFileSync(path.join(folder, 'a.yaml'), page.good);
    assert.equal((await switchboard(['check', folder])).code, 0);
});

test('explain tells what may come of a step, and says what it does not know', async () => {
    const {code, stdout} = await switchboard(['explain', 'sms']);
    assert.equal(code, 0);
    assert.match(stdout, /^ {2}opted_out +must be handled/m);
    const unknown = await switchboard(['explain', 'SB999']);
    assert.equal(unknown.code, 2);
    assert.match(unknown.stderr, /"SB999" is no finding of this build and no step: SB101 /);
});
