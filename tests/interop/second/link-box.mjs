// The mailbox that two devices of one account talk in while they are linked (sections 17.1, 17.3).
// Sections are those of wasm/schema/PROTOCOL.md.
import * as C from './cbor.mjs';
import { hkdf, outerOpen, outerSeal, pub, sha256 } from './crypto.mjs';
import { ANON, Conn, packPost, T, writeSignature } from './wire.mjs';

export const NEW = 1; // roles
export const OLD = 2;
export const OVER = 11;
const EPOCH = 0;
const PATIENCE_MS = 90_000;

export class LinkBox {
  constructor(secret, label, role) {
    const okm = hkdf(label, secret, 'mailbox, tag, seed, key', 112);
    const [mailbox, tag, seed, key] = [
      okm.subarray(0, 16),
      okm.subarray(16, 48),
      okm.subarray(48, 80),
      okm.subarray(80),
    ];
    Object.assign(this, { mailbox, tag, seed, key, role, said: 0, heard: 0, come: [], waiting: [] });
  }
  async open(gateway) {
    const { mailbox, tag, seed } = this;
    this.conn = await Conn.open(gateway, ANON, null, null, (d) => this.take(d));
    await this.conn.ask(T.BOX_NEW, [mailbox, sha256(tag), pub(seed), EPOCH, null, null]).catch((e) => {
      if (e.code !== 'EXISTS') throw e;
    });
    [this.handle] = await this.conn.ask(T.OPEN, [mailbox, tag, 0, EPOCH]);
    await this.conn.ask(T.WRITE, [this.handle, EPOCH, writeSignature(this.conn, mailbox, EPOCH, seed)]);
    return this;
  }
  /** What does not open as the other side's next number is dropped. */
  take({ body }) {
    const other = OLD + NEW - this.role;
    let message;
    try {
      message = C.decode(outerOpen(this.key, this.mailbox, this.heard + 1, other, null, body));
    } catch {
      return;
    }
    const [role, number, ...rest] = message;
    if (role !== other || number !== this.heard + 1) return;
    this.heard = number;
    const waiting = this.waiting.shift();
    if (waiting) waiting(rest);
    else this.come.push(rest);
  }
  /** [what, ...rest] */
  next() {
    if (this.come.length > 0) return Promise.resolve(this.come.shift());
    return new Promise((done, failed) => {
      const late = setTimeout(() => failed(new Error('link: nothing came')), PATIENCE_MS);
      this.waiting.push((message) => {
        clearTimeout(late);
        done(message);
      });
    });
  }
  async want(wanted) {
    const [what, ...rest] = await this.next();
    if (what !== wanted) throw new Error(`link: ${what} for ${wanted}`);
    return rest;
  }
  say(...message) {
    this.said += 1;
    const plain = C.encode([this.role, this.said, ...message]);
    const sealed = outerSeal(this.key, this.mailbox, this.said, this.role, null, plain);
    return this.conn.ask(T.POST, packPost(this.handle, EPOCH, null, sealed));
  }
  close() {
    this.conn.close();
  }
}
