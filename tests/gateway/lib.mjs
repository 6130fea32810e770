// A client of sub-protocol sotto.2 for tests: own WebSocket, own CBOR, own signatures, so that it shares no code with
// what it tests. Source of the formats: wasm/schema/{wire.cddl,frame.h,chain.h}.
import { spawn } from "node:child_process";
import { createHash, createPrivateKey, generateKeyPairSync, randomBytes, sign } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import net from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import tls from "node:tls";
import { fileURLToPath } from "node:url";

export const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
export const program = process.env.SOTTO_GATEWAY ?? join(root, "build/debug/gateway/sotto-gateway");
export const cli = process.env.SOTTO_CLI ?? join(root, "build/debug/wasm/sotto");
export const sleep = (ms) => new Promise((r) => setTimeout(r, ms));

// ---- claims ----------------------------------------------------------------------------------------------------------
let failed = 0;
export function check(condition, what) {
  if (!condition) throw new Error(what ?? "check failed");
}
export function equal(got, want, what = "") {
  const g = got instanceof Uint8Array ? Buffer.from(got).toString("hex") : String(got);
  const w = want instanceof Uint8Array ? Buffer.from(want).toString("hex") : String(want);
  if (g !== w) throw new Error(`${what}: got ${g}, want ${w}`);
}
export async function claim(name, run) {
  const start = Date.now();
  try {
    const note = await run();
    console.log(`ok ${name}${note === undefined ? "" : ` (${note})`}`);
  } catch (e) {
    failed++;
    console.log(`not ok ${name}: ${e.message}`);
    console.log(`    ${String(e.stack).split("\n").slice(1, 5).join("\n    ")}`);
  }
  if (process.env.SOTTO_SLOW) console.log(`    ${Date.now() - start} ms`);
}
export function finish() {
  process.exit(failed === 0 ? 0 : 1);
}

// ---- CBOR ------------------------------------------------------------------------------------------------------------
function head(major, n) {
  n = BigInt(n);
  const m = major << 5;
  if (n < 24n) return Buffer.from([m | Number(n)]);
  if (n < 256n) return Buffer.from([m | 24, Number(n)]);
  if (n < 65536n) return Buffer.from([m | 25, Number(n >> 8n), Number(n & 255n)]);
  const b = Buffer.alloc(n < 4294967296n ? 5 : 9);
  b[0] = m | (b.length === 5 ? 26 : 27);
  if (b.length === 5) b.writeUInt32BE(Number(n), 1);
  else b.writeBigUInt64BE(n, 1);
  return b;
}
export function cbor(v) {
  if (v === null) return Buffer.from([0xf6]);
  if (v === true || v === false) return Buffer.from([v ? 0xf5 : 0xf4]);
  if (typeof v === "number" || typeof v === "bigint") return head(0, v);
  if (typeof v === "string") return Buffer.concat([head(3, Buffer.byteLength(v)), Buffer.from(v)]);
  if (v instanceof Uint8Array) return Buffer.concat([head(2, v.length), v]);
  if (Array.isArray(v)) return Buffer.concat([head(4, v.length), ...v.map(cbor)]);
  throw new Error("cbor: what is this?");
}
export function uncbor(b) {
  let at = 0;
  const item = () => {
    const first = b[at++];
    let n = BigInt(first & 31);
    if (n === 24n) n = BigInt(b[at++]);
    else if (n === 25n) (n = BigInt(b.readUInt16BE(at))), (at += 2);
    else if (n === 26n) (n = BigInt(b.readUInt32BE(at))), (at += 4);
    else if (n === 27n) (n = b.readBigUInt64BE(at)), (at += 8);
    const small = n <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(n) : n;
    switch (first >> 5) {
      case 0: return small;
      case 2: at += small; return b.subarray(at - small, at);
      case 3: at += small; return b.subarray(at - small, at).toString();
      case 4: return Array.from({ length: small }, item);
      case 7: return first === 0xf5 ? true : first === 0xf4 ? false : null;
    }
    throw new Error("uncbor");
  };
  return item();
}

// ---- keys ------------------------------------------------------------------------------------------------------------
export const sha256 = (...parts) => {
  const h = createHash("sha256");
  for (const p of parts) h.update(p);
  return h.digest();
};
const PKCS8 = Buffer.from("302e020100300506032b657004220420", "hex");
export function keyPair(seed) {
  if (seed) {
    const key = createPrivateKey({ key: Buffer.concat([PKCS8, seed]), format: "der", type: "pkcs8" });
    const pub = Buffer.from(key.export({ format: "jwk" }).x, "base64url");
    return { key, pub, sign: (m) => sign(null, m, key) };
  }
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  const pub = Buffer.from(publicKey.export({ format: "jwk" }).x, "base64url");
  return { key: privateKey, pub, sign: (m) => sign(null, m, privateKey) };
}
export const u64be = (n) => {
  const b = Buffer.alloc(8);
  b.writeBigUInt64BE(BigInt(n));
  return b;
};
export const u64le = (n) => {
  const b = Buffer.alloc(8);
  b.writeBigUInt64LE(BigInt(n));
  return b;
};
export const u32le = (n) => {
  const b = Buffer.alloc(4);
  b.writeUInt32LE(n >>> 0);
  return b;
};

// ---- frames ----------------------------------------------------------------------------------------------------------
export const T = {
  HELLO: 1, CHALLENGE: 2, AUTH: 3, READY: 4, FAILURE: 5, DONE: 6, PING: 7, BYE: 8,
  REGISTER: 16, CHAIN_PUT: 17, KP_PUT: 18, KP_COUNT: 19, KP_COUNTS: 20, TOKEN_SET: 21, TOKEN_DROP: 22, PUSH_SET: 23,
  QUOTA_GET: 24, GRANT: 25,
  KP_TAKE: 32, KP_TAKEN: 33, INBOX_POST: 34, CHAIN_GET: 35, CHAIN: 36, BOX_NEW: 37, OPEN: 38, OPENED: 39, CLOSE: 40,
  COMMIT: 41, INFO_GET: 42, INFO: 43, BLOB_NEW: 44, BLOB_STAT: 45, BLOB_STATE: 46, BLOB_DROP: 47, RECORD_PUT: 48,
  RECORD_GET: 49, RECORD: 50, WRITE: 51,
  POST: 64, POSTED: 65, DELIVER: 66, ACK: 67, EPHEMERAL: 68, BLOB_PUT: 69, BLOB_GET: 70, BLOB_DATA: 71,
};
export const C = {
  MALFORMED: 1, VERSION: 2, MODE: 3, AUTH: 4, UNKNOWN: 5, EXISTS: 6, EPOCH: 7, STALE: 8, TOKEN: 9, EMPTY: 10, LIMIT: 11,
  RATE: 12, QUOTA: 13, FULL: 14, CLOSED: 15, CHAIN: 16, REVOKED: 17, BUSY: 18, INTERNAL: 19,
};
const FIXED = new Set([T.POST, T.POSTED, T.DELIVER, T.ACK, T.EPHEMERAL, T.BLOB_PUT, T.BLOB_GET, T.BLOB_DATA]);

export function frame(type, request, body) {
  const h = Buffer.alloc(8);
  h.writeUIntLE(body.length, 0, 3);
  h[3] = type;
  h.writeUInt32LE(request, 4);
  return Buffer.concat([h, body]);
}
function decode(type, body) {
  switch (type) {
    case T.POSTED: return { seq: Number(body.readBigUInt64LE(0)) };
    case T.DELIVER:
      return {
        handle: body.readUInt32LE(0), seq: Number(body.readBigUInt64LE(4)), ms: Number(body.readBigUInt64LE(12)),
        kind: body[20], epoch: Number(body.readBigUInt64LE(21)), mid: body.subarray(29, 37), branch: body.subarray(37, 45),
        body: body.subarray(45),
      };
    case T.EPHEMERAL: return { handle: body.readUInt32LE(0), epoch: Number(body.readBigUInt64LE(4)), body: body.subarray(12) };
    case T.BLOB_DATA: return { blob: body.subarray(0, 16), index: body.readUInt32LE(16), bytes: body.subarray(20) };
    default: return FIXED.has(type) ? body : uncbor(body);
  }
}
export class Failure extends Error {
  constructor([code, retry, detail]) {
    super(`failure ${Object.keys(C).find((k) => C[k] === code) ?? code}`);
    this.code = code;
    this.retry = retry;
    this.detail = detail;
  }
}
// The failure's code, or a complaint.
export async function fails(promise, code) {
  let got;
  try {
    got = await promise;
  } catch (e) {
    if (!(e instanceof Failure)) throw e;
    equal(e.code, code, "failure code");
    return e;
  }
  throw new Error(`expected failure ${code}, got ${JSON.stringify(got)}`);
}

// ---- WebSocket -------------------------------------------------------------------------------------------------------
export function wsFrame(payload, { opcode = 2, fin = true, mask = true, rsv = 0 } = {}) {
  const n = payload.length;
  const h = Buffer.alloc(2 + (n < 126 ? 0 : n < 65536 ? 2 : 8));
  h[0] = (fin ? 0x80 : 0) | (rsv << 4) | opcode;
  h[1] = (mask ? 0x80 : 0) | (n < 126 ? n : n < 65536 ? 126 : 127);
  if (h.length === 4) h.writeUInt16BE(n, 2);
  else if (h.length === 10) h.writeBigUInt64BE(BigInt(n), 2);
  if (!mask) return Buffer.concat([h, payload]);
  const key = randomBytes(4);
  const body = Buffer.from(payload);
  for (let i = 0; i < body.length; i++) body[i] ^= key[i & 3];
  return Buffer.concat([h, key, body]);
}

const ANSWER_MS = 30_000; // to a connection, and to its upgrade: none hangs a run without a word

export class Socket {
  // options: port, host, origin, protocol, hostHeader, localAddress, tls, ca, raw (no upgrade)
  static open(options) {
    const s = new Socket();
    s.options = options;
    return s.connect();
  }
  connect() {
    const o = this.options;
    this.messages = [];
    this.waiting = [];
    this.input = Buffer.alloc(0);
    this.closed = new Promise((r) => (this.onClosed = r));
    this.isClosed = false;
    this.close = undefined;
    const host = o.hostHeader ?? `localhost:${o.port}`;
    const target = { port: o.port, host: o.host ?? "127.0.0.1", localAddress: o.localAddress };
    return new Promise((resolved, rejected) => {
      const late = setTimeout(() => (reject(new Error(`no answer in ${ANSWER_MS} ms: ${this.sock.readyState}, ${this.input.length} bytes`)), this.sock.destroy()), ANSWER_MS);
      const resolve = (v) => (clearTimeout(late), resolved(v));
      const reject = (e) => (clearTimeout(late), rejected(e));
      this.sock = o.tls
        ? tls.connect({ ...target, ca: o.ca, servername: "localhost", ALPNProtocols: o.alpn })
        : net.connect(target);
      this.sock.setNoDelay(true);
      this.sock.on("error", (e) => {
        this.error = e;
        reject(e);
      });
      this.sock.on("close", () => {
        this.isClosed = true;
        this.onClosed(this.close);
        for (const w of this.waiting.splice(0)) w(undefined);
        reject(new Error(`closed: ${this.status ?? "no answer"}`));
      });
      this.sock.on(o.tls ? "secureConnect" : "connect", () => {
        if (o.raw) return resolve(this);
        this.sock.write(
          `GET ${o.path ?? "/sotto"} HTTP/1.1\r\nHost: ${host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
            `Sec-WebSocket-Key: ${randomBytes(16).toString("base64")}\r\nSec-WebSocket-Version: ${o.version ?? 13}\r\n` +
            `${o.protocol === null ? "" : `Sec-WebSocket-Protocol: ${o.protocol ?? "sotto.2"}\r\n`}` +
            `${o.origin === undefined ? "" : `Origin: ${o.origin}\r\n`}\r\n`,
        );
        if (o.early) this.sock.write(o.early);
      });
      let headDone = false;
      this.sock.on("data", (d) => {
        this.input = Buffer.concat([this.input, d]);
        if (o.raw) return;
        if (!headDone) {
          const end = this.input.indexOf("\r\n\r\n");
          if (end < 0) return;
          this.head = this.input.subarray(0, end).toString();
          this.status = this.head.split("\r\n")[0];
          this.input = this.input.subarray(end + 4);
          if (!this.status.includes(" 101 ")) {
            this.sock.destroy();
            return reject(new Error(this.status));
          }
          headDone = true;
          resolve(this);
        }
        this.parse();
      });
    });
  }
  parse() {
    for (;;) {
      const b = this.input;
      if (b.length < 2) return;
      let n = b[1] & 127;
      let h = 2;
      if (n === 126) {
        if (b.length < 4) return;
        n = b.readUInt16BE(2);
        h = 4;
      } else if (n === 127) {
        if (b.length < 10) return;
        n = Number(b.readBigUInt64BE(2));
        h = 10;
      }
      if ((h === 4 && n < 126) || (h === 10 && n < 65536)) throw new Error("length not in its shortest form");
      if (b.length < h + n) return;
      const payload = Buffer.from(b.subarray(h, h + n));
      const opcode = b[0] & 15;
      this.input = b.subarray(h + n);
      if (opcode === 8) {
        this.close = payload.length >= 2 ? payload.readUInt16BE(0) : 1005;
        if (!this.sock.destroyed) this.sock.end(wsFrame(payload.subarray(0, 2), { opcode: 8 }));
      } else if (opcode === 9) {
        this.pings = (this.pings ?? 0) + 1;
        if (!this.options.mute) this.sock.write(wsFrame(payload, { opcode: 10 }));
      } else if (opcode === 10) this.pong = payload;
      else this.onMessage?.(payload);
    }
  }
  send(payload, o) {
    this.sock.write(wsFrame(payload, o));
  }
  write(bytes) {
    this.sock.write(bytes);
  }
  end() {
    this.sock.destroy();
  }
}

// ---- connection of sotto.2 -------------------------------------------------------------------------------------------
export class Conn {
  static async open(gw, options = {}) {
    const c = new Conn();
    c.gw = gw;
    c.next = 1;
    c.asked = new Map();
    c.stray = new Map();
    c.delivered = [];
    c.ephemeral = [];
    c.listeners = [];
    c.rights = new Map(); // handle: what Group.send opened on it
    c.socket = new Socket();
    c.socket.options = { port: gw.port, tls: gw.tls, ca: gw.ca, ...options };
    c.socket.onMessage = (m) => c.take(m);
    await c.socket.connect();
    c.socket.closed.then(() => {
      for (const { reject } of c.asked.values()) reject(new Error(`closed ${c.socket.close ?? ""}`));
      c.asked.clear();
      for (const l of c.listeners.splice(0)) l.reject(new Error(`closed ${c.socket.close ?? ""} while waiting`));
    });
    return c;
  }
  take(m) {
    while (m.length > 0) {
      const n = m.readUIntLE(0, 3);
      const type = m[3];
      const request = m.readUInt32LE(4);
      const body = decode(type, m.subarray(8, 8 + n));
      const whole = m.subarray(0, 8 + n);
      m = m.subarray(8 + n);
      if (request !== 0 && this.asked.has(request)) {
        const { resolve, reject } = this.asked.get(request);
        this.asked.delete(request);
        if (type === T.FAILURE) reject(new Failure(body));
        else resolve({ type, body });
      } else if (type === T.DELIVER) {
        this.delivered.push(body);
        this.onDeliver?.(body);
      } else if (type === T.EPHEMERAL) this.ephemeral.push(body);
      else if (type === T.BYE) this.bye = body;
      else if (request !== 0) this.stray.set(request, whole);
    }
    for (const l of this.listeners.slice()) l.look();
  }
  // Waits until f() is true, looked at after every message.
  until(f, what, ms = 10000) {
    return new Promise((resolve, reject) => {
      const l = { reject };
      const stop = () => {
        clearTimeout(timer);
        this.listeners = this.listeners.filter((x) => x !== l);
      };
      const timer = setTimeout(() => (stop(), reject(new Error(`waited too long for ${what ?? f}`))), ms);
      l.look = () => f() && (stop(), resolve());
      l.reject = (e) => (stop(), reject(e));
      this.listeners.push(l);
      l.look();
    });
  }
  ask(type, body, request = this.next++) {
    const bytes = body instanceof Uint8Array ? body : cbor(body);
    const p = this.expect(request);
    this.socket.send(frame(type, request, bytes));
    return p;
  }
  // The answer to a request that was or will be sent by hand.
  expect(request, ms = 30000) {
    return new Promise((resolve, reject) => {
      if (this.socket.isClosed || this.socket.sock.destroyed) return reject(new Error("closed before"));
      const timer = setTimeout(() => (this.asked.delete(request), reject(new Error(`no answer to request ${request}`))), ms);
      const settle = (f) => (v) => (clearTimeout(timer), f(v));
      this.asked.set(request, { resolve: settle(resolve), reject: settle(reject) });
      const early = this.stray.get(request);
      if (early) this.take(early);
    });
  }
  async call(type, body) {
    return (await this.ask(type, body)).body;
  }
  tell(type, body) {
    this.socket.send(frame(type, 0, body));
  }
  async anon() {
    this.ready = await this.call(T.HELLO, [2, 0, null]);
    this.nonce = this.ready[7];
    return this;
  }
  async device(pair, { origin = `localhost:${this.gw.port}`, device = pair.pub, mode = 1 } = {}) {
    const [nonce] = await this.call(T.HELLO, [2, mode, device]);
    const tbs = Buffer.concat([Buffer.from("sotto auth 1"), Buffer.from([origin.length]), Buffer.from(origin), device, nonce]);
    this.ready = await this.call(T.AUTH, [pair.sign(tbs)]);
    this.known = this.ready[1];
    return this;
  }
  end() {
    this.socket.end();
  }
}
export const anon = async (gw, o) => (await Conn.open(gw, o)).anon();

// ---- accounts --------------------------------------------------------------------------------------------------------
export class Account {
  constructor() {
    this.recovery = keyPair();
    this.hpke = randomBytes(1216);
    this.inbox = randomBytes(16);
    this.devices = [keyPair()];
    this.entries = [];
    this.listed = []; // of each entry: devices and the number they came with, recovery key, hash
    this.token = randomBytes(16);
  }
  get id() {
    return sha256(this.entries[0]);
  }
  // The next chain entry, signed by whom the rules want. by: a device of the entry before, or the recovery key of it.
  entry({ devices = this.devices, recovery = this.recovery, by = null, old = null, n = this.entries.length, keep = true, id = null,
    home = Buffer.alloc(32), hpke = this.hpke, unsigned = false } = {}) {
    const before = n === 0 ? null : this.listed[n - 1];
    const author = by ?? before?.devices[0].pair ?? devices[0];
    const place = before?.devices.findIndex((d) => d.pair === author) ?? 0;
    const list = devices.map((pair) => before?.devices.find((d) => d.pair === pair) ?? { pair, added: n });
    const signers = [[before === null ? 0 : place >= 0 ? 16 + place : 33, author]];
    list.forEach((d, i) => d.added === n && before !== null && signers.push([i, d.pair]));
    const replaced = before !== null && before.recovery !== recovery;
    if (before === null || replaced) signers.push([32, recovery]);
    if (replaced && old !== null) signers.push([33, old]);
    const none = Buffer.alloc(0);
    const items = [2, n === 0 ? none : (id ?? this.id), n, n === 0 ? none : before.hash, list.map((d) => [d.pair.pub, d.added]), recovery.pub, sha256(hpke), home, n === 0 ? 0 : 1, null,
      signers.map(([who]) => who)];
    const tbs = Buffer.concat([Buffer.from("sotto chain 2"), cbor(items)]);
    const e = cbor([...items, signers.map(([, pair]) => (unsigned ? Buffer.alloc(64) : pair.sign(tbs)))]);
    if (keep) {
      this.entries[n] = e;
      this.listed[n] = { devices: list, recovery, hash: sha256(e) };
    }
    return e;
  }
  put(c, entry, hpke = null) {
    return c.call(T.CHAIN_PUT, [this.id, entry, hpke]);
  }
  async login(gw, device = this.devices[0], o = {}) {
    return (await Conn.open(gw, o)).device(device);
  }
  async register(gw, { invitation = null } = {}) {
    const c = await this.login(gw);
    await c.call(T.REGISTER, [this.entry(), this.hpke, this.inbox, invitation]);
    await c.call(T.TOKEN_SET, [sha256(this.token), 0, 0]);
    return c;
  }
  packages(n, suite = 1, lastResort = true) {
    const expires = Math.floor(Date.now() / 1000) + 86400;
    const list = Array.from({ length: n }, () => [randomBytes(32), suite, expires, false, randomBytes(300)]);
    if (lastResort) list.push([randomBytes(32), suite, expires, true, randomBytes(300)]);
    return list;
  }
}
export const ack = (c, seq) => c.tell(T.ACK, Buffer.concat([u32le(0), u64le(seq)]));

// ---- mailboxes -------------------------------------------------------------------------------------------------------
export class Group {
  constructor(epoch = 0) {
    this.mailbox = randomBytes(16);
    this.tag = randomBytes(32);
    this.epoch = epoch;
    this.keys = new Map([[epoch, keyPair()]]);
    this.branch = randomBytes(8);
  }
  async create(c, { info = null, grant = null } = {}) {
    await c.call(T.BOX_NEW, [this.mailbox, sha256(this.tag), this.keys.get(this.epoch).pub, this.epoch, grant, info]);
    return this;
  }
  async open(c, { cursor = 0, epoch = this.epoch, tag = this.tag } = {}) {
    const [handle, head, at, first] = await c.call(T.OPEN, [this.mailbox, tag, cursor, epoch]);
    c.rights.delete(handle);
    return { handle, head, epoch: at, first };
  }
  // The right to write: what a connection signs once an epoch.
  write(c, handle, { epoch = this.epoch, key = this.keys.get(epoch), nonce = c.nonce, origin = `localhost:${c.gw.port}`, mailbox = this.mailbox } = {}) {
    const tbs = [Buffer.from("sotto write 1"), Buffer.from([origin.length]), Buffer.from(origin), nonce, mailbox, u64be(epoch)];
    return [handle, epoch, key.sign(Buffer.concat(tbs))];
  }
  async openToWrite(c, handle, o) {
    await c.call(T.WRITE, this.write(c, handle, o));
    c.rights.set(handle, o?.epoch ?? this.epoch);
  }
  post(handle, body, { epoch = this.epoch, mid = randomBytes(8), flags = 0, branch = this.branch } = {}) {
    return Buffer.concat([u32le(handle), mid, Buffer.from([flags]), u64le(epoch), branch, body]);
  }
  // Opens the mailbox for this epoch if that has not been done, without waiting for the answer.
  async send(c, handle, body, o) {
    this.right(c, handle, o);
    return (await c.call(T.POST, this.post(handle, body, o))).seq;
  }
  right(c, handle, o) {
    const epoch = o?.epoch ?? this.epoch;
    if (c.rights.get(handle) === epoch || !this.keys.has(epoch)) return;
    this.openToWrite(c, handle, { epoch }).catch(() => c.rights.delete(handle));
    c.rights.set(handle, epoch);
  }
  // Says something in passing.
  hint(c, handle, body, o) {
    this.right(c, handle, o);
    c.tell(T.EPHEMERAL, this.ephemeral(handle, body, o));
  }
  ephemeral(handle, body, { epoch = this.epoch } = {}) {
    return Buffer.concat([u32le(handle), u64le(epoch), body]);
  }
  commit(handle, body, { epoch = this.epoch, mid = randomBytes(8), next = keyPair(), readHash = null, info = null, welcomes = [], key = this.keys.get(epoch), branch = this.branch } = {}) {
    const parts = [Buffer.from("sotto commit 2"), this.mailbox, u64be(epoch), mid, branch, sha256(body), next.pub, Buffer.from([readHash ? 1 : 0]), readHash ?? Buffer.alloc(0), Buffer.from([info ? 1 : 0]), sha256(info ?? Buffer.alloc(0)), u64be(welcomes.length)];
    for (const [inbox, token, w] of welcomes) parts.push(sha256(inbox), sha256(token), sha256(w));
    return { next, body: [handle, mid, epoch, branch, body, next.pub, readHash, info, welcomes, key.sign(Buffer.concat(parts))] };
  }
  async change(c, handle, body, o) {
    const made = this.commit(handle, body, o);
    const { seq } = await c.call(T.COMMIT, made.body);
    this.epoch = (o?.epoch ?? this.epoch) + 1;
    this.keys.set(this.epoch, made.next);
    return seq;
  }
}

// ---- the process -----------------------------------------------------------------------------------------------------
export async function freePorts(n) {
  const servers = await Promise.all(
    Array.from({ length: n }, () => new Promise((r) => { const s = net.createServer().listen(0, "127.0.0.1", () => r(s)); })),
  );
  const ports = servers.map((s) => s.address().port);
  await Promise.all(servers.map((s) => new Promise((r) => s.close(r))));
  return ports;
}

export class Gateway {
  // settings: {name: value}; dir kept when given; env; wrap: a command in front
  static async start({ settings = {}, dir, env = {}, wrap = [], ports, tls: useTls, ca } = {}) {
    const g = new Gateway();
    g.ownDir = dir === undefined;
    g.dir = dir ?? mkdtempSync(join(tmpdir(), "sotto-gw-"));
    g.settings = settings;
    g.env = env;
    g.wrap = wrap;
    g.ports = ports ?? (await freePorts(3));
    [g.appPort, g.port, g.metricsPort] = g.ports;
    g.tls = useTls;
    g.ca = ca;
    g.log = "";
    await g.launch();
    return g;
  }
  async launch() {
    const args = ["run", "--dir", this.dir, "--app-port", this.appPort, "--gw-port", this.port, "--metrics-port", this.metricsPort];
    for (const [k, v] of Object.entries(this.settings)) args.push(`--${k}`, ...(v === true ? [] : [String(v)]));
    const [command, ...rest] = [...this.wrap, program, ...args.map(String)];
    this.child = spawn(command, rest, { stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, ASAN_OPTIONS: "quarantine_size_mb=4:verify_asan_link_order=0", LSAN_OPTIONS: `suppressions=${join(root, "tests/gateway/lsan.txt")}:print_suppressions=0`, ...this.env } });
    this.exited = new Promise((r) => this.child.on("exit", (code, signal) => { this.exit = { code, signal }; r(this.exit); }));
    this.child.stderr.on("data", (d) => (this.log += d));
    let out = "";
    await new Promise((resolve, reject) => {
      this.child.stdout.on("data", (d) => {
        out += d;
        if (out.includes("Sotto is running")) resolve();
      });
      this.exited.then(() => reject(new Error(`gateway ended: ${out}${this.log}`)));
    });
    this.out = out;
  }
  get pid() {
    return this.child.pid;
  }
  alive() {
    return this.exit === undefined;
  }
  rss() {
    const m = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${this.pid}/status`, "utf8"));
    return Number(m[1]); // KiB
  }
  async metrics() {
    const text = await (await fetch(`http://127.0.0.1:${this.metricsPort}/metrics`)).text();
    return Object.fromEntries(text.split("\n").filter((l) => l && !l.startsWith("#")).map((l) => [l.split(" ")[0], Number(l.split(" ")[1])]));
  }
  async kill() {
    this.child.kill("SIGKILL");
    await this.exited;
  }
  async restart() {
    this.exit = undefined;
    await this.launch();
  }
  async stop() {
    if (this.exit === undefined) this.child.kill("SIGTERM");
    const exit = await this.exited;
    if (this.ownDir) rmSync(this.dir, { recursive: true, force: true });
    return exit;
  }
}
