// Files by their hash in Cache Storage. Any script that ever ran at this origin could have written there, so every
// read is hashed again before it is answered.
import type { ListedFile, Release } from './release.ts';
import { parseRelease } from './release.ts';

const FILES = 'sotto-files';
const NOTES = 'sotto-notes';
export type Slot = 'active' | 'staged';

export async function hashOf(bytes: BufferSource): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  let text = '';
  for (const b of digest) text += String.fromCharCode(b);
  return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

function fileKey(hash: string): string {
  return `/.sotto/file/${hash}`;
}

function noteKey(slot: Slot): string {
  return `/.sotto/note/${slot}`;
}

/** The bytes, only if they are the listed ones. */
export async function readFile(file: ListedFile): Promise<ArrayBuffer | null> {
  const cache = await caches.open(FILES);
  const kept = await cache.match(fileKey(file.hash));
  if (kept === undefined) return null;
  const bytes = await kept.arrayBuffer();
  return bytes.byteLength === file.size && (await hashOf(bytes)) === file.hash ? bytes : null;
}

/** From the network, kept only if they are the listed ones. */
export async function fetchFile(file: ListedFile): Promise<ArrayBuffer | null> {
  const answer = await fetch(file.path, { cache: 'no-store', credentials: 'omit', redirect: 'error' });
  if (answer.status !== 200) return null;
  const bytes = await answer.arrayBuffer();
  if (bytes.byteLength !== file.size || (await hashOf(bytes)) !== file.hash) return null;
  const cache = await caches.open(FILES);
  await cache.put(fileKey(file.hash), new Response(bytes.slice(0)));
  return bytes;
}

export interface Note {
  readonly text: string;
  readonly hash: string;
  readonly release: Release;
}

export async function noteFrom(text: string): Promise<Note | null> {
  const release = parseRelease(text);
  if (release === null) return null;
  return { text, hash: await hashOf(new TextEncoder().encode(text)), release };
}

export async function readNote(slot: Slot): Promise<Note | null> {
  const cache = await caches.open(NOTES);
  const kept = await cache.match(noteKey(slot));
  return kept ? noteFrom(await kept.text()) : null;
}

export async function writeNote(slot: Slot, text: string | null): Promise<void> {
  const cache = await caches.open(NOTES);
  if (text === null) await cache.delete(noteKey(slot));
  else await cache.put(noteKey(slot), new Response(text));
}

/** Files of no build that is still needed. */
export async function sweep(keep: readonly Release[]): Promise<void> {
  const wanted = new Set(keep.flatMap((r) => Array.from(r.files.values(), (f) => fileKey(f.hash))));
  const cache = await caches.open(FILES);
  for (const request of await cache.keys()) {
    if (!wanted.has(new URL(request.url).pathname)) await cache.delete(request);
  }
}
