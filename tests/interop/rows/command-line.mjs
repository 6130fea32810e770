// A peer: Sotto on the command line. Each command is a process of its own, one after another on one home.
// Sections are those of wasm/schema/PROTOCOL.md.
import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { root, until } from '../../web/e2e/lib.mjs';

const SOTTO = join(root, 'build/release/wasm/sotto');
const COMMAND_S = 60; // it ends when it has nothing more to do, or then
const COMMAND_MS = 2 * COMMAND_S * 1000;
const PATIENCE_MS = 90_000; // a process each time, beside a browser
const CODE_OF_DEVICE = /(?:[0-9A-Z]{4}-){5}[0-9A-Z]{4}/;

const parsed = (line) => {
  try {
    return JSON.parse(line);
  } catch {
    return { raw: line };
  }
};

export class CommandLine {
  constructor(name, { home, passphrase, address }) {
    Object.assign(this, { name, home, passphrase, address, ids: new Map(), before: Promise.resolve() });
    mkdirSync(home, { recursive: true });
  }

  /** `answer` is [what is asked, what is said then]; `onOut` is given all that was printed so far. */
  run(args, options = {}) {
    this.before = this.before.then(() => this.runNow(args, options));
    return this.before;
  }
  runNow(args, { answer, onOut }) {
    const env = { ...process.env, SOTTO_PASSPHRASE_FILE: this.passphrase };
    const child = spawn(SOTTO, ['--home', this.home, '--seconds', String(COMMAND_S), ...args], { env });
    const late = setTimeout(() => child.kill('SIGKILL'), COMMAND_MS);
    let out = '';
    let said = '';
    let asked = answer?.[0];
    child.stderr.on('data', (d) => {
      said += d;
    });
    child.stdout.on('data', (d) => {
      out += d;
      onOut?.(out);
      if (asked?.test(out)) {
        child.stdin.write(answer[1]);
        asked = undefined;
      }
    });
    return new Promise((done) => {
      child.on('close', (code) => {
        clearTimeout(late);
        done({ code, out: out + said, lines: out.split('\n').filter(Boolean).map(parsed) });
      });
    });
  }
  async do(...args) {
    const r = await this.run(args);
    if (r.code !== 0) throw new Error(`${this.name}, sotto ${args[0]}: ${r.out}`);
    return r.lines;
  }

  async start() {
    await this.do('init', this.name, this.address);
  }
  async add(link) {
    await this.do('add', link);
  }
  /** Takes what has come, and gives all that is here: two processes, each of which derives a key for a second. */
  async look() {
    await this.do('requests');
    const lines = await this.do('export');
    for (const c of lines) if (c.type === 'chat') this.ids.set(c.title, c.id);
    return lines.filter((l) => l.type === 'message');
  }
  async idOf(title) {
    if (!this.ids.has(title)) {
      await until(
        `${this.name}: the chat ${title}`,
        async () => {
          await this.look();
          return this.ids.has(title);
        },
        PATIENCE_MS,
      );
    }
    return this.ids.get(title);
  }
  async shows(title, text) {
    const messages = this.ids.has(title) ? await this.do('read', String(this.ids.get(title))) : await this.look();
    return messages.some((m) => m.type === 'message' && m.chat === this.ids.get(title) && m.text === text);
  }
  async sees(title, text) {
    await until(`${this.name} shows “${text}”`, () => this.shows(title, text), PATIENCE_MS);
  }
  async say(title, text) {
    await this.do('send', String(await this.idOf(title)), text);
  }
  async leave(title) {
    await this.do('leave', String(await this.idOf(title)));
  }

  /** Section 17, the new device. */
  linkDevice(onCode) {
    let told = false;
    const onOut = (out) => {
      const code = CODE_OF_DEVICE.exec(out);
      if (!code || told) return;
      told = true;
      onCode(code[0]);
    };
    return this.run(['link-device', this.address], { answer: [/enter this account/, 'yes\n'], onOut });
  }
  /** Section 17, the old one. */
  linkAccept(code) {
    return this.run(['link-accept', code], { answer: [/let in/, 'yes\n'] });
  }
}
