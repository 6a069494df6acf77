// A flow that asks everything of the world that can be counted, and a server for it beside a double of Twilio.
import fs from 'node:fs';
import path from 'node:path';
import {accountSid, temporaryFolder} from './support.mjs';

export const publicUrl = 'https://ivr.example.com';

export const flow = `
flow: shop
settings: {shop_url: url}
vars: {code: secret digits(6)}
otherwise: trouble
start: main
states:
  main:
    - menu:
        say: For an order, press 1. For a link, 2. To prove who you are, 3. Else 4.
        choices: {1: order, 2: link, 3: prove, 4: goodbye}
        otherwise: goodbye
  order:
    - http:
        post: "{{ settings.shop_url }}/orders/{{ call.sid }}"
        body: {from: "{{ call.from }}"}
        timeout: 6s
        on: {denied: trouble, not_found: trouble, slow: maybe_ordered, failed: maybe_ordered}
    - say: It is ordered.
    - go: receipt
  maybe_ordered: [{say: It may be ordered.}, {go: receipt}]
  receipt:
    - sms: {to: "{{ call.from }}", text: "Receipt of {{ call.sid }}", on: {opted_out: trouble, refused: trouble, failed: no_receipt, unknown: maybe_receipt}}
    - say: The receipt is sent.
    - go: main
  no_receipt: [{say: There is no receipt.}, {go: main}]
  maybe_receipt: [{say: The receipt may be sent.}, {go: main}]
  link:
    - sms: {to: "{{ call.from }}", text: "Link of {{ call.sid }}", on: {opted_out: trouble, refused: trouble, failed: no_link, unknown: maybe_link}}
    - say: The link is sent.
    - go: main
  no_link: [{say: There is no link.}, {go: main}]
  maybe_link: [{say: The link may be sent.}, {go: main}]
  prove:
    - verify_start: {to: "{{ call.from }}", on: {refused: unproved, failed: unproved}}
    - gather: {say: Enter the code., save: code, otherwise: goodbye}
    - verify_check: {code: "{{ code }}", on: {wrong: unproved, expired: unproved, too_many: unproved, failed: unproved}}
    - say: That is right.
    - go: main
  unproved: [{say: That is not proved.}, {go: main}]
  trouble: [{say: That did not work.}, {go: main}]
  goodbye: [{say: Goodbye.}, hangup]
`;

// What `Server.prepare` takes.
export function installation(twilio, store, more = '') {
    const flows = temporaryFolder();
    fs.writeFileSync(path.join(flows, 'shop.yaml'), flow);
    return {
        flows, publicUrl, environment: twilio.environment,
        accounts: `accounts: [{sid: ${accountSid}, auth_tokens: [{env: DESK_TOKEN_0}], phone_number: "+12025550199", verify_service: VA00000000000000000000000000000001}]`,
        settings: [twilio.settings, `store: "${store}"`, 'outbound: {allow_hosts: [localhost]}',
            'rates: {caller_texts_per_hour: 1000000, number_texts_per_day: 1000000, prefix_texts_per_hour: 1000000}',
            `settings: {shop: {shop_url: "${twilio.url}/shop"}}`, more].join('\n'),
    };
}

// The answer is to wait a little longer.
export const isToWait = (call) => /<Pause length="1"\/><Redirect>/.test(call.twiml);

// What the caller hears of one turn, up to the next question.
export async function hears(turn) {
    const call = await turn;
    let words = call.words();
    while (isToWait(call)) {
        await call.goes(call.redirect());
        words += ` ${call.words()}`;
    }
    return words;
}
