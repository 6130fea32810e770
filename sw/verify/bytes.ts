// Bytes and texts, each in exactly one form: what is not canonical is null.

export type Bytes = Uint8Array<ArrayBuffer>;

const encoder = new TextEncoder();

export function encode(text: string): Bytes {
  return encoder.encode(text);
}

/** Keeps a byte order mark: what is read is what is hashed. Not UTF-8: gives a text that no format accepts. */
export function decode(bytes: Bytes): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return '\0';
  }
}

export function concat(...parts: readonly Bytes[]): Bytes {
  const all = new Uint8Array(parts.reduce((n, p) => n + p.length, 0));
  let at = 0;
  for (const p of parts) {
    all.set(p, at);
    at += p.length;
  }
  return all;
}

export function toBase64(bytes: Bytes): string {
  return btoa(String.fromCharCode(...bytes)); // a line of a note at most: few enough for one call
}

export function toBase64url(bytes: Bytes): string {
  return toBase64(bytes).replace(/[+/=]/g, (c) => (c === '+' ? '-' : c === '/' ? '_' : ''));
}

/** Standard alphabet, padded. */
export function fromBase64(text: string): Bytes | null {
  try {
    const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
    return toBase64(bytes) === text ? bytes : null;
  } catch {
    return null;
  }
}

export function toHex(bytes: Bytes): string {
  return Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('');
}

/** No leading zeros, at most 2^53 - 1. */
export function decimal(text: string): number | null {
  const n = Number(text);
  return /^(0|[1-9]\d{0,15})$/.test(text) && Number.isSafeInteger(n) ? n : null;
}

export async function sha256(bytes: Bytes): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
}
