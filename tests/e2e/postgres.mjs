// A PostgreSQL of the tests' own, in a temporary folder and on a socket there: Debian's, from the package's folder. Ends
// with the process that started it, however that ends.
import {execFileSync, spawn} from 'node:child_process';
import {once} from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import {after} from 'node:test';
import {eventually, freePort, temporaryFolder} from './support.mjs';

const programs = '/usr/lib/postgresql/15/bin';

// PostgreSQL refuses to work for root.
const isRoot = process.getuid() === 0;
const user = isRoot ? ['--reuid=postgres', '--regid=postgres', '--clear-groups'] : [];

// A process of PostgreSQL's may end by itself after it was listed.
function tell(pid, signal) {
    try {
        process.kill(pid, signal);
    } catch (error) {
        if (error.code !== 'ESRCH') throw error;
    }
}

const servers = [];
after(() => servers.forEach((server) => server.kill()));

export class Postgres {
    static async start() {
        const server = new Postgres();
        servers.push(server);
        server.folder = temporaryFolder();
        server.port = await freePort();  // only a part of the socket's name
        if (isRoot) execFileSync('chown', ['postgres:', server.folder]);
        execFileSync('setpriv', [...user, `${programs}/initdb`, '-D', 'data', '-U', 'switchboard', '-A', 'trust', '-E', 'UTF8',
            '--locale=C', '--no-sync', '--no-instructions'], {cwd: server.folder, stdio: 'pipe'});
        await server.run();
        return server;
    }

    get store() { return `postgres://switchboard@${encodeURIComponent(this.folder)}:${this.port}/postgres`; }

    async run() {
        const ready = path.join(this.folder, 'data', 'postmaster.pid');
        fs.rmSync(ready, {force: true});  // of one that was killed
        this.log = '';
        this.process = spawn('setpriv', [...user, '--pdeathsig=QUIT', `${programs}/postgres`, '-D', 'data', '-k', this.folder, '-h', '',
            '-p', this.port, '-c', 'fsync=off', '-c', 'shared_buffers=16MB', '-c', 'autovacuum=off', '-c', 'jit=off',
            '-c', 'dynamic_shared_memory_type=mmap'], {cwd: this.folder, stdio: ['ignore', 'ignore', 'pipe']});
        this.process.stderr.on('data', (text) => { this.log += text; });
        this.ended = once(this.process, 'exit');
        // As pg_ctl does: the server says so at the end of this file.
        await eventually('PostgreSQL is ready', () => {
            if (this.process.exitCode !== null) throw new Error(`PostgreSQL ended: ${this.log}`);
            return fs.existsSync(ready) && /^ready/m.test(fs.readFileSync(ready, 'utf8'));
        });
    }

    // One statement a text.
    sql(...statements) {
        return execFileSync(`${programs}/psql`, ['-qAt', '-d', this.store, ...statements.flatMap((text) => ['-c', text])], {encoding: 'utf8', stdio: 'pipe'});
    }

    // Throws its sessions out, and ends.
    async stop() {
        this.process.kill('SIGINT');
        await this.ended;
    }

    // All its processes stand still, as on a machine that hangs, until `goOn`.
    hang() {
        this.hangs = true;
        this.process.kill('SIGSTOP');
        this.#children().forEach((child) => tell(child, 'SIGSTOP'));
    }

    goOn() {
        this.#children().forEach((child) => tell(child, 'SIGCONT'));
        this.process.kill('SIGCONT');
        this.hangs = false;
    }

    kill() {
        if (!this.process || this.process.exitCode !== null || this.process.signalCode !== null) return;
        if (this.hangs) this.goOn();
        this.process.kill('SIGQUIT');
    }

    #children() {
        const {pid} = this.process;
        return fs.readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
    }
}
