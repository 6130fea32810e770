// The worked examples of wasm/schema/PROTOCOL.md, section 22, made anew from its sections alone and without a line of
// the core: node tests/interop/protocol.mjs. Prints ok / not ok lines. (tests/unit/engine/protocol_test.c makes them
// with the core's own functions.)
import { createCipheriv, createHash, createHmac, hkdfSync } from "node:crypto";
import { readFileSync } from "node:fs";
import { hchacha } from "@noble/ciphers/chacha.js";
import { chacha20 } from "@noble/ciphers/chacha.js";
import { poly1305 } from "@noble/ciphers/_poly1305.js";
import { ed25519 } from "@noble/curves/ed25519.js";
import { shake256 } from "@noble/hashes/sha3.js";
import { XWing } from "@noble/post-quantum/hybrid.js";

const document = readFileSync(new URL("../../wasm/schema/PROTOCOL.md", import.meta.url), "utf8");

// ---- reading the examples ------------------------------------------------------------------------------------------

// A block of section 22 by its heading: names and values, as text.
function example(heading) {
  const at = document.indexOf(`### ${heading}`);
  if (at < 0) throw new Error(`no section ${heading}`);
  const text = document.slice(at).match(/```\n([^]*?)```/)[1];
  const out = new Map();
  for (const line of text.replaceAll("\n  ", "").trim().split("\n")) {
    const [name, value] = line.split(/ = (.*)/s);
    out.set(name, value);
  }
  return out;
}
const hex = (b) => Buffer.from(b).toString("hex");
const bytes = (h) => Buffer.from(h, "hex");

// ---- notation (section 1) ------------------------------------------------------------------------------------------

const utf8 = (s) => Buffer.from(s, "utf8");
const cat = (...parts) => Buffer.concat(parts.map((p) => (typeof p === "string" ? utf8(p) : Buffer.from(p))));
const sha256 = (...parts) => createHash("sha256").update(cat(...parts)).digest();
const hmac = (key, ...parts) => createHmac("sha256", key).update(cat(...parts)).digest();
const hkdf = (salt, ikm, info, n) => Buffer.from(hkdfSync("sha256", ikm, utf8(salt), utf8(info), n));
const u8 = (v) => Buffer.of(v);
const u16 = (v) => Buffer.of(v >> 8, v & 255);
const u64 = (v) => {
  const b = Buffer.alloc(8);
  b.writeBigUInt64BE(BigInt(v));
  return b;
};
const filled = (v, n = 32) => Buffer.alloc(n, v);
const from = (v, n) => Buffer.from(Array.from({ length: n }, (_, i) => (v + i) & 255));
const base64url = (b) => Buffer.from(b).toString("base64url");
function base32(b) {
  const bits = [...b].map((x) => x.toString(2).padStart(8, "0")).join("");
  const groups = bits.padEnd(Math.ceil(bits.length / 5) * 5, "0").match(/.{5}/g);
  return groups.map((g) => "0123456789ABCDEFGHJKMNPQRSTVWXYZ"[Number.parseInt(g, 2)]).join("");
}

function head(major, n) {
  if (n < 24) return u8((major << 5) | n);
  if (n < 256) return Buffer.of((major << 5) | 24, n);
  if (n < 65536) return cat(u8((major << 5) | 25), u16(n));
  if (n < 2 ** 32) return cat(u8((major << 5) | 26), u64(n).subarray(4));
  return cat(u8((major << 5) | 27), u64(n));
}
function cbor(v) {
  if (v === null) return u8(0xf6);
  if (typeof v === "boolean") return u8(v ? 0xf5 : 0xf4);
  if (typeof v === "number") return v < 0 ? head(1, -1 - v) : head(0, v);
  if (typeof v === "string") return cat(head(3, utf8(v).length), v);
  if (Array.isArray(v)) return cat(head(4, v.length), ...v.map(cbor));
  if (v instanceof Map) return cat(head(5, v.size), ...[...v].flatMap(([k, x]) => [cbor(k), cbor(x)]));
  return cat(head(2, v.length), v);
}
const sign = (seed, tbs) => Buffer.from(ed25519.sign(tbs, seed));
const publicOf = (seed) => Buffer.from(ed25519.getPublicKey(seed));

// ---- one claim an example ------------------------------------------------------------------------------------------

const claims = [];
const claim = (heading, run) => claims.push([heading, run]);
// Every value of the block must be made, and be the one that stands there.
function compare(block, made) {
  for (const [name, value] of block) {
    if (!(name in made)) throw new Error(`${name}: nobody made it`);
    const got = typeof made[name] === "string" ? made[name] : hex(made[name]);
    if (got !== value) throw new Error(`${name}: ${got}`);
  }
}

const CODE = from(0, 20);
const PHONE = filled(1);
const LAPTOP = filled(2);
const GATEWAY = "https://gw.example";
const ORIGIN = "gw.example";
const INBOX = from(0x10, 16);
const TOKEN = from(0x20, 16);
const ROOM = from(0x40, 16);
const MAILBOX = from(0x50, 16);
const READ_TAG = from(0x70, 32);
const JOIN_SECRET = from(0x90, 32);
const NONCE = from(0xb0, 32);

// Sections 3 and 6.1.
function code() {
  const okm = hkdf("sotto recovery 2", CODE, "signing seed, HPKE ikm", 64);
  const seed = okm.subarray(0, 32);
  const labelled = cat(okm.subarray(32), "HPKE-v1", "KEM", u16(0x647a), u16(13), "DeriveKeyPair", u16(32));
  const kem = Buffer.from(shake256(labelled, { dkLen: 32 }));
  const pk = Buffer.from(XWing.keygen(kem).publicKey);
  return { seed, recovery: publicOf(seed), kem, pk, hash: sha256(pk) };
}
claim("22.1", () => {
  const c = code();
  return {
    code: CODE,
    "code text": base32(CODE).match(/.{4}/g).join("-"),
    "signing seed": c.seed,
    recovery: c.recovery,
    "HPKE seed": c.kem,
    "HPKE public key, first 32 of 1216": c.pk.subarray(0, 32),
    recovery_hpke: c.hash,
  };
});

// Section 2.
function entry(fields, seeds) {
  const tbs = cat("sotto chain 2", cbor(fields));
  return { tbs, bytes: cbor([...fields, seeds.map((s) => sign(s, tbs))]) };
}
function chain() {
  const c = code();
  const home = sha256("sotto home 1", INBOX, GATEWAY);
  const none = Buffer.alloc(0);
  const phone = publicOf(PHONE);
  const laptop = publicOf(LAPTOP);
  const first = entry([2, none, 0, none, [[phone, 0]], c.recovery, c.hash, home, 0, null, [0, 32]], [PHONE, c.seed]);
  const account = sha256(first.bytes);
  const list = [[phone, 0], [laptop, 1]];
  const second = entry([2, account, 1, account, list, c.recovery, c.hash, home, 1, null, [16, 1]], [PHONE, LAPTOP]);
  return { home, phone, laptop, first, account, second, hash: sha256(second.bytes) };
}
claim("22.2", () => {
  const c = chain();
  return {
    phone: c.phone,
    laptop: c.laptop,
    inbox: INBOX,
    gateway: GATEWAY,
    home: c.home,
    "entry 0, signed": c.first.tbs,
    "entry 0": c.first.bytes,
    account: c.account,
    "entry 1": c.second.bytes,
    "entry 1, hash": c.hash,
    "0xF0A0 of a leaf that names entry 1": cat(u64(1), c.hash),
  };
});
claim("22.3", () => {
  const c = chain();
  const brought = cbor([[c.account, [c.first.bytes, c.second.bytes]]]);
  return { "brought, first 41": brought.subarray(0, 41), "brought, SHA-256": sha256(brought) };
});

// Section 4.
claim("22.4", () => {
  const { account } = chain();
  const secret = from(0x30, 16);
  const about = from(0x60, 16);
  const link = (...fields) => `web+sotto:#/add/${base64url(cbor(fields))}`;
  return {
    "link of a person": link(3, GATEWAY, account, INBOX, TOKEN),
    token: TOKEN,
    secret,
    "link of a group": link(4, GATEWAY, account, INBOX, TOKEN, secret),
    "about (MLS group id)": about,
    "door(secret, account, about)": hmac(secret, "sotto door 1", account, about),
    "fingerprint of account": hex(sha256(account).subarray(0, 20)).match(/.{4}/g).join(" "),
  };
});
claim("22.5", (block) => {
  const mine = bytes(block.get("my account (and head)"));
  const theirs = bytes(block.get("their account (and head)"));
  const digits = [mine, theirs].sort(Buffer.compare).map((id) => {
    const h = createHash("sha512").update(cat("sotto safety 2", id)).digest();
    return [0, 1, 2, 3, 4, 5].map((i) => String(h.readUIntBE(5 * i, 5) % 100000).padStart(5, "0")).join("");
  });
  return {
    "my account (and head)": mine,
    "their account (and head)": theirs,
    digits: digits.join(""),
    "QR bytes": cat(mine, theirs, mine, theirs),
  };
});

// Sections 5 and 18.1.
const branchOf = (authenticator) => sha256("sotto branch", authenticator).subarray(0, 8);
const AUTHENTICATOR = from(0x33, 32);
claim("22.6", () => {
  const c = chain();
  const body = cbor([2, 1, c.phone]);
  const frame = cat(Buffer.of(body.length, 0, 0), u8(1), Buffer.of(1, 0, 0, 0), body);
  const auth = cat("sotto auth 1", u8(ORIGIN.length), ORIGIN, c.phone, NONCE);
  const write = cat("sotto write 1", u8(ORIGIN.length), ORIGIN, NONCE, MAILBOX, u64(7));
  const branch = branchOf(AUTHENTICATOR);
  const commit = cat(
    ...["sotto commit 2", MAILBOX, u64(7), from(0xe0, 8), branch, sha256("sealed commit"), publicOf(filled(4))],
    ...[u8(1), sha256(READ_TAG), u8(0), sha256(""), u64(1), sha256(INBOX), sha256(TOKEN), sha256("welcome")],
  );
  return {
    "HELLO frame, request 1": frame,
    nonce: NONCE,
    "AUTH, signed": auth,
    "AUTH, signature": sign(PHONE, auth),
    mailbox: MAILBOX,
    "write key of epoch 7": publicOf(filled(3)),
    "WRITE, signed": write,
    "WRITE, signature": sign(filled(3), write),
    epoch_authenticator: AUTHENTICATOR,
    branch,
    "write key of epoch 8": publicOf(filled(4)),
    "COMMIT, signed": commit,
    "COMMIT, signature": sign(filled(3), commit),
    "record part 9, signed": cat("sotto record 2", c.account, c.phone, u64(9), c.hash, sha256("payload")),
  };
});

// Sections 7.1 and 8.
claim("22.7", () => {
  const none = Buffer.alloc(0);
  const key = from(0x11, 32);
  const nonce = from(0xd0, 12);
  const aad = cat("sotto outer 2", MAILBOX, u64(7), u8(0), branchOf(AUTHENTICATOR));
  const cipher = createCipheriv("chacha20-poly1305", key, nonce, { authTagLength: 16 });
  cipher.setAAD(aad, { plaintextLength: 5 });
  const sealed = cat(nonce, cipher.update("hello"), cipher.final(), cipher.getAuthTag());
  return {
    "room (0xF0A1) of a pair": cbor([2, ROOM, 1, "", MAILBOX, READ_TAG, JOIN_SECRET, [], 0, none, none, [filled(10), filled(11)], []]),
    "outer key of epoch 7": key,
    "nonce of the outer layer": nonce,
    aad,
    'sealed "hello", kind 0': sealed,
    "key of the bundle": hmac(JOIN_SECRET, "sotto bundle"),
  };
});

// Sections 12 and 13.
claim("22.8", () => {
  const { account, phone } = chain();
  const salt = from(0xf0, 16);
  const none = Buffer.alloc(0);
  const part = (text) => [1, "", 1, "text/markdown;variant=GFM-MIMI", utf8(text)];
  const content = cbor([salt, null, none, null, null, new Map(), part("Hello")]);
  const id = cat(u8(1), sha256(u16(32), account, u16(16), ROOM, content, salt).subarray(0, 31));
  const hash = (run, counter, prev, ms, inside) =>
    sha256("sotto word 1", phone, u64(run), u64(counter), prev ?? filled(0), u64(ms), sha256(inside));
  const hash0 = hash(1, 0, null, 1700000000000, content);
  const edit = cbor([salt, id, none, null, null, new Map([[-2, 1]]), part("Hello!")]);
  return {
    content,
    "id of the message": id,
    "word 0": cbor([3, 1, 0, null, 0, 1700000000000, content, null]),
    "word 0, hash": hash0,
    "word 1, an edit of it": cbor([3, 1, 1, hash0, 1, 1700000005000, edit, null]),
    "word 1, hash": hash(1, 1, hash0, 1700000005000, edit),
    "authenticated_data of the next commit": cbor([3, 1, 2, 1]),
  };
});

// Section 14: one chunk.
function sealChunk(state, tag, plain) {
  const nonce = cat(state.counter, state.inonce);
  const stream = (n, block) => chacha20(state.key, nonce, Buffer.alloc(n), undefined, block);
  const first = Buffer.alloc(64);
  first[0] = tag;
  const c0 = Buffer.from(stream(64, 1).map((x, i) => x ^ first[i]));
  const body = Buffer.from(stream(plain.length, 2).map((x, i) => x ^ plain[i]));
  const lengths = Buffer.alloc(16);
  lengths.writeBigUInt64LE(BigInt(64 + plain.length), 8);
  const mac = poly1305(cat(c0, body, Buffer.alloc(plain.length % 16), lengths), stream(32, 0));
  return cat(c0.subarray(0, 1), body, mac);
}
claim("22.9", (block) => {
  const key = filled(5);
  const header = bytes(block.get("header (nonce)"));
  const words = (b) => new Uint32Array(b.buffer.slice(b.byteOffset, b.byteOffset + b.length));
  const out = new Uint32Array(8);
  hchacha(words(utf8("expand 32-byte k")), words(Buffer.from(key)), words(Buffer.from(header.subarray(0, 16))), out);
  const state = { key: new Uint8Array(out.buffer), counter: Buffer.of(1, 0, 0, 0), inonce: header.subarray(16) };
  const blob = sealChunk(state, 3, utf8("hello, file"));
  return { key, "header (nonce)": header, plaintext: "hello, file", "blob: one chunk, FINAL": blob, hash: sha256(blob) };
});

claim("22.10", () => {
  const key = from(0x11, 32);
  return { reference: cbor([ROOM, key]), "drop secret": hmac(key, "sotto parcel drop").subarray(0, 16) };
});

claim("22.11", (block) => {
  const seed = filled(6);
  const { publicKey } = XWing.keygen(seed);
  const letters = sha256("sotto pairing code 1", publicKey).subarray(0, 15);
  const shown = bytes(block.get("shown"));
  const bits = [...shown].map((x) => x.toString(2).padStart(8, "0")).join("");
  const words = [0, 11, 22].map((i) => Number.parseInt(bits.slice(i, i + 11), 2));
  return {
    "X-Wing seed": seed,
    "public key, SHA-256": sha256(publicKey),
    code: letters,
    "code, letters": base32(letters),
    shown,
    "words (from 0)": words.join(" "),
  };
});

for (const [heading, run] of claims) {
  try {
    const block = example(`${heading} `);
    compare(block, run(block));
    console.log(`ok protocol_example_${heading.replace(".", "_")}`);
  } catch (e) {
    console.log(`not ok protocol_example_${heading.replace(".", "_")}: ${e.message}`);
    process.exitCode = 1;
  }
}
const headings = document.match(/^### 22\.\d+ /gm)?.length ?? 0;
if (headings !== claims.length) {
  console.log(`not ok protocol_examples_are_all_made: ${claims.length} of ${headings}`);
  process.exitCode = 1;
}
