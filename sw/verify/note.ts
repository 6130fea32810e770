// Signed notes (C2SP signed-note v1.0.0): text, an empty line, signature lines. Rules: wasm/release/note.h.
import { type Bytes, concat, decode, encode, fromBase64, sha256, toHex } from './bytes.ts';

export const NOTE_BYTES_MAX = 65_535;
const SIGNATURES_MAX = 64;
const NAME_BYTES_MAX = 255;

/** The byte before the key in a vkey: a plain signature, or a witness's, which carries its time. */
export type Kind = 1 | 4;
export interface Key {
  readonly name: string;
  /** First four bytes of SHA-256(name, LF, kind, key). */
  readonly id: string;
  readonly kind: Kind;
  readonly raw: Bytes;
}
interface Signature {
  readonly name: string;
  readonly id: string;
  readonly payload: Bytes;
}
export interface SignedNote {
  /** With its final LF: what is signed. */
  readonly text: string;
  readonly signatures: readonly Signature[];
}

function isName(name: string): boolean {
  return /^[^\s+\u0085]+$/.test(name) && encode(name).length <= NAME_BYTES_MAX;
}

/** name+hex(id)+base64(kind, key); null unless it is a key of this kind and has its own id. */
export async function parseKey(vkey: string, kind: Kind): Promise<Key | null> {
  const [, name = '', id = '', base64 = ''] = /^([^+]*)\+([0-9a-f]{8})\+(.*)$/.exec(vkey) ?? [];
  const key = fromBase64(base64);
  if (key?.length !== 33 || key[0] !== kind || !isName(name)) return null;
  const hash = await sha256(concat(encode(`${name}\n`), key));
  return toHex(hash.slice(0, 4)) === id ? { name, id, kind, raw: key.slice(1) } : null;
}

function parseSignature(line: string): Signature | null {
  const [, name = '', base64 = ''] = /^\u2014 ([^ ]+) ([^ ]+)$/.exec(line) ?? [];
  const bytes = fromBase64(base64);
  if (!isName(name) || bytes?.[4] === undefined) return null;
  return { name, id: toHex(bytes.slice(0, 4)), payload: bytes.slice(4) };
}

/** UTF-8 without control characters but LF, ending in one. */
export function plainText(bytes: Bytes, bytesMax: number): string | null {
  const text = bytes.length > bytesMax || bytes.some((b) => b < 32 && b !== 10) ? null : decode(bytes);
  return text?.endsWith('\n') ? text : null;
}

/** Checks the form of all of it. */
export function splitNote(bytes: Bytes, bytesMax: number): SignedNote | null {
  const all = plainText(bytes, bytesMax);
  // The last empty line: the text may have some of its own.
  const cut = (all?.lastIndexOf('\n\n') ?? -1) + 1;
  if (!all || cut === 0) return null;
  const signatures = all
    .slice(cut + 1, -1)
    .split('\n')
    .flatMap((line) => parseSignature(line) ?? []);
  const isWhole = signatures.length === all.slice(cut + 1).split('\n').length - 1;
  return isWhole && signatures.length <= SIGNATURES_MAX ? { text: all.slice(0, cut), signatures } : null;
}

async function isSigned(key: Key, signature: Bytes, message: string): Promise<boolean> {
  try {
    const k = await crypto.subtle.importKey('raw', key.raw, 'Ed25519', false, ['verify']);
    return await crypto.subtle.verify('Ed25519', k, signature, encode(message));
  } catch {
    return false; // no key, or a browser without Ed25519: nothing is accepted
  }
}

/** The time of the signature, 0 for a plain one; null when it does not verify. */
async function timeOf(signature: Signature, key: Key, text: string): Promise<number | null> {
  const { payload } = signature;
  if (key.kind === 1) return (await isSigned(key, payload, text)) ? 0 : null;
  if (payload.length !== 72) return null;
  const time = Number(new DataView(payload.buffer).getBigUint64(0));
  const message = `cosignature/v1\ntime ${time}\n${text}`;
  return Number.isSafeInteger(time) && (await isSigned(key, payload.slice(8), message)) ? time : null;
}

/** The newest time the key signed at; undefined when it did not, null when a line that claims to be its own is not. */
export async function verifyNote(note: SignedNote, key: Key): Promise<number | null | undefined> {
  let newest: number | undefined;
  for (const s of note.signatures) {
    if (s.name !== key.name || s.id !== key.id) continue;
    const time = await timeOf(s, key, note.text);
    if (time === null) return null;
    newest = Math.max(newest ?? 0, time);
  }
  return newest;
}
