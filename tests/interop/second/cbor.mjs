// Deterministic CBOR (RFC 8949 4.2.1), as much of it as section 1 has.
// Sections are those of wasm/schema/PROTOCOL.md.
const [UINT, NEGATIVE, BYTES, TEXT, ARRAY, MAP, TAG, SIMPLE] = [0, 1, 2, 3, 4, 5, 6, 7];
const [FALSE, TRUE, NULL] = [0xf4, 0xf5, 0xf6];
const LEVELS = 16;
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function head(major, value) {
  const n = BigInt(value);
  const type = major << 5;
  if (n < 24n) return Buffer.of(type | Number(n));
  const size = [1, 2, 4, 8].find((bytes) => n < 1n << BigInt(8 * bytes));
  const out = Buffer.alloc(1 + size);
  out[0] = type | (24 + Math.log2(size));
  for (let i = 0; i < size; i++) out[size - i] = Number((n >> BigInt(8 * i)) & 255n);
  return out;
}

function encodeMap(map) {
  const items = [...map].map(([k, v]) => [encode(k), encode(v)]).sort(([a], [b]) => Buffer.compare(a, b));
  return Buffer.concat([head(MAP, map.size), ...items.flat()]);
}

export function encode(v) {
  if (v === null) return Buffer.of(NULL);
  if (typeof v === 'boolean') return Buffer.of(v ? TRUE : FALSE);
  if (Number.isSafeInteger(v) || typeof v === 'bigint') return v < 0 ? head(NEGATIVE, -1n - BigInt(v)) : head(UINT, v);
  if (typeof v === 'string') return Buffer.concat([head(TEXT, Buffer.byteLength(v)), Buffer.from(v)]);
  if (v instanceof Uint8Array) return Buffer.concat([head(BYTES, v.length), v]);
  if (Array.isArray(v)) return Buffer.concat([head(ARRAY, v.length), ...v.map(encode)]);
  if (v instanceof Map) return encodeMap(v);
  throw new Error(`cbor: ${typeof v}`);
}

class Reader {
  constructor(bytes) {
    Object.assign(this, { bytes: Buffer.from(bytes), at: 0 });
  }
  take(n) {
    if (this.at + n > this.bytes.length) throw new Error('cbor: short');
    this.at += n;
    return this.bytes.subarray(this.at - n, this.at);
  }
  argument(low) {
    if (low < 24) return BigInt(low);
    if (low > 27) throw new Error('cbor: length');
    const n = BigInt(`0x${this.take(1 << (low - 24)).toString('hex')}`);
    if (n < [24n, 1n << 8n, 1n << 16n, 1n << 32n][low - 24]) throw new Error('cbor: not the shortest');
    return n;
  }
  item(depth) {
    if (depth > LEVELS) throw new Error('cbor: nesting');
    const [first] = this.take(1);
    const major = first >> 5;
    if (major === SIMPLE) return simple(first);
    if (major === TAG) throw new Error('cbor: tag');
    const n = this.argument(first & 31);
    if (major === UINT) return plain(n);
    if (major === NEGATIVE) return plain(-1n - n);
    if (n > this.bytes.length) throw new Error('cbor: length');
    if (major === BYTES) return Buffer.from(this.take(Number(n)));
    if (major === TEXT) return utf8.decode(this.take(Number(n)));
    if (major === ARRAY) return Array.from({ length: Number(n) }, () => this.item(depth + 1));
    return this.map(Number(n), depth + 1);
  }
  map(n, depth) {
    const map = new Map();
    let last = null;
    for (let i = 0; i < n; i++) {
      const from = this.at;
      const key = this.item(depth);
      const encoded = this.bytes.subarray(from, this.at);
      if (last && Buffer.compare(last, encoded) >= 0) throw new Error('cbor: order of a map');
      last = encoded;
      map.set(key, this.item(depth));
    }
    return map;
  }
}

/** A number where it is one exactly. */
const plain = (n) => (Number.isSafeInteger(Number(n)) ? Number(n) : n);

function simple(byte) {
  if (byte === NULL) return null;
  if (byte !== TRUE && byte !== FALSE) throw new Error('cbor: simple value or float');
  return byte === TRUE;
}

export function decode(bytes) {
  const reader = new Reader(bytes);
  const value = reader.item(0);
  if (reader.at !== reader.bytes.length) throw new Error('cbor: bytes behind');
  return value;
}
