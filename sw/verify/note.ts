// Signed notes (C2SP signed-note v1.0.0): text, an empty line, signature lines. Rules: wasm/release/note.h.
import { type Bytes, concat, encode, fromBase64, sha256, toBase64, toHex } from './bytes.ts';

export const NOTE_BYTES_MAX = 65_535;
const NAME_BYTES_MAX = 255;

/** The byte before the key in a vkey: a plain signature, or a witness's, which carries its time. */
export type Kind = 1 | 4;
export interface Key {
  readonly name: string;
  /** First four bytes of SHA-256(name, LF, kind, key). */
  readonly id: string;
  readonly kind: Kind;
  /** The 32 bytes in base64: keys are data that a build may write down. */
  readonly raw: string;
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
  return toHex(hash.slice(0, 4)) === id ? { name, id, kind, raw: toBase64(key.slice(1)) } : null;
}

function parseSignature(line: string): Signature | null {
  const [, name = '', base64 = ''] = /^\u2014 ([^ ]+) ([^ ]+)$/.exec(line) ?? [];
  const bytes = fromBase64(base64);
  if (!isName(name) || bytes?.[4] === undefined) return null;
  return { name, id: toHex(bytes.slice(0, 4)), payload: bytes.slice(4) };
}

/** No control characters but LF, and at most bytesMax bytes. */
export function isPlain(text: string, bytesMax: number): boolean {
  const bytes = encode(text);
  return bytes.length <= bytesMax && bytes.every((b) => b > 31 || b === 10);
}

/** Checks the form of all of it. The last empty line counts: the text may have some of its own. */
export function splitNote(all: string, bytesMax: number): SignedNote | null {
  const [, text = '', lines = ''] = /^([\s\S]*\n)\n((?:[^\n]+\n){1,64})$/.exec(all) ?? [];
  const signatures = lines.split('\n').slice(0, -1).map(parseSignature);
  const known = signatures.flatMap((s) => s ?? []);
  return text && known.length === signatures.length && isPlain(all, bytesMax) ? { text, signatures: known } : null;
}

async function isSigned(key: Key, signature: Bytes, message: string): Promise<boolean> {
  try {
    const raw = fromBase64(key.raw) ?? new Uint8Array();
    const k = await crypto.subtle.importKey('raw', raw, 'Ed25519', false, ['verify']);
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

/** The newest time the key signed at; undefined when it did not, null when a line falsely claims to be its own. */
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
