// What Twilio's own libraries say: signatures of many requests, documents that use every verb, noun,
// attribute and typed value the helper library knows, and in how many segments texts are sent.
// Written as JSON for the C++ tests.
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const [modules, output] = process.argv.slice(2);
const require = createRequire(join(modules, 'package.json'));
const twilio = require('twilio');

// ---- signatures -----------------------------------------------------------------------------

let seed = 20250;
function random(below) {  // mulberry32: the same requests in every run
  seed = (seed + 0x6d2b79f5) | 0;
  let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) % below;
}
const pick = (list) => list[random(list.length)];
const pieces = ['a', 'B', '7', ' ', '+', '&', '=', '%', '%41', '/', '?', '#', "'", '"', '~', '*', '\n',
  'ö', 'é', '漢', '+12025550100', 'CA0123', ''];
const text = (most) => Array.from({ length: random(most) }, () => pick(pieces)).join('');

function request() {
  const host = pick(['ivr.example.com', '10.0.0.7', 'xn--bcher-kva.example']);
  const port = pick(['', '', ':8443', ':80']);
  const path = pick(['', '/', '/voice/main', '/a%2Fb/../c', '//x', "/it's"]);
  const query = pick(['', '?a=1&b=2', '?z=1&a=%20+', '?', '?s=AbC_-~&r=1']);
  const params = {};
  for (let i = random(12); i > 0; --i) {
    const name = pick(['CallSid', 'From', 'To', 'Digits', '10', '9', 'a', 'A', 'ö']) + text(3);
    params[name] = random(5) === 0 ? Array.from({ length: 1 + random(4) }, () => text(3)) : text(6);
  }
  return { url: `${pick(['https', 'http'])}://${host}${port}${path}${query}`, params };
}

const signatures = Array.from({ length: 500 }, () => {
  const { url, params } = request();
  const token = pick(['12345', 'f0e1d2c3b4a5968778695a4b3c2d1e0f', 'töken']);
  const fields = Object.entries(params).flatMap(([name, value]) =>
    [].concat(value).map((each) => [name, each]));
  return { url, token, fields, signature: twilio.getExpectedTwilioSignature(token, url, params) };
});

// ---- documents ------------------------------------------------------------------------------

const typings = readFileSync(join(modules, 'node_modules/twilio/lib/twiml/VoiceResponse.d.ts'), 'utf8');
const types = Object.fromEntries(
  [...typings.matchAll(/^ {4}type (\w+) = (.+);$/gm)].map(([, name, values]) =>
    [name, [...values.matchAll(/"([^"]*)"/g)].map((m) => m[1])]));
const interfaces = Object.fromEntries(
  [...typings.matchAll(/export interface (\w+) \{([\s\S]*?)^ {4}\}/gm)].map(([, name, body]) =>
    [name, [...body.matchAll(/^ {8}"?([\w:-]+)"?\??: (.+);$/gm)].map((m) => [m[1], m[2]])]));
const classes = {};
for (const [, name, body] of typings.matchAll(/(?:declare|export) class (\w+) extends TwiML \{([\s\S]*?)^ {0,4}\}/gm)) {
  classes[name] = {};
  for (const [, method, args, made] of body.matchAll(/^ +(\w+)\((.*)\): VoiceResponse\.(\w+);$/gm)) {
    const attributes = args.match(/attributes\??: VoiceResponse\.(\w+)/)?.[1];
    const known = classes[name][method];
    classes[name][method] = {
      made,
      attributes: attributes ?? known?.attributes,
      takesAttributes: /attributes/.test(args) || known?.takesAttributes,
      takesText: /: string/.test(args) || known?.takesText,
    };
  }
}

const sid = (kind) => `${kind}0123456789abcdef0123456789abcdef`;
const url = 'https://ivr.example.com/next?a=1&b=2';
const strings = {
  byoc: sid('BY'), coach: sid('CA'), reservationSid: sid('WR'), postWorkActivitySid: sid('WA'),
  workflowSid: sid('WW'), serviceInstanceSid: sid('IS'), time: '200ms', volume: ['+6dB', 'loud'],
  rate: ['90%', 'slow'], pitch: ['+10%', 'low'], callerId: '+12025550101', from: '+12025550101',
  to: '+12025550100', finishOnKey: ['#', '*'], digits: 'wW12*#', sendDigits: 'wwww1928',
  speechTimeout: ['auto', '3'], speechModel: ['phone_call', 'googlev2_telephony', 'deepgram_nova-2'],
  postalCode: ['true', '94102'], chargeAmount: ['20.45', '0'], transcriptionEngine: 'google',
  ttsProvider: ['Google', 'Amazon', 'ElevenLabs'], transcriptionProvider: ['Google', 'Deepgram'],
  interruptible: ['any', 'none'], welcomeGreetingInterruptible: 'speech', interruptSensitivity: 'high',
  elevenlabsTextNormalization: 'auto', debug: 'debugging', machineDetection: ['Enable', 'DetectMessageEnd'],
  recordingTrack: 'both', trim: 'do-not-trim', inboundTimeout: '10', routingAssignmentTimeout: '10',
};
const numbers = {
  timeout: [5, 60], machineDetectionTimeout: [3, 60], machineDetectionSpeechThreshold: [1000, 6000],
  machineDetectionSpeechEndThreshold: [500, 5000], machineDetectionSilenceTimeout: [2000, 10000],
  maxLength: [2, 14400], maxAttempts: [1, 3], maxParticipants: [2, 250], loop: [0, 3], attempt: [1, 10],
};

// Good values of one attribute.
function samples(name, type, made) {
  if (name === 'url' && (made === 'Stream' || made === 'ConversationRelay')) return ['wss://ivr.example.com/other'];
  const list = type.endsWith('[]');
  const base = type.replace('[]', '').replace('VoiceResponse.', '');
  if (types[base]) return list ? [...types[base].map((v) => [v]), types[base]] : types[base];
  if (base === 'boolean') return [true, false];
  if (base === 'number') return list ? [[1, 2]] : numbers[name] ?? [1, 30];
  if (base === 'object') return [];
  if (/method$/i.test(name)) return ['GET', 'POST'];
  if (strings[name] !== undefined) return [].concat(strings[name]);
  if (/(url|callback|action)$/i.test(name)) return [url];
  return ['some words'];
}

// What the docs demand where the library does not.
const needed = {
  Stream: { url: 'wss://ivr.example.com/media', name: 'ear' }, Parameter: { name: 'a', value: 'b' },
  Config: { name: 'a', value: 'b' }, ConversationRelay: { url: 'wss://ivr.example.com/relay' },
  Language: { code: 'en-US' }, VirtualAgent: { connectorName: 'a' }, Siprec: { connectorName: 'a' },
  Prompt: { for: 'postal-code' }, SsmlLang: { 'xml:lang': 'de-DE' }, SsmlPhoneme: { ph: 'a' },
  SsmlProsody: { rate: 'slow' }, SsmlSayAs: { 'interpret-as': 'date' }, SsmlSub: { alias: 'a' },
};
const words = {
  Number: '+12025550100', WhatsApp: '+12025550100', Sip: 'sip:alice@example.com', SipUri: 'sip:bob@example.com',
  ReferSip: 'sip:alice@example.com', Sim: sid('DE'), ApplicationSid: sid('AP'), Task: '{"a": 1}',
  Play: url, Redirect: '/next', Dial: '+12025550100', Autopilot: sid('UA'),
};
// A child where the element alone would mean nothing.
const completed = {
  Connect: (it) => it.room('lobby'), Refer: (it) => it.sip('sip:alice@example.com'),
  Start: (it) => it.recording(), Stop: (it) => it.stream({ name: 'ear' }),
  Application: (it) => it.applicationSid(sid('AP')), Pay: () => {}, Headers: () => {},
};

function call(parent, method, attributes, content) {
  const { takesAttributes, takesText } = method.spec;
  if (!takesText) return parent[method.name](attributes);
  if (!takesAttributes) return parent[method.name](content);
  return content === undefined ? parent[method.name](attributes) : parent[method.name](attributes, content);
}

// A document: the elements of `path`, the last one with `attributes`.
function build(path, attributes) {
  const response = new twilio.twiml.VoiceResponse();
  let at = response;
  path.forEach((method, i) => {
    const last = i === path.length - 1;
    const made = method.spec.made;
    const holds = { Dial: !last, Client: !last, Application: !last, Sip: !last, Enqueue: false }[made];
    const content = holds || completed[made] ? undefined : words[made] ?? 'some words';
    const needs = last && made === 'Stream' && path[i - 1].spec.made === 'Stop' ? { name: 'ear' } : needed[made];
    const child = path[i + 1]?.spec.made;
    const extra = { Task: { workflowSid: sid('WW') }, WhatsApp: { callerId: 'whatsapp:+12025550101' } }[child];
    at = call(at, method, { ...needs, ...extra, ...(last ? attributes : {}) }, content);
    if (last && completed[made]) completed[made](at);
  });
  return response.toString();
}

const documents = [];
function walk(name, path, seen) {
  for (const [methodName, spec] of Object.entries(classes[name] ?? {})) {
    const method = { name: methodName, spec };
    const here = [...path, method];
    documents.push(build(here, {}));
    if (seen.has(`${name}.${methodName}`)) continue;
    seen.add(`${name}.${methodName}`);
    for (const [attribute, type] of interfaces[spec.attributes] ?? [])
      for (const value of samples(attribute, type, spec.made)) documents.push(build(here, { [attribute]: value }));
    if (here.length < 5) walk(spec.made, here, seen);
  }
}
walk('VoiceResponse', [], new Set());

const hostile = new twilio.twiml.VoiceResponse();
hostile.comment('a comment');
hostile.commentBefore('before');
hostile.say({ language: 'de-DE' }, 'Käse & <Brot> "heute" \'hier\' ]]> 漢字 😀');
hostile.redirect({ method: 'POST' }, '/next?a=1&b=<2>');
documents.push(hostile.toString());

// ---- segments -------------------------------------------------------------------------------

const calculator = require.resolve('sms-segments-calculator');
const { SegmentedMessage } = require(calculator);
const smartEncoding = require(join(calculator, '../libs/SmartEncodingMap.js')).default;
const gsm = require(join(calculator, '../libs/UnicodeToGSM.js')).default;

// Twilio's calculator keeps characters together that combine; we part nothing but pairs. So none.
const combining = /^[\p{Mark}\u200b-\u200f]$/u;
const plain = Object.keys(gsm).map((code) => String.fromCharCode(code));
const odd = ['й', '漢', '😀', '𝕊', 'á', 'ç', ...Object.keys(smartEncoding).filter((c) => !combining.test(c))];

function counted(text, smart) {
  const message = new SegmentedMessage(text, 'auto', smart);
  const units = message.encodingName === 'GSM-7' ? message.numberOfCharacters : message.messageSize / 16;
  return { encoding: message.encodingName, units, segments: message.segmentsCount };
}
function message() {
  const chance = pick([0, 0, 1, 10, 60]);  // of an odd character, in a hundred
  const length = pick([random(30), 60 + random(20), 130 + random(40), 295 + random(20), random(700)]);
  const two = pick([2, 20, 100]);  // one in so many is a character of two units
  return Array.from({ length }, () =>
    random(100) < chance ? pick(odd) : random(two) === 0 ? pick(['€', '{', '~', '^']) : pick(plain)).join('');
}
const texts = Array.from({ length: 500 }, () => {
  const text = message();
  return { text, plain: counted(text, false), smart: counted(text, true) };
});

writeFileSync(output, JSON.stringify({
  signatures, documents: [...new Set(documents)], texts,
  smart: Object.entries(smartEncoding).map(([character, twin]) => [character.codePointAt(0), twin]),
  septets: Object.entries(gsm).map(([character, septets]) => [Number(character), septets.length]),
}));
console.log(`${signatures.length} signatures, ${new Set(documents).size} documents, ${texts.length} texts`);
