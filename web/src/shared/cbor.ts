// The CBOR of our schemas: deterministic heads, arrays, integers, text, bytes, booleans, null. No floats, tags, maps
// or indefinite lengths.

const SAFE = Number.MAX_SAFE_INTEGER;
const text = new TextEncoder();
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export class CborError extends Error {}

export class Writer {
  private bytes = new Uint8Array(256);
  private used = 0;

  private room(n: number): void {
    if (this.used + n <= this.bytes.length) return;
    const grown = new Uint8Array(Math.max(this.bytes.length * 2, this.used + n));
    grown.set(this.bytes.subarray(0, this.used));
    this.bytes.fill(0);
    this.bytes = grown;
  }

  private head(major: number, n: number): void {
    if (!Number.isSafeInteger(n) || n < 0) throw new CborError('number out of range');
    this.room(9);
    const b = this.bytes;
    const m = major << 5;
    if (n < 24) {
      b[this.used++] = m | n;
    } else if (n < 0x100) {
      b[this.used++] = m | 24;
      b[this.used++] = n;
    } else if (n < 0x10000) {
      b[this.used++] = m | 25;
      b[this.used++] = n >>> 8;
      b[this.used++] = n & 255;
    } else {
      const wide = n > 0xffffffff;
      const high = Math.floor(n / 0x100000000);
      b[this.used++] = m | (wide ? 27 : 26);
      for (const word of wide ? [high, n >>> 0] : [n]) {
        for (let shift = 24; shift >= 0; shift -= 8) b[this.used++] = (word >>> shift) & 255;
      }
    }
  }

  private put(v: Uint8Array): void {
    this.room(v.length);
    this.bytes.set(v, this.used);
    this.used += v.length;
  }

  array(n: number): void {
    this.head(4, n);
  }
  uint(n: number): void {
    this.head(0, n);
  }
  int(n: number): void {
    if (n < 0) this.head(1, -1 - n);
    else this.head(0, n);
  }
  bool(v: boolean): void {
    this.room(1);
    this.bytes[this.used++] = v ? 0xf5 : 0xf4;
  }
  null(): void {
    this.room(1);
    this.bytes[this.used++] = 0xf6;
  }
  tstr(v: string): void {
    const b = text.encode(v);
    this.head(3, b.length);
    this.put(b);
  }
  bstr(v: Uint8Array): void {
    this.head(2, v.length);
    this.put(v);
  }
  /** The bytes written; what the writer held is wiped, since secrets pass through here. */
  finish(): Uint8Array {
    const out = this.bytes.slice(0, this.used);
    this.bytes.fill(0);
    this.used = 0;
    return out;
  }
}

export class Reader {
  private at = 0;
  private readonly bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  private byte(): number {
    const b = this.bytes[this.at++];
    if (b === undefined) throw new CborError('cut short');
    return b;
  }

  private head(): { major: number; n: number } {
    const first = this.byte();
    const low = first & 31;
    if (low < 24) return { major: first >> 5, n: low };
    if (low > 27) throw new CborError('length form');
    const size = 1 << (low - 24);
    let n = 0;
    for (let i = 0; i < size; i++) n = n * 256 + this.byte();
    const least = size === 1 ? 24 : 2 ** (size * 4);
    if (n < least) throw new CborError('longer than needed');
    if (n > SAFE) throw new CborError('number out of range');
    return { major: first >> 5, n };
  }

  private want(major: number): number {
    const h = this.head();
    if (h.major !== major) throw new CborError(`type ${h.major}, not ${major}`);
    return h.n;
  }

  private take(n: number): Uint8Array {
    if (n > this.bytes.length - this.at) throw new CborError('cut short');
    this.at += n;
    return this.bytes.slice(this.at - n, this.at);
  }

  /** Items of the array that begins here; at least `least`. */
  array(least = 0): number {
    const n = this.want(4);
    if (n < least) throw new CborError('record too short');
    if (n > this.bytes.length - this.at) throw new CborError('cut short');
    return n;
  }
  uint(): number {
    return this.want(0);
  }
  int(): number {
    const h = this.head();
    if (h.major === 0) return h.n;
    if (h.major === 1) return -1 - h.n;
    throw new CborError('not an integer');
  }
  bool(): boolean {
    const b = this.byte();
    if (b !== 0xf4 && b !== 0xf5) throw new CborError('not a boolean');
    return b === 0xf5;
  }
  tstr(): string {
    return strict.decode(this.take(this.want(3)));
  }
  bstr(): Uint8Array {
    return this.take(this.want(2));
  }
  takeNull(): boolean {
    if (this.bytes[this.at] !== 0xf6) return false;
    this.at++;
    return true;
  }
  /** The kind of the record that begins here, which stays unread. */
  peekKind(): number {
    const start = this.at;
    this.array(1);
    const kind = this.uint();
    this.at = start;
    return kind;
  }
  skip(depth = 0): void {
    if (depth > 16) throw new CborError('too deep');
    const first = this.bytes[this.at];
    if (first !== undefined && first >= 0xf4 && first <= 0xf6) {
      this.at++;
      return;
    }
    const { major, n } = this.head();
    if (major === 2 || major === 3) this.take(n);
    else if (major === 4) for (let i = 0; i < n; i++) this.skip(depth + 1);
    else if (major > 1) throw new CborError('type');
  }
  end(): void {
    if (this.at !== this.bytes.length) throw new CborError('bytes left over');
  }
}
