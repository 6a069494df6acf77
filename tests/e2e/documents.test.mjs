// What Twilio's own library writes is accepted; the same with one fault is refused with Twilio's code.
import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import {test} from 'node:test';
import twilio from 'twilio';
import {binary, temporaryFolder} from './support.mjs';

const {VoiceResponse} = twilio.twiml;
const folder = temporaryFolder();

function check(xml) {
    const file = path.join(folder, 'reply.xml');
    fs.writeFileSync(file, xml);
    const {status, stdout, stderr} = spawnSync(binary, ['check', file, '--format', 'json'], {encoding: 'utf8'});
    return {status, findings: stdout.trim().split('\n').filter(Boolean).map((line) => JSON.parse(line)), stderr};
}
const document = (build) => {
    const response = new VoiceResponse();
    build(response);
    return response.toString();
};

const good = {
    'say': (r) => r.say({voice: 'Polly.Joanna', language: 'en-US', loop: 2}, 'Hello & goodbye <now>'),
    'say with markup': (r) => {
        const say = r.say({voice: 'Polly.Joanna'});
        say.break({strength: 'weak', time: '100ms'});
        say.emphasis({level: 'strong'}, 'really');
        say.prosody({rate: '90%'}, 'slowly');
    },
    'play, pause, hang up': (r) => { r.play({loop: 2}, 'https://example.com/a.mp3'); r.pause({length: 3}); r.hangup(); },
    'play digits': (r) => r.play({digits: 'ww1'}),
    'gather': (r) => r.gather({input: 'dtmf speech', action: '/next', numDigits: 1, timeout: 5, hints: 'sales, help',
        finishOnKey: '', speechTimeout: 'auto', actionOnEmptyResult: true}).say('Press 1'),
    'dial numbers': (r) => {
        const dial = r.dial({answerOnBridge: true, timeout: 20, callerId: '+12025550100', record: 'record-from-answer-dual', action: '/after'});
        dial.number({url: '/whisper', statusCallback: '/status', statusCallbackEvent: 'initiated ringing'}, '+12025550101');
        dial.number({sendDigits: 'wwww1'}, '+12025550102');
    },
    'dial a client': (r) => r.dial().client('desk'),
    'dial a SIP address': (r) => r.dial().sip('sip:desk@example.com'),
    'dial a conference': (r) => r.dial().conference({startConferenceOnEnter: true, endConferenceOnExit: true, beep: 'onEnter', maxParticipants: 5}, 'room'),
    'dial a queue': (r) => r.dial().queue({url: '/about'}, 'support'),
    'enqueue': (r) => r.enqueue({waitUrl: '/wait', action: '/left'}, 'support'),
    'leave': (r) => r.leave(),
    'record': (r) => r.record({maxLength: 30, finishOnKey: '#', playBeep: true, transcribe: true, transcribeCallback: '/t', trim: 'trim-silence'}),
    'redirect': (r) => r.redirect({method: 'GET'}, '/elsewhere'),
    'reject': (r) => r.reject({reason: 'busy'}),
    'connect a stream': (r) => r.connect({action: '/after'}).stream({url: 'wss://example.com/s', name: 'one'}).parameter({name: 'a', value: 'b'}),
    'start a stream': (r) => r.start().stream({url: 'wss://example.com/s', track: 'both_tracks'}),
    'pay': (r) => r.pay({paymentConnector: 'Default', chargeAmount: '10.00', currency: 'usd'}),
    'refer': (r) => r.refer({action: '/after'}).sip('sip:desk@example.com'),
};
for (const [name, build] of Object.entries(good)) {
    test(`Twilio's library writes a good document: ${name}`, () => {
        const {status, findings, stderr} = check(document(build));
        assert.deepEqual(findings.filter(({severity}) => severity !== 'note'), [], stderr);
        assert.equal(status, 0, stderr);
    });
}

const faulty = [
    ['no XML', '<Response><Say>Hello</Response>', /12100/],
    ['another root', '<Answer><Say>Hello</Say></Answer>', /1[12]\d{3}/],
    ['a verb nobody knows', document((r) => r.addChild('Sing', {})), /1[23]\d{3}/],
    ['an attribute nobody knows', document((r) => r.say({loudness: 3}, 'Hello')), /12200|1[23]\d{3}/],
    ['a pause of no length', document((r) => r.pause({length: -1})), /1[23]\d{3}/],
    ['a record that is no number', document((r) => r.record({maxLength: 'long'})), /1[23]\d{3}/],
    ['a reject for no reason', document((r) => r.reject({reason: 'mood'})), /1[23]\d{3}/],
    ['a verb inside another', '<Response><Say>Hello<Dial>+12025550100</Dial></Say></Response>', /1[23]\d{3}/],
];
for (const [name, xml, code] of faulty) {
    test(`a document with one fault is refused in its place: ${name}`, () => {
        const {status, findings} = check(xml);
        assert.equal(status, 1);
        assert.equal(findings.length, 1, JSON.stringify(findings));
        assert.match(String(findings[0].code), code);
        assert.ok(findings[0].line >= 1 && findings[0].column >= 1 && findings[0].hint);
    });
}
