// A server of its own for each test, and a telephone: Twilio's side of the wire, signed by Twilio's library.
import {execFile, execFileSync, spawn} from 'node:child_process';
import {once} from 'node:events';
import fs from 'node:fs';
import https from 'node:https';
import http from 'node:http';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import tls from 'node:tls';
import {after} from 'node:test';
import {fileURLToPath} from 'node:url';
import twilio from 'twilio';

export const here = path.dirname(fileURLToPath(import.meta.url));
export const root = path.join(here, '..', '..');
export const binary = process.env.SWITCHBOARD ?? path.join(root, 'build/release/server/switchboard');
// What flows/examples/switchboard.yaml gives its flows, the last of that file; with the secret that it names.
export const exampleSettings = fs.readFileSync(path.join(root, 'flows/examples/switchboard.yaml'), 'utf8').replace(/^[^]*^(?=settings:)/m, '');
export const exampleEnvironment = {CRM_TOKEN: 'none'};
export const token = '0123456789abcdef0123456789abcdef';
export const accountSid = 'AC00000000000000000000000000000000';

const folders = [];
process.on('exit', () => folders.forEach((folder) => fs.rmSync(folder, {recursive: true, force: true})));
export function temporaryFolder() {
    folders.push(fs.mkdtempSync(path.join(os.tmpdir(), 'switchboard-')));
    return folders.at(-1);
}

// Asked of the kernel, which does not hand the same one out again soon.
export async function freePort() {
    const probe = net.createServer().listen(0, '127.0.0.1');
    await once(probe, 'listening');
    const {port} = probe.address();
    probe.close();
    await once(probe, 'close');
    return port;
}

// Tries until it is true; a bound for a wait, never a wait for its own sake.
export async function eventually(what, isSo, milliseconds = 20000) {
    for (const end = Date.now() + milliseconds; Date.now() < end;) {
        if (await isSo()) return;
        await new Promise((resume) => setTimeout(resume, 20));
    }
    throw new Error(`never happened: ${what}`);
}

// Starts the binary, and ends it with the file's tests where a failed one has not.
const children = [];
after(() => children.forEach((child) => child.kill('SIGKILL')));
export function start(args, options = {}) {
    children.push(spawn(binary, args, {stdio: ['ignore', 'pipe', 'pipe'], ...options}));
    return children.at(-1);
}

// Runs a command of the binary to its end; resolves to {code, stdout, stderr}.
export function switchboard(args, {environment = {}, input, folder} = {}) {
    return new Promise((resolve) => {
        const child = execFile(binary, args, {env: {...process.env, ...environment}, cwd: folder, timeout: 60000, maxBuffer: 1 << 26},
            (error, stdout, stderr) => resolve({code: error ? error.code ?? error.signal : 0, stdout, stderr}));
        child.stdin.on('error', () => {}).end(input);
    });
}

export function makeCertificate(folder) {
    const certificate = {cert: path.join(folder, 'cert.pem'), key: path.join(folder, 'key.pem')};
    execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2',
        '-subj', '/CN=localhost', '-keyout', certificate.key, '-out', certificate.cert], {stdio: 'ignore'});
    return certificate;
}
let certificate;
const sharedCertificate = () => { certificate ??= makeCertificate(temporaryFolder()); return certificate; };

export class Server {
    // `settings` are further lines of its configuration, `accounts` replace its only one; `publicUrl` defaults to where
    // it listens, a list is one too, and null leaves it out.
    static async start(options) {
        const server = await Server.prepare(options);
        await server.run();
        return server;
    }

    // All but the process.
    static async prepare({flows = path.join(here, 'flows'), settings = '', publicUrl, tokens = [token], accounts, certificate, environment = {}} = {}) {
        const server = new Server();
        server.folder = temporaryFolder();
        server.port = await freePort();
        server.adminPort = await freePort();
        server.publicUrl = [publicUrl ?? `https://localhost:${server.port}`].flat()[0];
        server.file = path.join(server.folder, 'switchboard.yaml');
        server.agent = new https.Agent({keepAlive: true, rejectUnauthorized: false});
        server.environment = {...Object.fromEntries(tokens.map((value, i) => [`DESK_TOKEN_${i}`, value])), ...environment};
        const {cert, key} = certificate ?? sharedCertificate();
        server.write([
            `listen: 127.0.0.1:${server.port}`,
            publicUrl === null ? '' : `public_url: ${JSON.stringify(publicUrl ?? server.publicUrl)}`,
            `tls: {certificate: "${cert}", key: "${key}"}`,
            `flows: "${flows}"`,
            accounts ?? `accounts: [{sid: ${accountSid}, auth_tokens: [${tokens.map((_, i) => `{env: DESK_TOKEN_${i}}`).join(', ')}]}]`,
            `admin: {listen: "127.0.0.1:${server.adminPort}"}`,
            settings, ''].join('\n'));
        return server;
    }

    write(configuration) {
        this.configuration = configuration;
        fs.writeFileSync(this.file, configuration);
    }

    // A command that is told where the server's configuration is.
    command(name, ...args) {
        return switchboard([name, '-c', this.file, ...args], {environment: this.environment});
    }

    // Until it gets calls.
    async run(...more) {
        await this.launch(...more);
        await eventually(`serving; it said: ${this.output}`, async () => {
            if (this.process.exitCode !== null) throw new Error(`the server ended: ${this.output}`);
            return (await this.admin('/readyz').catch(() => ({}))).status === 200;
        });
    }

    // Until it listens, ready or not.
    async launch(...more) {
        this.output = '';
        this.log = '';  // of it, what went to stderr
        this.process = start(['serve', '-c', this.file, ...more], {env: {...process.env, ...this.environment}});
        for (const stream of [this.process.stdout, this.process.stderr]) stream.on('data', (text) => { this.output += text; });
        this.process.stderr.on('data', (text) => { this.log += text; });
        this.ended = once(this.process, 'exit');
        await eventually('listening', async () => {
            if (this.process.exitCode !== null) throw new Error(`the server ended: ${this.output}`);
            return (await this.admin('/healthz').catch(() => ({}))).status === 200;
        });
    }

    async stop(signal = 'SIGTERM') {
        this.agent.destroy();
        this.process.kill(signal);
        const [code] = await this.ended;
        return code;
    }

    async kill() { return this.stop('SIGKILL'); }

    admin(target, {method = 'GET', headers = {}} = {}) {
        return new Promise((resolve, reject) => {
            http.request({host: '127.0.0.1', port: this.adminPort, path: target, method, headers, agent: false}, (response) => {
                let body = '';
                response.on('data', (text) => { body += text; });
                response.on('end', () => resolve({status: response.statusCode, headers: response.headers, body}));
            }).on('error', reject).end();
        });
    }

    // One request as it is; resolves to {status, headers, body}. A kept connection that the server closed while it
    // was idle is no answer to this request: it is asked again on another one, as every client of HTTP does.
    async request(...what) {
        try {
            return await this.#ask(...what);
        } catch (error) {
            if (!error.onKeptConnection) throw error;
            return this.#ask(...what);
        }
    }

    #ask(method, target, headers = {}, body = '') {
        return new Promise((resolve, reject) => {
            const sent = https.request({host: '127.0.0.1', servername: 'localhost', port: this.port, method, path: target,
                headers: body ? {...headers, 'content-length': Buffer.byteLength(body)} : headers, agent: this.agent}, (response) => {
                let text = '';
                response.setEncoding('utf8');
                response.on('data', (more) => { text += more; });
                response.on('end', () => resolve({status: response.statusCode, headers: response.headers, body: text}));
                response.on('error', reject);
            });
            sent.on('error', (error) => reject(Object.assign(error, {onKeptConnection: sent.reusedSocket && error.code === 'ECONNRESET'})));
            sent.end(body);
        });
    }

    // A form, signed over the public URL with `by`.
    webhook(target, form, {by = token, signature} = {}) {
        const [signed] = target.split('#');
        const headers = {
            'content-type': 'application/x-www-form-urlencoded; charset=UTF-8',
            'x-twilio-signature': signature ?? twilio.getExpectedTwilioSignature(by, this.publicUrl + signed, form),
        };
        return this.request('POST', signed, headers, new URLSearchParams(form).toString());
    }

    signedGet(target, {by = token} = {}) {
        return this.request('GET', target, {'x-twilio-signature': twilio.getExpectedTwilioSignature(by, this.publicUrl + target, {})});
    }
}

const entities = {amp: '&', lt: '<', gt: '>', quot: '"', apos: "'"};
const unescape = (text) => text.replace(/&(\w+);/g, (_, name) => entities[name]);

// Bytes as they are, over TLS (or not): resolves to all that came back once the server closed or `enough` says so.
export function raw(server, bytes, {tls: encrypted = true, enough = () => false, end = false, milliseconds = 15000} = {}) {
    return new Promise((resolve) => {
        let got = '';
        const socket = encrypted
            ? tls.connect({host: '127.0.0.1', port: server.port, servername: 'localhost', rejectUnauthorized: false, allowHalfOpen: true})
            : net.connect(server.port, '127.0.0.1');
        const done = () => { clearTimeout(timer); socket.destroy(); resolve(got); };
        const timer = setTimeout(() => { got += '<timeout>'; done(); }, milliseconds);
        socket.on('data', (more) => { got += more; if (enough(got)) done(); });
        socket.on('error', done).on('close', done).on('end', done);
        socket.on(encrypted ? 'secureConnect' : 'connect', async () => {
            for (const piece of [bytes].flat()) {
                if (typeof piece === 'number') await new Promise((resume) => setTimeout(resume, piece));
                else if (!socket.destroyed) socket.write(piece);
            }
            if (end && !socket.destroyed) socket.end();
        });
    });
}

// A good, signed webhook as text, its body sent as `encode` says.
export function signedText(server, target, form, {headers = '', encode} = {}) {
    const body = new URLSearchParams(form).toString();
    const signature = twilio.getExpectedTwilioSignature(token, server.publicUrl + target, form);
    return `POST ${target} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n` +
        `X-Twilio-Signature: ${signature}\r\n${headers}` +
        (encode ? encode(body) : `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
}

let calls = 0;
export class Call {
    constructor(server, flow, more = {}) {
        calls += 1;
        this.server = server;
        this.target = `/voice/${flow}`;
        this.sid = `CA${process.pid.toString(16).padStart(16, '0')}${calls.toString(16).padStart(16, '0')}`;
        this.form = {AccountSid: accountSid, ApiVersion: '2010-04-01', CallSid: this.sid, CallStatus: 'ringing',
            Direction: 'inbound', From: '+12025550123', To: '+12025550199', ...more};
    }

    async arrives() { return this.#ask(this.target, {}); }
    async keys(digits) { return this.#ask(this.url('action'), {Digits: digits, FinishedOnKey: ''}); }
    async keysNothing() { return this.#ask(this.redirect(), {}); }
    async goes(target, more) { return this.#ask(target, more); }
    async again() { return this.#ask(this.last.target, this.last.more); }

    words() { return [...this.twiml.matchAll(/<Say[^>]*>(.*?)<\/Say>/gs)].map(([, text]) => unescape(text)).join(' '); }
    hangsUp() { return /<Hangup\s*\/>/.test(this.twiml); }
    action() { return this.url('action'); }
    redirect() { return this.#path(this.twiml.match(/<Redirect[^>]*>(.*?)<\/Redirect>/s)?.[1]); }

    url(attribute) { return this.#path(this.twiml.match(new RegExp(` ${attribute}="([^"]*)"`))?.[1]); }
    #path(url) {
        if (!url) throw new Error(`nowhere to go on in ${this.twiml}`);
        return unescape(url).replace(this.server.publicUrl, '');
    }

    async #ask(target, more) {
        this.last = {target, more};
        const answer = await this.server.webhook(target, {...this.form, ...more});
        if (answer.status !== 200) throw new Error(`${answer.status} for ${target}: ${answer.body}`);
        this.form.CallStatus = 'in-progress';
        this.twiml = answer.body;
        this.answer = answer;
        return this;
    }
}
