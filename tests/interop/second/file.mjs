// PROTOCOL.md 14: libsodium's secretstream in terms of RFC 8439, and sending a file.
import { hchacha, chacha20 } from '@noble/ciphers/chacha.js';
import { poly1305 } from '@noble/ciphers/_poly1305.js';
import * as C from './cbor.mjs';
import * as X from './crypto.mjs';
import { T } from './wire.mjs';
const { cat, u8, random, sha256, eq, b64u } = X;
const u32le = (n) => {
  const b = Buffer.alloc(4);
  b.writeUInt32LE(n);
  return b;
};
const u64le = (n) => {
  const b = Buffer.alloc(8);
  b.writeBigUInt64LE(BigInt(n));
  return b;
};
const words = (b) => new Uint32Array(Uint8Array.from(b).buffer);
export function stream(key, header) {
  const out = new Uint32Array(8);
  hchacha(words(Buffer.from('expand 32-byte k')), words(key), words(header.subarray(0, 16)), out);
  const k = new Uint8Array(out.buffer);
  let x = Buffer.from(header.subarray(16, 24)),
    counter = 1;
  const step = (n) => cat(u32le(counter), x);
  const after = (mac) => {
    x = Buffer.from(x.map((v, i) => v ^ mac[i]));
    counter++;
  };
  const mac = (nonce, c0, c, n) =>
    Buffer.from(
      poly1305(
        Uint8Array.from(cat(c0, c, Buffer.alloc(n % 16), u64le(0), u64le(64 + n))),
        chacha20(k, nonce, new Uint8Array(32)),
      ),
    );
  return {
    seal(pt, tag) {
      const nonce = Uint8Array.from(step());
      const c0 = Buffer.from(chacha20(k, nonce, Uint8Array.from(cat(u8(tag), Buffer.alloc(63))), undefined, 1));
      const c = Buffer.from(chacha20(k, nonce, Uint8Array.from(pt), undefined, 2));
      const m = mac(nonce, c0, c, pt.length);
      after(m);
      return cat(c0.subarray(0, 1), c, m);
    },
    open(s) {
      const nonce = Uint8Array.from(step());
      const ks = Buffer.from(chacha20(k, nonce, new Uint8Array(64), undefined, 1));
      const tag = s[0] ^ ks[0];
      const c0 = Buffer.from(ks);
      c0[0] = s[0];
      const c = s.subarray(1, -16);
      const m = mac(nonce, c0, c, c.length);
      if (!eq(m, s.subarray(-16))) throw new Error('file: tag');
      after(m);
      return { tag, pt: Buffer.from(chacha20(k, nonce, Uint8Array.from(c), undefined, 2)) };
    },
  };
}
export async function sendFile(room, name, type, bytes, caption) {
  const key = random(32),
    header = random(24),
    s = stream(key, header);
  const chunks = [];
  for (let i = 0; ; i += 32768) {
    const last = i + 32768 >= bytes.length;
    chunks.push(s.seal(bytes.subarray(i, i + 32768), last ? 3 : 0));
    if (last) break;
  }
  const blob = random(16),
    all = cat(...chunks);
  const c = room.client;
  await c.anonAsk(T.BLOB_NEW, [blob, all.length, 32785, null, null, sha256(random(16))]);
  for (let i = 0; i < chunks.length; i++) await c.anonAsk(T.BLOB_PUT, cat(blob, u32le(i), chunks[i]));
  const part = [
    6,
    '',
    2,
    type,
    'sotto-blob:' + b64u(blob),
    0,
    all.length,
    0xff01,
    key,
    header,
    Buffer.alloc(0),
    1,
    sha256(all),
    b64u(C.encode([bytes.length, 0, 0, Buffer.alloc(0)])),
    name,
  ];
  await room.sayContent(
    C.encode([
      random(16),
      null,
      Buffer.alloc(0),
      null,
      null,
      new Map(),
      caption ? [1, '', 3, 1, [[1, '', 1, 'text/markdown;variant=GFM-MIMI', Buffer.from(caption)], part]] : part,
    ]),
  );
}
export async function fetchFile(client, part) {
  const [, , , type, url, , size, alg, key, header, , , hash] = part;
  if (alg !== 0xff01) throw new Error('file: algorithm');
  const blob = Buffer.from(url.slice(11), 'base64url');
  const parts = [];
  for (let i = 0; i * 32785 < size; i++)
    parts.push((await client.anonAsk(T.BLOB_GET, cat(blob, u32le(i)))).subarray(20));
  if (!eq(sha256(...parts), hash)) throw new Error('file: hash');
  const s = stream(key, header);
  return cat(
    ...parts.map((p, i) => {
      const r = s.open(p);
      if ((r.tag === 3) !== (i === parts.length - 1)) throw new Error('file: final');
      return r.pt;
    }),
  );
}
