// Suite 0x004F of section 6.1, as ts-mls takes a suite: X-Wing, AES-128-GCM, SHA-256, Ed25519.
// Sections are those of wasm/schema/PROTOCOL.md.
import { ciphersuites } from 'ts-mls';
import { defaultClientConfig } from 'ts-mls/clientConfig.js';
import { eq, hmac, pub, random, sha256, sign, verify } from './crypto.mjs';
import * as H from './hpke.mjs';

const NUMBER = 0x4f;

/** The name that ts-mls has for this number: it means another suite by it. */
export const NAME = Object.entries(ciphersuites).find(([, number]) => number === NUMBER)[0];

/** ts-mls wants its own arrays, not Buffers. */
export const u = (x) => Uint8Array.from(x);

const NONE = Buffer.alloc(0);
const buffer = (bytes) => Buffer.from(bytes ?? NONE);
const itself = async (key) => key;

const hpke = {
  open: async (sk, enc, sealed, info, aad) => u(H.open(sk, enc, info, buffer(aad), buffer(sealed))),
  seal: async (pk, plain, info, aad) => {
    const { enc, sealed } = H.seal(pk, info, buffer(aad), plain);
    return { enc: u(enc), ct: u(sealed) };
  },
  importPrivateKey: itself,
  importPublicKey: itself,
  exportPublicKey: itself,
  exportPrivateKey: itself,
  encryptAead: async (key, nonce, aad, plain) => u(H.gcmSeal(key, nonce, buffer(aad), plain)),
  decryptAead: async (key, nonce, aad, sealed) => u(H.gcmOpen(key, nonce, buffer(aad), buffer(sealed))),
  exportSecret: async (pk, context, n, info) => {
    const { enc, secret } = H.sendExport(pk, info, context, n);
    return { enc: u(enc), secret: u(secret) };
  },
  importSecret: async (sk, context, enc, n, info) => u(H.receiveExport(sk, enc, info, context, n)),
  deriveKeyPair: async (ikm) => {
    const { sk, pk } = H.deriveKeyPair(ikm);
    return { privateKey: u(sk), publicKey: u(pk) };
  },
  generateKeyPair: async () => {
    const sk = random(32);
    return { privateKey: u(sk), publicKey: u(H.publicOf(sk)) };
  },
  keyLength: 16,
  nonceLength: 12,
};

export const cs = {
  name: NAME,
  kdf: {
    extract: async (salt, ikm) => u(H.extract(salt, ikm)),
    expand: async (prk, info, n) => u(H.expand(prk, info, n)),
    size: 32,
  },
  hash: {
    digest: async (bytes) => u(sha256(bytes)),
    mac: async (key, bytes) => u(hmac(key, bytes)),
    verifyMac: async (key, mac, bytes) => eq(hmac(key, bytes), mac),
  },
  signature: {
    sign: async (seed, bytes) => u(sign(seed, bytes)),
    verify: async (key, bytes, signature) => verify(key, bytes, signature),
    keygen: async () => {
      const seed = random(32);
      return { publicKey: u(pub(seed)), signKey: u(seed) };
    },
  },
  rng: { randomBytes: (n) => u(random(n)) },
  hpke,
};

/** What is kept for whoever is late (section 6.5). */
export const config = {
  ...defaultClientConfig,
  keyRetentionConfig: { retainKeysForGenerations: 256, retainKeysForEpochs: 5, maximumForwardRatchetSteps: 2000 },
};
