// The peer behind a small interface; this one is the project's command-line client.
// peer.start(name), peer.link(), peer.add(link), peer.accept(), peer.say(text), peer.sees(text), peer.group(name, who)
import { spawn } from 'node:child_process';
import fs from 'node:fs';
export class CliPeer {
  constructor({ bin, home, pass, gateway }) {
    Object.assign(this, { bin, home, pass, gateway });
    fs.mkdirSync(home, { recursive: true });
    this.queue = Promise.resolve();
  }
  cmd(args, { seconds, limit = 240, answer, onOut } = {}) {
    const f = () =>
      new Promise((ok) => {
        const t0 = Date.now();
        const p = spawn(
          'nice',
          ['-n', '15', this.bin, '--home', this.home, ...(seconds ? ['--seconds', String(seconds)] : []), ...args],
          {
            env: { ...process.env, SOTTO_PASSPHRASE_FILE: this.pass },
            stdio: [answer ? 'pipe' : 'ignore', 'pipe', 'pipe'],
          },
        );
        let o = '',
          e = '';
        p.stdout.on('data', (d) => {
          o += d;
          onOut?.(o);
          if (answer && answer[0].test(o)) {
            p.stdin.write(answer[1]);
            answer = null;
          }
        });
        p.stderr.on('data', (d) => (e += d));
        const t = setTimeout(() => p.kill('SIGKILL'), limit * 1000);
        p.on('close', (rc) => {
          clearTimeout(t);
          const lines = o
            .split('\n')
            .filter(Boolean)
            .map((x) => {
              try {
                return JSON.parse(x);
              } catch {
                return { raw: x };
              }
            });
          if (process.env.SECOND_LOG)
            console.error(
              '# cli',
              args[0],
              'rc',
              rc,
              Date.now() - t0,
              'ms',
              process.env.SECOND_LOG > 1 ? o : o.slice(0, 300),
              e.slice(0, 300),
            );
          ok({ rc, lines, out: o, err: e });
        });
      });
    const p = this.queue.then(f);
    this.queue = p;
    return p;
  }
  async start(name) {
    const r = await this.cmd(['init', name, this.gateway]);
    this.code = r.lines.find((l) => l.recovery)?.recovery;
    if (!this.code) throw new Error('cli init: ' + r.out + r.err);
    return this.code;
  }
  async recover(code) {
    return this.cmd(['recover', code, this.gateway]);
  }
  async link() {
    const r = await this.cmd(['link'], { seconds: 4 });
    const l = r.lines.find((x) => x.link)?.link;
    if (!l) throw new Error('cli link: ' + r.out + r.err);
    return l;
  }
  async add(link) {
    const r = await this.cmd(['add', link], { seconds: 6 });
    const l = r.lines.find((x) => x.id ?? x.chat);
    if (r.rc) throw new Error('cli add: ' + r.out + r.err);
    this.chat = l?.chat ?? l?.id;
    return this.chat;
  }
  async requests() {
    await this.watch(3);
    return (await this.cmd(['requests'], { seconds: 4 })).lines.filter((l) => l.type === 'request');
  }
  async accept() {
    for (let i = 0; i < 6; i++) {
      const q = await this.requests();
      if (q.length) {
        const r = await this.cmd(['accept', String(q[0].id ?? q[0].request)], { seconds: 5 });
        if (r.rc) throw new Error('cli accept: ' + r.out);
        const l = r.lines.find((x) => x.chat ?? x.id);
        if (l) this.chat = l.chat ?? l.id;
        return true;
      }
    }
    throw new Error('cli: no request came');
  }
  async chats() {
    await this.watch(3);
    return (await this.cmd(['chats'], { seconds: 4 })).lines.filter((l) => l.type === 'chat');
  }
  async say(text, chat = this.chat) {
    const r = await this.cmd(['send', String(chat), text], { seconds: 6 });
    if (r.rc) throw new Error('cli send: ' + r.out + r.err);
    return r;
  }
  async read(chat = this.chat) {
    return (await this.cmd(['read', String(chat)], { seconds: 4 })).lines;
  }
  async watch(seconds = 4) {
    return (await this.cmd(['watch'], { seconds })).lines;
  }
  async sees(text, chat = this.chat, tries = 6) {
    for (let i = 0; i < tries; i++) {
      if (JSON.stringify(await this.read(chat)).includes(JSON.stringify(text).slice(1, -1))) return true;
      await this.watch(4);
    }
    return false;
  }
  // ---- what only some tests ask of a peer
  async makeGroup(name, persons) {
    const r = await this.cmd(['group', name, ...persons.map(String)], { seconds: 8 });
    if (r.rc) throw new Error('cli group: ' + r.out + r.err);
    return r.lines.find((l) => l.type === 'chat')?.id;
  }
  async removePerson(chat, person) {
    const r = await this.cmd(['remove', String(chat), String(person)], { seconds: 6 });
    if (r.rc) throw new Error('cli remove: ' + r.out + r.err);
  }
  async leave(chat) {
    return this.cmd(['leave', String(chat)], { seconds: 4 });
  }
  async personOf(chat) {
    return (await this.chats()).find((c) => c.id === chat)?.person;
  }
  async chatOf(title) {
    return (await this.chats()).find((c) => c.title === title)?.id;
  }
  async acceptIfAsked() {
    const q = await this.requests();
    if (q.length) await this.cmd(['accept', String(q[0].id)], { seconds: 4 });
  }
  async takesLink(link) {
    return (await this.cmd(['add', link], { seconds: 6 })).rc === 0;
  }
  async stopped(chat) {
    const c = (await this.chats()).find((x) => x.id === chat);
    return !!(c?.note || c?.settle);
  }
  linkDevice(onCode) {
    let told = false;
    return this.cmd(['link-device', this.gateway], {
      seconds: 40,
      answer: [/enter this account/, 'yes\n'],
      onOut: (o) => {
        const m = o.match(/(?:[0-9A-Z]{4}-){5}[0-9A-Z]{4}/);
        if (m && !told) {
          told = true;
          onCode(m[0]);
        }
      },
    });
  }
  linkAccept(code) {
    return this.cmd(['link-accept', code], { seconds: 30, answer: [/let in/, 'yes\n'] });
  }
}
export { CliPeer as Peer };
