// node tests/mutations/run.mjs [COUNT] [SEED]: makes that many small changes to the example flows, one at a time (a place, a key, a
// word, an outcome), and runs their tests. Prints each change that no test notices, then how many were noticed of those
// that a check would have let through; exit 1 below nine in ten. Needs a built switchboard: $SWITCHBOARD, else release.
import {execFile} from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {fileURLToPath} from 'node:url';

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '..', '..');
const binary = process.env.SWITCHBOARD ?? path.join(root, 'build/release/server/switchboard');
const examples = path.join(root, 'flows/examples');
const [count = 200, seed = 1] = process.argv.slice(2).map(Number);

// Mulberry32: the same changes for the same seed.
let state = seed >>> 0;
function chance() {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
}
const oneOf = (list) => list[Math.floor(chance() * list.length)];

const files = fs.readdirSync(examples).filter((name) => name.endsWith('.yaml'));
const flows = files.filter((name) => !name.endsWith('.test.yaml') && !['switchboard.yaml', 'house.yaml'].includes(name));
const text = Object.fromEntries(files.map((name) => [name, fs.readFileSync(path.join(examples, name), 'utf8')]));

// Of each step; what a step does not have the check refuses, and the change is drawn again.
const outcomes = ['busy', 'no_answer', 'declined', 'failed', 'canceled', 'completed', 'ok', 'denied', 'not_found', 'slow', 'sent', 'opted_out',
    'refused', 'unknown', 'pending', 'approved', 'wrong', 'expired', 'too_many', 'queued', 'bridged', 'left', 'full', 'timeout', 'empty', 'filled'];

// Every place in the file where a kind of change can be made: [begin, end, what may stand there instead].
const placesIn = {
    target(flow) {
        const states = [...flow.matchAll(/^ {2}(\w+):(?=[ \n])/gm)].map(([, name]) => name)
            .filter((name) => new RegExp(`^states:[^]*^ {2}${name}:`, 'm').test(flow));
        const leads = ['go', 'then', 'else', 'otherwise', 'identified', 'gave_up', 'verified', '"?[\\d*]"?', ...outcomes].join('|');
        return [...flow.matchAll(new RegExp(`(?<![\\w])(?:${leads}): (\\w+)(?=[,}\\]\\n ])`, 'g'))]
            .filter(([, name]) => states.includes(name))
            .map((found) => [found.index + found[0].length - found[1].length, found.index + found[0].length, states]);
    },
    key(flow) {
        return [...flow.matchAll(/(?<=[{ ]"?)([0-9])(?="?: [\w{])/g)]
            .map((found) => [found.index, found.index + 1, [...'0123456789']]);
    },
    word(flow) {
        return [...flow.matchAll(/(?<=(?:en-US|es-MX|say|again|text): "?)([A-Z¿][^"{}\n,]{8,})/g)].map((found) => {
            const words = found[1].split(' ');
            const changed = words.map((_, i) => words.filter((_, at) => at !== i).join(' ')).filter((line) => line !== found[1]);
            return [found.index, found.index + found[1].length, changed];
        });
    },
    outcome(flow) {
        return [...flow.matchAll(new RegExp(`\\b(${outcomes.join('|')}): (?=\\w)`, 'g'))]
            .map((found) => [found.index, found.index + found[1].length, outcomes]);
    },
};

function changeOf(kind) {
    for (;;) {
        const name = oneOf(flows);
        const places = placesIn[kind](text[name]);
        if (places.length === 0) continue;
        const [begin, end, instead] = oneOf(places);
        const before = text[name].slice(begin, end);
        const others = instead.filter((each) => each !== before);
        if (others.length === 0) continue;
        const after = oneOf(others);
        const line = text[name].slice(0, begin).split('\n').length;
        return {name, line, kind, before, after, changed: text[name].slice(0, begin) + after + text[name].slice(end)};
    }
}

const run = (args, folder) => new Promise((resolve) => execFile(binary, args, {cwd: folder}, (error) => resolve(error ? error.code : 0)));

async function noticed(change) {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'mutation-'));
    for (const name of files) fs.writeFileSync(path.join(folder, name), name === change.name ? change.changed : text[name]);
    // What the check finds never gets to the tests.
    const checked = await run(['check', '.'], folder);
    const result = checked === 0 ? await run(['test', '.'], folder) !== 0 : undefined;
    fs.rmSync(folder, {recursive: true});
    return result;
}

let tried = 0;
let found = 0;
let checked = 0;
const done = new Set();
const kinds = Object.keys(placesIn);
for (let i = 0; tried < count; ++i) {
    const change = changeOf(kinds[i % kinds.length]);
    const again = `${change.name}:${change.line}:${change.kind}:${change.before}:${change.after}`;
    if (done.has(again)) continue;
    done.add(again);
    const result = await noticed(change);
    if (result === undefined) {
        ++checked;
        continue;
    }
    ++tried;
    if (result) ++found;
    else console.log(`survives: ${change.name}:${change.line}: ${change.kind} "${change.before}" as "${change.after}"`);
}
console.log(`${found} of ${tried} changes are noticed by the tests (${checked} more by the check)`);
process.exit(found >= 0.9 * tried ? 0 : 1);
