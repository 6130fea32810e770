// PROTOCOL.md 17, the side of the new device.
import * as C from './cbor.mjs';
import * as X from './crypto.mjs';
import * as H from './chain.mjs';
import { Conn, packPost, T, writeSignature } from './wire.mjs';
import { Client, log, sleep } from './client.mjs';
const { cat, u8, u64, sha256, hkdf, random, sign, eq } = X;
class Box {
  constructor(okm, role) {
    Object.assign(this, {
      mailbox: okm.subarray(0, 16),
      tag: okm.subarray(16, 48),
      seed: okm.subarray(48, 80),
      key: okm.subarray(80, 112),
      role,
      out: 1,
      in: 1,
      queue: [],
      waiting: [],
    });
  }
  async open(gateway) {
    const c = (this.c = new Conn(gateway));
    c.onDeliver = (d) => this.take(d);
    await c.dial();
    await c.hello(0);
    await c.ask(T.BOX_NEW, [this.mailbox, sha256(this.tag), X.pub(this.seed), 0, null, null]).catch((e) => {
      if (e.code !== 'EXISTS') throw e;
    });
    const o = await c.ask(T.OPEN, [this.mailbox, this.tag, 0, 0]);
    this.handle = o[0];
    await c.ask(T.WRITE, [
      this.handle,
      0,
      writeSignature(c, this.mailbox, 0, this.seed),
    ]);
    return this;
  }
  take(d) {
    try {
      const a = C.decode(X.outerOpen(this.key, this.mailbox, this.in, 3 - this.role, null, d.body));
      if (a[0] !== 3 - this.role || a[1] !== this.in) return;
      this.in++;
      log('link <', a[2], a.length);
      const w = this.waiting.shift();
      if (w) w(a);
      else this.queue.push(a);
    } catch {}
  }
  next(ms = 60000) {
    if (this.queue.length) return Promise.resolve(this.queue.shift());
    return new Promise((ok, bad) => {
      const t = setTimeout(() => bad(new Error('link: nothing came')), ms);
      this.waiting.push((a) => {
        clearTimeout(t);
        ok(a);
      });
    });
  }
  async want(what, ms) {
    const a = await this.next(ms);
    if (a[2] === 11) throw new Error('link: over, why ' + a[3]);
    if (a[2] !== what) throw new Error(`link: ${a[2]} for ${what}`);
    return a.slice(3);
  }
  say(what, ...rest) {
    log('link >', what);
    const n = this.out++;
    const sealed = X.outerSeal(this.key, this.mailbox, n, this.role, null, C.encode([this.role, n, what, ...rest]));
    return this.c.ask(T.POST, packPost(this.handle, 0, null, sealed));
  }
  close() {
    this.c.close();
  }
}
export async function linkNew(gateway, name, { onCode, onWords }) {
  const sk = random(32),
    pk = X.xpub(sk);
  const code = sha256('sotto pairing code 1', pk).subarray(0, 15);
  const a = await new Box(hkdf('sotto link code 2', code, 'mailbox, tag, seed, key', 112), 1).open(gateway);
  await a.say(10, pk);
  onCode(X.b32(code));
  const [commit] = await a.want(10);
  const nonce = random(32);
  await a.say(10, nonce);
  const [m4] = await a.want(10);
  const opk = m4.subarray(0, 1216),
    enc = m4.subarray(1216, 2336),
    on = m4.subarray(2336);
  if (on.length !== 32 || !eq(commit, sha256('sotto pairing commit 1', opk, enc, on))) throw new Error('link: commit');
  const first = X.hpke.recvExport(
    sk,
    enc,
    Buffer.from('sotto pairing to new 1'),
    Buffer.from('sotto pairing secret'),
    32,
  );
  const s = X.hpke.sendExport(opk, Buffer.from('sotto pairing to old 1'), Buffer.from('sotto pairing secret'), 32);
  await a.say(10, s.enc);
  const shown = sha256('sotto pairing shown 1', pk, commit, nonce);
  const key = hkdf(sha256(shown, s.enc), cat(first, s.secret), 'sotto pairing session 1', 32);
  const bits = BigInt('0x' + shown.subarray(0, 5).toString('hex')) >> 7n;
  onWords([bits >> 22n, (bits >> 11n) & 2047n, bits & 2047n].map(Number));
  const b = await new Box(hkdf('sotto link session 2', key, 'mailbox, tag, seed, key', 112), 1).open(gateway);
  a.close();
  const c = new Client(gateway, name);
  c.seed = random(32);
  c.key = X.pub(c.seed);
  await b.say(1, c.key, name);
  let r;
  for (;;) {
    const m = await b.next(90000);
    if (m[2] === 7) {
      const d = H.read(m[3]);
      const place = d.devices.findIndex((x) => eq(x[0], c.key));
      if (place < 0 || !d.signers.includes(place) || d.why !== 1) throw new Error('link: draft');
      c.account = m[4];
      c.name = m[5];
      await b.say(8, sign(c.seed, d.signed));
    } else if (m[2] === 2) {
      r = m.slice(3);
      break;
    } else throw new Error('link: ' + m[2] + ' ' + m[3]);
  }
  c.inbox = r[0];
  c.chain = await c.chainOf(c.account);
  if (c.chain.at(-1).n !== r[1] || !eq(c.chain.at(-1).hash, r[2]) || !H.lists(c.chain.at(-1), c.key))
    throw new Error('link: not in the chain');
  c.pin(c.chain);
  await b.say(9);
  c.records = [];
  const rooms = [];
  c.onRoom = (x) => rooms.push(x);
  await c.connectDevice();
  await c.connectAnon();
  for (;;) {
    const m = await b.next(90000);
    if (m[2] === 3) c.records.push(...m[3]);
    else if (m[2] === 4) {
      if (!c.published) {
        c.published = true;
        await c.publish(8);
      }
      await b.say(5);
    } else if (m[2] === 6) break;
    else throw new Error('link: ' + m[2] + ' ' + m[3]);
  }
  c.box = b;
  return c;
}
// The old side. yes(name, words): whether both persons agree.
export async function linkOld(me, codeText, { yes }) {
  const code = X.unb32(codeText, 15);
  const a = await new Box(hkdf('sotto link code 2', code, 'mailbox, tag, seed, key', 112), 2).open(me.gateway);
  const [pk] = await a.want(10);
  if (!eq(sha256('sotto pairing code 1', pk).subarray(0, 15), code)) throw new Error('link: key');
  X.checkPub(pk);
  const osk = random(32),
    opk = X.xpub(osk),
    on = random(32);
  const s = X.hpke.sendExport(pk, Buffer.from('sotto pairing to new 1'), Buffer.from('sotto pairing secret'), 32);
  const commit = sha256('sotto pairing commit 1', opk, s.enc, on);
  await a.say(10, commit);
  const [nonce] = await a.want(10);
  await a.say(10, cat(opk, s.enc, on));
  const [enc2] = await a.want(10);
  const second = X.hpke.recvExport(
    osk,
    enc2,
    Buffer.from('sotto pairing to old 1'),
    Buffer.from('sotto pairing secret'),
    32,
  );
  const shown = sha256('sotto pairing shown 1', pk, commit, nonce);
  const key = hkdf(sha256(shown, enc2), cat(s.secret, second), 'sotto pairing session 1', 32);
  const b = await new Box(hkdf('sotto link session 2', key, 'mailbox, tag, seed, key', 112), 2).open(me.gateway);
  a.close();
  const [dev, name] = await b.want(1);
  if (!(await yes(name))) {
    await b.say(11, 8);
    throw new Error('link: no');
  }
  const p = me.chain.at(-1);
  const devices = [...p.devices, [dev, p.n + 1]];
  const place = devices.length - 1;
  const mine = p.devices.findIndex((d) => eq(d[0], me.key));
  const head = [
    2,
    me.account,
    p.n + 1,
    p.hash,
    devices,
    p.recovery,
    p.recovery_hpke,
    p.home,
    1,
    null,
    [16 + mine, place],
  ];
  await b.say(7, C.encode([...head, [Buffer.alloc(64), Buffer.alloc(64)]]), me.account, me.name);
  const [sig] = await b.want(8, 90000);
  const entry = C.encode([...head, [sign(me.seed, cat('sotto chain 2', C.encode(head))), sig]]);
  const chain = H.judge(me.chain, H.read(entry));
  await me.device.ask(T.CHAIN_PUT, [me.account, entry, null]);
  me.chain = chain;
  me.pin(chain);
  await b.say(2, me.inbox, p.n + 1, chain.at(-1).hash);
  await b.want(9, 90000);
  const rec = me.record();
  await b.say(
    3,
    rec.filter((r) => r[0] === 1),
  );
  await b.say(4);
  await b.want(5, 90000);
  const token = await me.token();
  const got = (await me.packages({ account: me.account, inbox: me.inbox, token })).filter((g) =>
    eq(g.kp.leafNode.signaturePublicKey, dev),
  );
  if (!got.length) throw new Error('link: no packages');
  const self = await me.makeRoom(0);
  const rooms = [self, ...[...me.rooms.values()].filter((r) => r !== self && !r.gone && !r.stopped && r.accepted)];
  const fresh = async () =>
    (await me.packages({ account: me.account, inbox: me.inbox, token })).find((g) =>
      eq(g.kp.leafNode.signaturePublicKey, dev),
    );
  for (const r of rooms) await r.commit([], { adds: [got.pop() ?? (await fresh())] });
  await b.say(
    3,
    rec
      .filter((r) => r[0] === 2)
      .map((r) => {
        r = [...r];
        r[7] = r[8] = r[9] = null;
        return r;
      }),
  );
  await b.say(6);
  await sleep(500);
  b.close();
}
