// Connections to the gateway and their frames (sections 5.2, 5.3).
// Sections are those of wasm/schema/PROTOCOL.md.
import * as C from './cbor.mjs';
import { cat, random, sign, u8, u64 } from './crypto.mjs';
import { dial } from './websocket.mjs';

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

export const ANON = 0;
export const DEVICE = 1;
export const RECOVERY = 2;

const CODES = [
  null,
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
const VERSION = 2;
const PACKED = 64; // types from here on are no CBOR
const HEAD = 8;
const ANSWER_MS = 20_000;
const FULL = 24_576; // an answer of CHAIN_GET below this is the last (section 5.4)

export const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

export class Failure extends Error {
  constructor([code, retry]) {
    super(CODES[code] ?? `code ${code}`);
    Object.assign(this, { code: CODES[code], retry });
  }
}

const READY = [
  ...['server_ms', 'known', 'registration', 'inbox', 'frame_bytes', 'blob_bytes', 'queue_first', 'nonce'],
  ...['account', 'head', 'head_hash'],
];
const number = (bytes, at) => Number(bytes.readBigUInt64LE(at));
const delivered = (bytes) => ({
  handle: bytes.readUInt32LE(0),
  seq: number(bytes, 4),
  ms: number(bytes, 12),
  kind: bytes[20],
  epoch: number(bytes, 21),
  branch: bytes.subarray(37, 45),
  body: bytes.subarray(45),
});

export class Conn {
  constructor(address, onDeliver = () => {}) {
    this.origin = address.replace(/^https?:\/\//, '');
    Object.assign(this, { address, onDeliver, asked: new Map(), last: 0, closed: false });
  }
  static async open(address, mode, seed, key, onDeliver) {
    const c = new Conn(address, onDeliver);
    await c.dial();
    await c.hello(mode, seed, key);
    return c;
  }
  async dial() {
    const taken = (message) => this.take(message);
    this.socket = await dial(this.address, taken, () => this.gone());
  }
  gone() {
    this.closed = true;
    for (const { failed } of this.asked.values()) failed(new Error('the connection was closed'));
    this.asked.clear();
  }
  close() {
    this.socket?.close();
  }

  async hello(mode, seed, key) {
    let answer = await this.ask(T.HELLO, [VERSION, mode, mode === ANON ? null : key]);
    if (mode !== ANON) {
      const signed = cat('sotto auth 1', u8(this.origin.length), this.origin, key, answer[0]);
      answer = await this.ask(T.AUTH, [sign(seed, signed)]);
    }
    this.ready = Object.fromEntries(READY.map((name, i) => [name, answer[i]]));
    return this.ready;
  }
  ask(type, body) {
    this.last += 1;
    const request = this.last;
    const answer = new Promise((done, failed) => {
      const late = setTimeout(() => failed(new Error(`no answer to ${type}`)), ANSWER_MS);
      this.asked.set(request, { done, failed, late });
    });
    this.send(type, body, request);
    return answer;
  }
  send(type, body, request = 0) {
    const bytes = Array.isArray(body) ? C.encode(body) : body;
    const head = Buffer.alloc(HEAD);
    head.writeUIntLE(bytes.length, 0, 3);
    head[3] = type;
    head.writeUInt32LE(request, 4);
    this.socket.send(cat(head, bytes));
  }
  take(message) {
    for (let m = message; m.length >= HEAD; ) {
      const end = HEAD + m.readUIntLE(0, 3);
      this.frame(m[3], m.readUInt32LE(4), Buffer.from(m.subarray(HEAD, end)));
      m = m.subarray(end);
    }
  }
  frame(type, request, body) {
    if (type === T.DELIVER) {
      this.onDeliver(delivered(body));
      return;
    }
    const asked = this.asked.get(request);
    if (!asked) return;
    this.asked.delete(request);
    clearTimeout(asked.late);
    if (type === T.FAILURE) asked.failed(new Failure(C.decode(body)));
    else asked.done(type === T.POSTED ? number(body, 0) : type >= PACKED ? body : C.decode(body));
  }
}

/** All entries of an account that the gateway has (section 5.4). */
export async function chainFrom(conn, account) {
  const entries = [];
  for (;;) {
    const [, more] = await conn.ask(T.CHAIN_GET, [account, entries.length, false]);
    entries.push(...more);
    if (more.reduce((sum, e) => sum + e.length, 0) < FULL) return entries;
  }
}

/** The body of an ACK of the inbox. */
export function packAck(seq) {
  const bytes = Buffer.alloc(12);
  bytes.writeBigUInt64LE(BigInt(seq), 4);
  return bytes;
}

/** The right to write in an epoch (section 5.5), for this connection. */
export const writeSignature = (conn, mailbox, epoch, seed) =>
  sign(seed, cat('sotto write 1', u8(conn.origin.length), conn.origin, conn.ready.nonce, mailbox, u64(epoch)));

/** The body of a POST (section 5.3): a fresh mid, no flags. */
export function packPost(handle, epoch, branch, sealed) {
  const head = Buffer.alloc(29);
  head.writeUInt32LE(handle, 0);
  random(8).copy(head, 4);
  head.writeBigUInt64LE(BigInt(epoch), 13);
  branch?.copy(head, 21);
  return cat(head, sealed);
}
