// libsodium's secretstream in terms of RFC 8439 (section 14).
// Sections are those of wasm/schema/PROTOCOL.md.
import { poly1305 } from '@noble/ciphers/_poly1305.js';
import { chacha20, hchacha } from '@noble/ciphers/chacha.js';
import { cat, eq, u8, u32le, u64le } from './crypto.mjs';

export const MESSAGE = 0;
export const FINAL = 3;
const TAG = 16;

const words = (bytes) => new Uint32Array(Uint8Array.from(bytes).buffer);

export class Stream {
  constructor(key, header) {
    const out = new Uint32Array(8);
    hchacha(words(Buffer.from('expand 32-byte k')), words(key), words(header.subarray(0, 16)), out);
    Object.assign(this, { key: new Uint8Array(out.buffer), x: header.subarray(16, 24), counter: 1 });
  }
  cipher(bytes, block) {
    const nonce = Uint8Array.from(cat(u32le(this.counter), this.x));
    return Buffer.from(chacha20(this.key, nonce, Uint8Array.from(bytes), undefined, block));
  }
  mac(first, sealed) {
    const n = sealed.length;
    const over = cat(first, sealed, Buffer.alloc(n % 16), u64le(0), u64le(64 + n));
    return Buffer.from(poly1305(Uint8Array.from(over), Uint8Array.from(this.cipher(Buffer.alloc(32), 0))));
  }
  next(mac) {
    this.x = Buffer.from(this.x.map((v, i) => v ^ mac[i]));
    this.counter += 1;
  }
  seal(plain, tag) {
    const first = this.cipher(cat(u8(tag), Buffer.alloc(63)), 1);
    const sealed = this.cipher(plain, 2);
    const mac = this.mac(first, sealed);
    this.next(mac);
    return cat(first.subarray(0, 1), sealed, mac);
  }
  open(chunk) {
    const first = this.cipher(Buffer.alloc(64), 1);
    const tag = chunk[0] ^ first[0];
    first[0] = chunk[0];
    const sealed = chunk.subarray(1, -TAG);
    const mac = this.mac(first, sealed);
    if (!eq(mac, chunk.subarray(-TAG))) throw new Error('file: tag');
    const plain = this.cipher(sealed, 2);
    this.next(mac);
    return { tag, plain };
  }
}
