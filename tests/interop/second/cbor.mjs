// Deterministic CBOR (RFC 8949 4.2.1) of PROTOCOL.md 1.
const te = new TextEncoder(),
  td = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const cmp = (a, b) => {
  const n = Math.min(a.length, b.length);
  for (let i = 0; i < n; i++) if (a[i] !== b[i]) return a[i] - b[i];
  return a.length - b.length;
};
function head(major, n) {
  n = BigInt(n);
  const m = major << 5;
  if (n < 24n) return Buffer.from([m | Number(n)]);
  if (n < 0x100n) return Buffer.from([m | 24, Number(n)]);
  if (n < 0x10000n) {
    const b = Buffer.alloc(3);
    b[0] = m | 25;
    b.writeUInt16BE(Number(n), 1);
    return b;
  }
  if (n < 0x100000000n) {
    const b = Buffer.alloc(5);
    b[0] = m | 26;
    b.writeUInt32BE(Number(n), 1);
    return b;
  }
  const b = Buffer.alloc(9);
  b[0] = m | 27;
  b.writeBigUInt64BE(n, 1);
  return b;
}
export function encode(v) {
  if (v === null) return Buffer.from([0xf6]);
  if (v === true) return Buffer.from([0xf5]);
  if (v === false) return Buffer.from([0xf4]);
  if (typeof v === 'number' || typeof v === 'bigint') {
    if (typeof v === 'number' && !Number.isSafeInteger(v)) throw new Error('cbor: not an integer: ' + v);
    return v >= 0 ? head(0, v) : head(1, -1n - BigInt(v));
  }
  if (typeof v === 'string') {
    const b = te.encode(v);
    return Buffer.concat([head(3, b.length), b]);
  }
  if (v instanceof Uint8Array) return Buffer.concat([head(2, v.length), v]);
  if (Array.isArray(v)) return Buffer.concat([head(4, v.length), ...v.map(encode)]);
  if (v instanceof Map) {
    const e = [...v].map(([k, x]) => [encode(k), encode(x)]).sort((a, b) => cmp(a[0], b[0]));
    return Buffer.concat([head(5, e.length), ...e.flat()]);
  }
  throw new Error('cbor: ' + typeof v);
}
export function decode(buf) {
  buf = Buffer.from(buf.buffer, buf.byteOffset, buf.byteLength);
  let p = 0;
  const need = (n) => {
    if (p + n > buf.length) throw new Error('cbor: short');
  };
  function item(depth) {
    if (depth > 16) throw new Error('cbor: nesting');
    need(1);
    const b = buf[p++],
      major = b >> 5,
      low = b & 31;
    if (major === 7) {
      if (b === 0xf4) return false;
      if (b === 0xf5) return true;
      if (b === 0xf6) return null;
      throw new Error('cbor: simple');
    }
    if (major === 6) throw new Error('cbor: tag');
    let n = BigInt(low);
    if (low >= 24) {
      if (low > 27) throw new Error('cbor: length');
      const w = 1 << (low - 24);
      need(w);
      n = BigInt('0x' + buf.subarray(p, p + w).toString('hex'));
      p += w;
      if (n < [24n, 256n, 65536n, 4294967296n][low - 24]) throw new Error('cbor: not shortest');
    }
    const num = n <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(n) : n;
    if (major === 0) return num;
    if (major === 1) {
      const x = -1n - n;
      return x >= BigInt(Number.MIN_SAFE_INTEGER) ? Number(x) : x;
    }
    if (typeof num === 'bigint' || num > buf.length) throw new Error('cbor: length');
    if (major === 2) {
      need(num);
      const r = buf.subarray(p, p + num);
      p += num;
      return Buffer.from(r);
    }
    if (major === 3) {
      need(num);
      const r = buf.subarray(p, p + num);
      p += num;
      return td.decode(r);
    }
    if (major === 4) {
      const r = [];
      for (let i = 0; i < num; i++) r.push(item(depth + 1));
      return r;
    }
    const m = new Map();
    let last = null;
    for (let i = 0; i < num; i++) {
      const s = p;
      const k = item(depth + 1);
      const kb = buf.subarray(s, p);
      if (last && cmp(last, kb) >= 0) throw new Error('cbor: map order');
      last = kb;
      m.set(k, item(depth + 1));
    }
    return m;
  }
  const v = item(0);
  if (p !== buf.length) throw new Error('cbor: bytes behind');
  return v;
}
export const compare = cmp;
