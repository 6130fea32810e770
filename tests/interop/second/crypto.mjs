// What section 1 names: bytes, hashes, Ed25519; and the outer layer of 8.1.
// Sections are those of wasm/schema/PROTOCOL.md.
import crypto from 'node:crypto';
import { ed25519 } from '@noble/curves/ed25519.js';

export const cat = (...a) => Buffer.concat(a.map((x) => (typeof x === 'string' ? Buffer.from(x) : x)));
const written = (n, write) => {
  const bytes = Buffer.alloc(n);
  write(bytes);
  return bytes;
};
export const u8 = (n) => Buffer.of(n);
export const u16 = (n) => written(2, (b) => b.writeUInt16BE(n));
export const u64 = (n) => written(8, (b) => b.writeBigUInt64BE(BigInt(n)));
export const u32le = (n) => written(4, (b) => b.writeUInt32LE(n));
export const u64le = (n) => written(8, (b) => b.writeBigUInt64LE(BigInt(n)));
export const b64u = (b) => Buffer.from(b).toString('base64url');

export const sha256 = (...x) =>
  crypto
    .createHash('sha256')
    .update(cat(...x))
    .digest();
export const hmac = (key, ...x) =>
  crypto
    .createHmac('sha256', key)
    .update(cat(...x))
    .digest();
export const hkdf = (salt, ikm, info, n) => Buffer.from(crypto.hkdfSync('sha256', ikm, salt, info, n));
export const random = (n) => crypto.randomBytes(n);
export const hex = (b) => Buffer.from(b).toString('hex');
export const eq = (a, b) =>
  a != null && b != null && a.length === b.length && Buffer.compare(Buffer.from(a), Buffer.from(b)) === 0;
export const pub = (seed) => Buffer.from(ed25519.getPublicKey(seed));
export const sign = (seed, x) => Buffer.from(ed25519.sign(x, seed));
export const verify = (key, x, sig) => {
  try {
    return sig.length === 64 && ed25519.verify(sig, x, key);
  } catch {
    return false;
  }
};

// ---- the outer layer (section 8.1): address, number, kind and branch are its additional data ----

const CIPHER = 'chacha20-poly1305';
const NONCE = 12;
const TAG = 16;
const OPTIONS = { authTagLength: TAG };

const additional = (address, number, kind, branch) =>
  cat('sotto outer 2', address, u64(number), u8(kind), branch ?? '');

export function outerSeal(key, address, number, kind, branch, plain, nonce = random(NONCE)) {
  const c = crypto.createCipheriv(CIPHER, key, nonce, OPTIONS);
  c.setAAD(additional(address, number, kind, branch), { plaintextLength: plain.length });
  return cat(nonce, c.update(plain), c.final(), c.getAuthTag());
}

export function outerOpen(key, address, number, kind, branch, sealed) {
  if (sealed.length < NONCE + TAG) throw new Error('outer: short');
  const d = crypto.createDecipheriv(CIPHER, key, sealed.subarray(0, NONCE), OPTIONS);
  d.setAAD(additional(address, number, kind, branch), { plaintextLength: sealed.length - NONCE - TAG });
  d.setAuthTag(sealed.subarray(-TAG));
  return cat(d.update(sealed.subarray(NONCE, -TAG)), d.final());
}
