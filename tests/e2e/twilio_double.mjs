// Twilio's REST side over real HTTPS, scripted: what it is asked it records, and it answers as Twilio would unless a
// script says otherwise. Failures are what it is for.
//
//     const twilio = await TwilioDouble.start();
//     const server = await Server.start({settings: twilio.settings, environment: twilio.environment});
//     twilio.script('/Messages.json', [{status: 429, body: {code: 20429}}, {reset: 'after'}]);
//     twilio.accepted.messages   // [{sid, To, From, Body, …}]: what Twilio would really have sent
//     twilio.accepted.calls      // [{sid, To, From, Url, status, …}]; its status is what a test makes of it
//     twilio.lines               // queue → [{call, joined}], who stands in it, in order: a test puts them there
//     twilio.received            // [{method, path, form, body, headers, user}]: every request, in order
//
// An answer of a script, used once each and in order, then Twilio's own again:
//     {status, body, headers}    body: an object (JSON) or a text; 200 where no status is given
//     {delay: ms}                beside any other: waits first
//     {cut: n}                   only n bytes of the body, then the connection breaks
//     {reset: 'before'|'after'}  no answer, the connection breaks, before or after the request was carried out
//     {never: true}              no answer, and the connection stays open; carried out
//     {accepts: true|false}      whether the request is carried out, where the above would say otherwise
// Without a status, a body or an accident it is Twilio's ordinary answer, such as after {delay: 500}.
// `twilio.otherwise = {'/Messages.json': () => answer}` makes the answers to what has no script, by a part of the path.
//
// As a process: `node twilio_double.mjs` prints {"url", "certificate"} and is told over HTTPS what to do:
// POST /double/script {path, method, answers} · GET /double/received · GET /double/accepted · POST /double/reset
import fs from 'node:fs';
import https from 'node:https';
import os from 'node:os';
import path from 'node:path';
import {execFileSync} from 'node:child_process';
import {once} from 'node:events';
import {fileURLToPath} from 'node:url';

let sids = 0;
// What requests call the fields of a number, and what answers call them.
const pointing = {
    VoiceUrl: 'voice_url', VoiceMethod: 'voice_method', VoiceFallbackUrl: 'voice_fallback_url', VoiceFallbackMethod: 'voice_fallback_method',
    StatusCallback: 'status_callback', StatusCallbackMethod: 'status_callback_method', VoiceApplicationSid: 'voice_application_sid',
    SmsUrl: 'sms_url', SmsMethod: 'sms_method', SmsApplicationSid: 'sms_application_sid',
};
const sid = (kind) => kind + (sids += 1).toString(16).padStart(32, '0');

function makeCertificate(folder) {
    const files = {cert: path.join(folder, 'twilio.pem'), key: path.join(folder, 'twilio.key')};
    execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2',
        '-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1', '-keyout', files.key, '-out', files.cert],
    {stdio: 'ignore'});
    return files;
}

// Repeated fields become a list.
function fieldsOf(text) {
    const fields = {};
    for (const [name, value] of new URLSearchParams(text)) {
        fields[name] = name in fields ? [fields[name], value].flat() : value;
    }
    return fields;
}

export class TwilioDouble {
    // `code` is the one that Verify takes for right.
    static async start({port = 0, code = '123456'} = {}) {
        const double = new TwilioDouble();
        double.code = code;
        double.folder = fs.mkdtempSync(path.join(os.tmpdir(), 'twilio-double-'));
        double.exit = () => fs.rmSync(double.folder, {recursive: true, force: true});
        process.on('exit', double.exit);
        const {cert, key} = makeCertificate(double.folder);
        double.certificate = cert;
        double.sockets = new Set();
        double.server = https.createServer({cert: fs.readFileSync(cert), key: fs.readFileSync(key)},
            (request, response) => { double.#hear(request, response); });
        double.server.on('connection', (socket) => double.#connect(socket));
        double.server.on('tlsClientError', () => {});
        double.server.listen(port, '127.0.0.1');
        await once(double.server, 'listening');
        double.port = double.server.address().port;
        double.url = `https://localhost:${double.port}`;
        double.reset();
        return double;
    }

    // Forgets what came and what was scripted.
    reset() {
        this.received = [];
        this.accepted = {messages: [], calls: [], verifications: [], consents: []};
        this.scripts = [];
        this.otherwise = {};
        this.lines = new Map();
        this.refusals = 0;
        this.numbers = [];  // as `IncomingPhoneNumbers` has them
        this.services = {}; // by sid: messaging and Verify services, as their resources have them
        this.campaigns = [];
        this.brands = [];
        this.pool = [];      // the messaging services' numbers
        this.countries = {}; // whether Twilio texts there
    }

    // A number of the account that points nowhere yet.
    addNumber(phone_number, more = {}) {
        const empty = Object.fromEntries(Object.values(pointing).map((name) => [name, name.endsWith('method') ? 'POST' : '']));
        this.numbers.push({...empty, sid: sid('PN'), phone_number, trunk_sid: null, capabilities: {voice: true, sms: true}, ...more});
        return this.numbers.at(-1);
    }

    async stop() {
        this.server.close();
        this.sockets.forEach((socket) => socket.destroy());
        process.off('exit', this.exit);
        this.exit();
    }

    // Lines for switchboard.yaml, and what makes the binary trust the certificate.
    get settings() { return `twilio: {api_url: "${this.url}", verify_url: "${this.url}", accounts_url: "${this.url}"}`; }
    get environment() { return {SSL_CERT_FILE: this.certificate}; }

    // The next requests of `method` whose path ends in `end` are answered so.
    script(end, answers, method = 'POST') {
        this.scripts.push({end, method, answers: [...answers]});
    }

    // The next `count` connections break before a byte is exchanged.
    refuseConnections(count) { this.refusals = count; }

    // Drops connections that are open and at rest, as Twilio may at any time.
    dropConnections() { this.sockets.forEach((socket) => socket.destroy()); }

    #connect(socket) {
        if (this.refusals > 0) {
            this.refusals -= 1;
            socket.resetAndDestroy();
            return;
        }
        this.sockets.add(socket);
        socket.on('close', () => this.sockets.delete(socket)).on('error', () => {});
    }

    async #hear(request, response) {
        let text = '';
        request.setEncoding('utf8');
        try {
            for await (const more of request) text += more;
        } catch {
            return undefined;  // gone before it had said all
        }
        const url = new URL(request.url, this.url);
        if (url.pathname.startsWith('/double/')) return this.#obey(url.pathname.slice('/double/'.length), text, response);

        const [user] = Buffer.from((request.headers.authorization ?? '').replace(/^Basic /, ''), 'base64').toString().split(':');
        const asked = {method: request.method, path: url.pathname, query: fieldsOf(url.search), form: fieldsOf(text), body: text, headers: request.headers, user};
        this.received.push(asked);
        const script = this.scripts.find(({end, method, answers}) =>
            answers.length > 0 && method === asked.method && asked.path.endsWith(end));
        const usual = Object.entries(this.otherwise).find(([part]) => asked.path.includes(part))?.[1];
        const answer = script?.answers.shift() ?? usual?.() ?? {};
        if (answer.delay) await new Promise((resume) => setTimeout(resume, answer.delay));

        const failed = answer.reset === 'before' || (answer.status ?? 200) >= 300;
        const accepts = answer.accepts ?? !failed;
        const own = accepts ? this.#carryOut(asked) : {status: 500, body: {code: 20500, message: 'not carried out'}};
        if (answer.never) return undefined;
        if (answer.reset) return request.socket.destroy();
        const status = answer.status ?? (answer.body === undefined ? own.status : 200);
        const said = answer.body ?? (answer.status === undefined || answer.status < 300 ? own.body : {status, message: 'as scripted'});
        const body = Buffer.from(typeof said === 'string' ? said : JSON.stringify(said));
        response.on('error', () => {});
        response.writeHead(status, {'content-type': 'application/json', 'content-length': body.length, ...answer.headers});
        if (answer.cut === undefined) return response.end(body);
        response.write(body.subarray(0, answer.cut), () => request.socket.destroy());
        return undefined;
    }

    // What Twilio does when nothing goes wrong. Source: its OpenAPI files, as far as Switchboard reads the answers.
    #carryOut({method, path: where, query, form}) {
        const rows = [
            ['POST', '/Messages.json', () => this.#add('messages', form.MessagingServiceSid ? 'accepted' : 'queued', sid('SM'), form, {num_segments: '1'})],
            ['GET', '/Messages.json', () => ({status: 200, body: {messages: this.accepted.messages.filter(({To}) => !query.To || To === query.To)}})],
            ['POST', '/Calls.json', () => this.#add('calls', 'queued', sid('CA'), {...form, status: 'queued', date_created: new Date().toUTCString().replace('GMT', '+0000')})],
            ['GET', '/Calls.json', () => ({status: 200, body: {calls: this.accepted.calls.filter(({To, From}) => To === query.To && From === query.From).toReversed()}})],
            ['GET', '/Queues.json', () => ({status: 200, body: {queues: [...this.lines].map(([name, {length}]) => ({sid: `QU${name}`, friendly_name: name, current_size: length}))}})],
            ['POST', '/Verifications', () => this.#startVerification(form)],
            ['POST', '/VerificationCheck', () => this.#checkVerification(form)],
            ['GET', '/Attempts', () => this.#attempts(query)],
            ['GET', '/IncomingPhoneNumbers.json', () => this.#listNumbers(where, query)],
            ['GET', '/Compliance/Usa2p', () => ({status: 200, body: {compliance: this.campaigns}})],
            ['GET', '/a2p/BrandRegistrations', () => ({status: 200, body: {data: this.brands}})],
            ['GET', '/PhoneNumbers', () => ({status: 200, body: {phone_numbers: this.pool.map((phone_number) => ({phone_number}))}})],
            ['GET', '/Messaging/GeoPermissions', () => ({status: 200, body: {permissions: Object.entries(this.countries).map(([country_code, enabled]) => ({country_code, type: 'country', enabled, error_code: 0, error_messages: []}))}})],
            ['GET', '/Tollfree/Verifications', () => ({status: 200, body: {verifications: []}})],
            ['POST', '/Consents/Bulk', () => { this.accepted.consents.push(...[form.Items ?? []].flat().map((item) => JSON.parse(item))); return {status: 201, body: {items: []}}; }],
        ];
        const call = method === 'GET' && this.accepted.calls.find(({sid: id}) => where.endsWith(`/Calls/${id}.json`));
        if (call) return {status: 200, body: call};
        const front = method === 'GET' && /\/Queues\/QU([^/]+)\/Members\/Front\.json$/.exec(where);
        const [first] = (front && this.lines.get(front[1])) || [];
        if (first) return {status: 200, body: {call_sid: first.call, date_enqueued: first.joined.toUTCString().replace('GMT', '+0000'), position: 1}};
        const last = where.slice(where.lastIndexOf('/') + 1);
        const number = this.numbers.find((one) => last === `${one.sid}.json`);
        if (number && method === 'POST') return {status: 200, body: this.#point(number, form)};
        if (method === 'GET' && last in this.services) return {status: 200, body: this.services[last]};
        const row = rows.find(([verb, end]) => verb === method && where.endsWith(end));
        return row ? row[2]() : {status: 404, body: {code: 20404, status: 404, message: `${where} was not found`}};
    }

    #add(kind, status, id, form, more = {}) {
        this.accepted[kind].push({sid: id, ...form});
        return {status: 201, body: {sid: id, status, to: form.To, from: form.From ?? null, error_code: null, ...more}};
    }

    // A code stays the same while it lives: a second start is the same verification.
    #startVerification(form) {
        let verification = this.accepted.verifications.find(({To, status}) => To === form.To && status === 'pending');
        if (!verification) {
            verification = {sid: sid('VE'), To: form.To, status: 'pending', starts: 0, checks: 0};
            this.accepted.verifications.push(verification);
        }
        verification.starts += 1;
        if (verification.starts > 5) return {status: 429, body: {code: 60203, status: 429, message: 'Max send attempts reached'}};
        return {status: 201, body: {sid: verification.sid, to: form.To, channel: form.Channel, status: 'pending', valid: false}};
    }

    #checkVerification(form) {
        const verification = this.accepted.verifications.find(({sid: id, To, status}) =>
            (form.VerificationSid ? id === form.VerificationSid : To === form.To) && status === 'pending');
        if (!verification) return {status: 404, body: {code: 20404, status: 404, message: 'The requested resource was not found'}};
        verification.checks += 1;
        if (verification.checks > 5) return {status: 429, body: {code: 60202, status: 429, message: 'Max check attempts reached'}};
        if (form.Code === this.code) verification.status = 'approved';
        return {status: 200, body: {sid: verification.sid, to: verification.To, status: verification.status, valid: verification.status === 'approved'}};
    }

    #attempts(query) {
        const attempts = this.accepted.verifications.filter(({sid: id}) => id === query.VerificationSid)
            .map(({sid: id, status}) => ({sid: sid('VL'), verification_sid: id, conversion_status: status === 'approved' ? 'converted' : 'unconverted'}));
        return {status: 200, body: {attempts, meta: {key: 'attempts', page: 0}}};
    }

    // One a page, so that whoever lists them has to turn pages.
    #listNumbers(where, query) {
        const all = this.numbers.filter(({phone_number: number}) => !query.PhoneNumber || number === query.PhoneNumber);
        const page = Number(query.Page ?? 0);
        const next = page + 1 < all.length ? `${where}?PageSize=1&Page=${page + 1}` : null;
        return {status: 200, body: {incoming_phone_numbers: all.slice(page, page + 1), next_page_uri: next}};
    }

    #point(number, form) {
        for (const [name, value] of Object.entries(form)) number[pointing[name]] = value;
        return number;
    }

    #obey(order, text, response) {
        const said = text ? JSON.parse(text) : {};
        const orders = {
            script: () => this.script(said.path, said.answers, said.method),
            received: () => this.received,
            accepted: () => this.accepted,
            reset: () => this.reset(),
        };
        const body = order in orders ? orders[order]() ?? {} : undefined;
        response.writeHead(body ? 200 : 404, {'content-type': 'application/json'}).end(JSON.stringify(body ?? {}));
    }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
    const double = await TwilioDouble.start();
    console.log(JSON.stringify({url: double.url, certificate: double.certificate}));
    for (const signal of ['SIGTERM', 'SIGINT']) process.once(signal, () => process.exit(0));
}
