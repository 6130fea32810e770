// HPKE with X-Wing in suite 0x004F (section 6.1), base mode (RFC 9180), and the keys of a recovery code (section 3).
// Sections are those of wasm/schema/PROTOCOL.md.
import { createCipheriv, createDecipheriv } from 'node:crypto';
import { shake256 } from '@noble/hashes/sha3.js';
import { XWing } from '@noble/post-quantum/hybrid.js';
import { cat, hkdf, hmac, pub, sha256, u8, u16 } from './crypto.mjs';

const KEM = 0x647a;
const [HKDF_SHA256, AES_128_GCM] = [1, 1];
const SUITE = cat('HPKE', u16(KEM), u16(HKDF_SHA256), u16(AES_128_GCM));
const HASH = 32;
const TAG = 16;
const CIPHER = 'aes-128-gcm';
const PUBLIC = 1216;
const LATTICE = 1152; // bytes of coefficients, two in three
const MODULUS = 3329;

const typed = (bytes) => Uint8Array.from(bytes);

export const publicOf = (seed) => Buffer.from(XWing.keygen(typed(seed)).publicKey);
export function deriveKeyPair(ikm) {
  const labelled = cat(ikm, 'HPKE-v1', 'KEM', u16(KEM), u16(13), 'DeriveKeyPair', u16(HASH));
  const sk = Buffer.from(shake256(labelled, { dkLen: HASH }));
  return { sk, pk: publicOf(sk) };
}

/** Section 6.1: before a key is used. */
export function checkPublic(pk) {
  if (pk.length !== PUBLIC) throw new Error('key: length');
  for (let i = 0; i < LATTICE; i += 3) {
    const low = pk[i] | ((pk[i + 1] & 15) << 8);
    const high = (pk[i + 1] >> 4) | (pk[i + 2] << 4);
    if (low >= MODULUS || high >= MODULUS) throw new Error('key: coefficient');
  }
}

export const extract = (salt, ikm) => hmac(salt.length > 0 ? salt : Buffer.alloc(HASH), ikm);
export function expand(prk, info, n) {
  let block = Buffer.alloc(0);
  let out = block;
  for (let i = 1; out.length < n; i++) {
    block = hmac(prk, block, info, u8(i));
    out = cat(out, block);
  }
  return out.subarray(0, n);
}
const labelledExtract = (salt, label, ikm) => extract(salt, cat('HPKE-v1', SUITE, label, ikm));
const labelledExpand = (prk, label, info, n) => expand(prk, cat(u16(n), 'HPKE-v1', SUITE, label, info), n);

function schedule(shared, info) {
  const context = cat(u8(0), labelledExtract('', 'psk_id_hash', ''), labelledExtract('', 'info_hash', info));
  const secret = labelledExtract(shared, 'secret', '');
  const [key, nonce] = [labelledExpand(secret, 'key', context, 16), labelledExpand(secret, 'base_nonce', context, 12)];
  return { key, nonce, exporter: labelledExpand(secret, 'exp', context, HASH) };
}

export function gcmSeal(key, nonce, aad, plain) {
  const c = createCipheriv(CIPHER, key, nonce);
  c.setAAD(aad);
  return cat(c.update(plain), c.final(), c.getAuthTag());
}
export function gcmOpen(key, nonce, aad, sealed) {
  const d = createDecipheriv(CIPHER, key, nonce);
  d.setAAD(aad);
  d.setAuthTag(sealed.subarray(-TAG));
  return cat(d.update(sealed.subarray(0, -TAG)), d.final());
}

function encapsulate(pk, info) {
  checkPublic(pk);
  const { cipherText, sharedSecret } = XWing.encapsulate(typed(pk));
  return { enc: Buffer.from(cipherText), ...schedule(sharedSecret, info) };
}
const decapsulate = (sk, enc, info) => schedule(XWing.decapsulate(typed(enc), typed(sk)), info);

export function seal(pk, info, aad, plain) {
  const { enc, key, nonce } = encapsulate(pk, info);
  return { enc, sealed: gcmSeal(key, nonce, aad, plain) };
}
export function open(sk, enc, info, aad, sealed) {
  const { key, nonce } = decapsulate(sk, enc, info);
  return gcmOpen(key, nonce, aad, sealed);
}
export function sendExport(pk, info, context, n) {
  const { enc, exporter } = encapsulate(pk, info);
  return { enc, secret: labelledExpand(exporter, 'sec', context, n) };
}
export const receiveExport = (sk, enc, info, context, n) =>
  labelledExpand(decapsulate(sk, enc, info).exporter, 'sec', context, n);

export function recoveryKeys(code) {
  const okm = hkdf('sotto recovery 2', code, 'signing seed, HPKE ikm', 64);
  const seed = okm.subarray(0, 32);
  const { sk, pk } = deriveKeyPair(okm.subarray(32));
  return { code, seed, key: pub(seed), sk, pk, hash: sha256(pk) };
}
