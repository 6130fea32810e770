// WebSocket (RFC 6455) by hand, frames of 5.3.
import http from 'node:http';
import crypto from 'node:crypto';
import * as C from './cbor.mjs';
import { cat, random, sign, u8, u64 } from './crypto.mjs';
export const T = {
  HELLO: 1,
  CHALLENGE: 2,
  AUTH: 3,
  READY: 4,
  FAILURE: 5,
  DONE: 6,
  PING: 7,
  BYE: 8,
  REGISTER: 16,
  CHAIN_PUT: 17,
  KP_PUT: 18,
  KP_COUNT: 19,
  KP_COUNTS: 20,
  TOKEN_SET: 21,
  TOKEN_DROP: 22,
  KP_TAKE: 32,
  KP_TAKEN: 33,
  INBOX_POST: 34,
  CHAIN_GET: 35,
  CHAIN: 36,
  BOX_NEW: 37,
  OPEN: 38,
  OPENED: 39,
  CLOSE: 40,
  COMMIT: 41,
  INFO_GET: 42,
  INFO: 43,
  BLOB_NEW: 44,
  BLOB_STAT: 45,
  BLOB_STATE: 46,
  BLOB_DROP: 47,
  RECORD_PUT: 48,
  RECORD_GET: 49,
  RECORD: 50,
  WRITE: 51,
  POST: 64,
  POSTED: 65,
  DELIVER: 66,
  ACK: 67,
  EPHEMERAL: 68,
  BLOB_PUT: 69,
  BLOB_GET: 70,
  BLOB_DATA: 71,
};
const CODES = [
  ,
  'MALFORMED',
  'VERSION',
  'MODE',
  'AUTH',
  'UNKNOWN',
  'EXISTS',
  'EPOCH',
  'STALE',
  'TOKEN',
  'EMPTY',
  'LIMIT',
  'RATE',
  'QUOTA',
  'FULL',
  'CLOSED',
  'CHAIN',
  'REVOKED',
  'BUSY',
  'INTERNAL',
];
export class Failure extends Error {
  constructor(b) {
    super(CODES[b[0]] ?? 'code ' + b[0]);
    this.code = CODES[b[0]];
    this.retry = b[1];
    this.detail = b[2];
  }
}
export class Conn {
  constructor(address) {
    this.url = new URL(address);
    this.origin = address.replace(/^https?:\/\//, '');
    this.next = 1;
    this.wait = new Map();
    this.onDeliver = () => {};
    this.onEphemeral = () => {};
    this.buf = Buffer.alloc(0);
    this.closed = false;
    this.onClose = () => {};
  }
  static async open(address, mode, seed, key) {
    const c = new Conn(address);
    await c.dial();
    await c.hello(mode, seed, key);
    return c;
  }
  dial() {
    return new Promise((ok, bad) => {
      const r = http.request({
        host: this.url.hostname,
        port: this.url.port || 80,
        path: '/sotto',
        headers: {
          Host: this.origin,
          Connection: 'Upgrade',
          Upgrade: 'websocket',
          'Sec-WebSocket-Version': '13',
          'Sec-WebSocket-Key': crypto.randomBytes(16).toString('base64'),
          'Sec-WebSocket-Protocol': 'sotto.2',
        },
      });
      r.on('upgrade', (res, s, head) => {
        this.s = s;
        s.setNoDelay(true);
        s.on('data', (d) => this.data(d));
        s.on('close', () => this.gone());
        s.on('error', () => this.gone());
        if (head.length) this.data(head);
        ok();
      });
      r.on('response', (res) => bad(new Error('status ' + res.statusCode)));
      r.on('error', bad);
      r.end();
    });
  }
  gone() {
    if (this.closed) return;
    this.closed = true;
    for (const w of this.wait.values()) w.bad(new Error('connection closed'));
    this.wait.clear();
    this.onClose();
  }
  close() {
    this.s?.end();
    this.s?.destroy();
  }
  data(d) {
    this.buf = cat(this.buf, d);
    for (;;) {
      const b = this.buf;
      if (b.length < 2) return;
      const op = b[0] & 15;
      let n = b[1] & 127,
        p = 2;
      if (n === 126) {
        if (b.length < 4) return;
        n = b.readUInt16BE(2);
        p = 4;
      } else if (n === 127) {
        if (b.length < 10) return;
        n = Number(b.readBigUInt64BE(2));
        p = 10;
      }
      if (b.length < p + n) return;
      const pl = b.subarray(p, p + n),
        fin = b[0] & 128;
      this.buf = b.subarray(p + n);
      if (op === 8) {
        this.close();
        this.gone();
        return;
      }
      if (op === 9) {
        this.ws(10, pl);
        continue;
      }
      if (op === 10) continue;
      this.msg = op === 0 ? cat(this.msg, pl) : Buffer.from(pl);
      if (fin) {
        let m = this.msg;
        while (m.length >= 8) {
          const l = m.readUIntLE(0, 3);
          this.frame(m[3], m.readUInt32LE(4), Buffer.from(m.subarray(8, 8 + l)));
          m = m.subarray(8 + l);
        }
      }
    }
  }
  frame(type, req, body) {
    if (process.env.SECOND_TRACE) console.error('<', type, req, body.length);
    if (type === T.DELIVER) {
      const d = {
        handle: body.readUInt32LE(0),
        seq: Number(body.readBigUInt64LE(4)),
        ms: Number(body.readBigUInt64LE(12)),
        kind: body[20],
        epoch: Number(body.readBigUInt64LE(21)),
        mid: body.subarray(29, 37),
        branch: body.subarray(37, 45),
        body: body.subarray(45),
      };
      this.onDeliver(d);
      return;
    }
    if (type === T.EPHEMERAL) {
      this.onEphemeral({
        handle: body.readUInt32LE(0),
        epoch: Number(body.readBigUInt64LE(4)),
        body: body.subarray(12),
      });
      return;
    }
    const w = this.wait.get(req);
    if (!w) return;
    this.wait.delete(req);
    clearTimeout(w.t);
    if (type === T.FAILURE) return w.bad(new Failure(C.decode(body)));
    w.ok(type === T.POSTED ? Number(body.readBigUInt64LE(0)) : type >= 64 ? body : C.decode(body));
  }
  ws(op, pl) {
    const mask = crypto.randomBytes(4);
    const h =
      pl.length < 126
        ? Buffer.from([128 | op, 128 | pl.length])
        : pl.length < 65536
          ? Buffer.from([128 | op, 254, pl.length >> 8, pl.length & 255])
          : (() => {
              const b = Buffer.alloc(10);
              b[0] = 128 | op;
              b[1] = 255;
              b.writeBigUInt64BE(BigInt(pl.length), 2);
              return b;
            })();
    const o = Buffer.from(pl);
    for (let i = 0; i < o.length; i++) o[i] ^= mask[i & 3];
    this.s.write(cat(h, mask, o));
  }
  raw(type, req, body) {
    const h = Buffer.alloc(8);
    h.writeUIntLE(body.length, 0, 3);
    h[3] = type;
    h.writeUInt32LE(req, 4);
    if (process.env.SECOND_TRACE) console.error('>', type, req, body.length);
    this.ws(2, cat(h, body));
  }
  send(type, body) {
    this.raw(type, 0, Array.isArray(body) ? C.encode(body) : body);
  }
  ask(type, body, ms = 20000) {
    const req = this.next++;
    const p = new Promise((ok, bad) => {
      const t = setTimeout(() => {
        this.wait.delete(req);
        bad(new Error('no answer to ' + type));
      }, ms);
      this.wait.set(req, { ok, bad, t });
    });
    this.raw(type, req, Array.isArray(body) ? C.encode(body) : body);
    return p;
  }
  async hello(mode, seed, key) {
    this.mode = mode;
    const r = await this.ask(T.HELLO, [2, mode, mode ? key : null]);
    let ready = r;
    if (mode)
      ready = await this.ask(T.AUTH, [sign(seed, cat('sotto auth 1', u8(this.origin.length), this.origin, key, r[0]))]);
    const [
      server_ms,
      known,
      registration,
      inbox,
      frame_bytes,
      blob_bytes,
      queue_first,
      nonce,
      account,
      head,
      head_hash,
    ] = ready;
    this.ready = {
      server_ms,
      known,
      registration,
      inbox,
      frame_bytes,
      blob_bytes,
      queue_first,
      nonce,
      account,
      head,
      head_hash,
    };
    return this.ready;
  }
}

/** The right to write in an epoch (5.5), for this connection. */
export const writeSignature = (conn, mailbox, epoch, seed) =>
  sign(seed, cat('sotto write 1', u8(conn.origin.length), conn.origin, conn.ready.nonce, mailbox, u64(epoch)));

/** The body of a POST (5.3): a fresh mid, no flags. */
export function packPost(handle, epoch, branch, sealed) {
  const head = Buffer.alloc(29);
  head.writeUInt32LE(handle, 0);
  random(8).copy(head, 4);
  head.writeBigUInt64LE(BigInt(epoch), 13);
  branch?.copy(head, 21);
  return cat(head, sealed);
}
