import crypto from 'node:crypto';
import { ed25519 } from '@noble/curves/ed25519.js';
import { XWing } from '@noble/post-quantum/hybrid.js';
import { shake256 } from '@noble/hashes/sha3.js';
export const cat = (...a) => Buffer.concat(a.map((x) => (typeof x === 'string' ? Buffer.from(x) : x)));
export const u8 = (n) => Buffer.from([n]);
export const u16 = (n) => {
  const b = Buffer.alloc(2);
  b.writeUInt16BE(n);
  return b;
};
export const u64 = (n) => {
  const b = Buffer.alloc(8);
  b.writeBigUInt64BE(BigInt(n));
  return b;
};
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

// ---- X-Wing HPKE, base mode, suite 0x004F: kem 0x647a, kdf 1, aead 1
export const dkp = (ikm) => {
  const sk = shake256(cat(ikm, 'HPKE-v1', 'KEM', u16(0x647a), u16(13), 'DeriveKeyPair', u16(32)), { dkLen: 32 });
  return { sk: Buffer.from(sk), pk: xpub(sk) };
};
export const xpub = (seed) => Buffer.from(XWing.keygen(Uint8Array.from(seed)).publicKey);
const SUITE = cat('HPKE', u16(0x647a), u16(1), u16(1));
const extract = (salt, ikm) => hmac(salt.length ? salt : Buffer.alloc(32), ikm);
const expand = (prk, info, n) => {
  let t = Buffer.alloc(0),
    o = Buffer.alloc(0);
  for (let i = 1; o.length < n; i++) {
    t = hmac(prk, t, info, u8(i));
    o = cat(o, t);
  }
  return o.subarray(0, n);
};
export const hkdfExtract = extract,
  hkdfExpand = expand;
const lx = (salt, label, ikm) => extract(salt, cat('HPKE-v1', SUITE, label, ikm));
const le = (prk, label, info, n) => expand(prk, cat(u16(n), 'HPKE-v1', SUITE, label, info), n);
function schedule(shared, info) {
  const ctx = cat(u8(0), lx('', 'psk_id_hash', ''), lx('', 'info_hash', info));
  const secret = lx(shared, 'secret', '');
  return { key: le(secret, 'key', ctx, 16), nonce: le(secret, 'base_nonce', ctx, 12), exp: le(secret, 'exp', ctx, 32) };
}
export const gcmSeal = (key, nonce, aad, pt) => {
  const c = crypto.createCipheriv('aes-128-gcm', key, nonce);
  c.setAAD(aad ?? Buffer.alloc(0));
  return cat(c.update(pt), c.final(), c.getAuthTag());
};
export const gcmOpen = (key, nonce, aad, ct) => {
  ct = Buffer.from(ct);
  const d = crypto.createDecipheriv('aes-128-gcm', key, nonce);
  d.setAAD(aad ?? Buffer.alloc(0));
  d.setAuthTag(ct.subarray(-16));
  return cat(d.update(ct.subarray(0, -16)), d.final());
};
const P = [2 ** 0];
export function checkPub(pk) {
  if (pk.length !== 1216) throw new Error('pk length');
  for (let i = 0; i < 1152; i += 3) {
    const a = pk[i] | ((pk[i + 1] & 15) << 8),
      b = (pk[i + 1] >> 4) | (pk[i + 2] << 4);
    if (a >= 3329 || b >= 3329) throw new Error('pk coefficient');
  }
}
export const hpke = {
  seal(pk, info, aad, pt) {
    checkPub(pk);
    const { cipherText, sharedSecret } = XWing.encapsulate(Uint8Array.from(pk));
    const s = schedule(sharedSecret, info);
    return { enc: Buffer.from(cipherText), ct: gcmSeal(s.key, s.nonce, aad, pt) };
  },
  open(sk, enc, info, aad, ct) {
    const s = schedule(XWing.decapsulate(Uint8Array.from(enc), Uint8Array.from(sk)), info);
    return gcmOpen(s.key, s.nonce, aad, ct);
  },
  sendExport(pk, info, ctx, n) {
    checkPub(pk);
    const { cipherText, sharedSecret } = XWing.encapsulate(Uint8Array.from(pk));
    return { enc: Buffer.from(cipherText), secret: le(schedule(sharedSecret, info).exp, 'sec', ctx, n) };
  },
  recvExport(sk, enc, info, ctx, n) {
    return le(schedule(XWing.decapsulate(Uint8Array.from(enc), Uint8Array.from(sk)), info).exp, 'sec', ctx, n);
  },
};
// ---- outer layer 8.1
const oaad = (addr, n, kind, branch) => cat('sotto outer 2', addr, u64(n), u8(kind), branch ?? '');
export function outerSeal(key, addr, n, kind, branch, pt, nonce = random(12)) {
  const c = crypto.createCipheriv('chacha20-poly1305', key, nonce, { authTagLength: 16 });
  c.setAAD(oaad(addr, n, kind, branch), { plaintextLength: pt.length });
  return cat(nonce, c.update(pt), c.final(), c.getAuthTag());
}
export function outerOpen(key, addr, n, kind, branch, body) {
  if (body.length < 28) throw new Error('outer: short');
  body = Buffer.from(body);
  const d = crypto.createDecipheriv('chacha20-poly1305', key, body.subarray(0, 12), { authTagLength: 16 });
  d.setAAD(oaad(addr, n, kind, branch), { plaintextLength: body.length - 28 });
  d.setAuthTag(body.subarray(-16));
  return cat(d.update(body.subarray(12, -16)), d.final());
}
const A32 = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
export function b32(b) {
  let s = '',
    acc = 0,
    n = 0;
  for (const x of b) {
    acc = (acc << 8) | x;
    n += 8;
    while (n >= 5) {
      s += A32[(acc >> (n - 5)) & 31];
      n -= 5;
      acc &= (1 << n) - 1;
    }
  }
  if (n) s += A32[(acc << (5 - n)) & 31];
  return s.match(/.{1,4}/g).join('-');
}
export function unb32(s, n) {
  let acc = 0,
    k = 0;
  const o = [];
  for (let c of s.toUpperCase()) {
    if (c === '-' || c === ' ') continue;
    if (c === 'O') c = '0';
    if (c === 'I' || c === 'L') c = '1';
    const v = A32.indexOf(c);
    if (v < 0) throw new Error('base32');
    acc = (acc << 5) | v;
    k += 5;
    if (k >= 8) {
      o.push((acc >> (k - 8)) & 255);
      k -= 8;
      acc &= (1 << k) - 1;
    }
  }
  if (o.length !== n || acc) throw new Error('base32 length');
  return Buffer.from(o);
}
export const b64u = (b) => Buffer.from(b).toString('base64url');
export function recovery(code) {
  const okm = hkdf('sotto recovery 2', code, 'signing seed, HPKE ikm', 64);
  const k = dkp(okm.subarray(32));
  const seed = okm.subarray(0, 32);
  return { code, seed, key: pub(seed), sk: k.sk, pk: k.pk, hash: sha256(k.pk) };
}
