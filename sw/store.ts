// Files by their hash and releases by their slot, in Cache Storage. Any script that ever ran at this origin could have
// written there: every read of a file is hashed again, and what a slot holds is only evidence, to be verified.
import { take } from './net.ts';
import { type Evidence, isListed } from './verify/accept.ts';
import { type Bytes, decode, encode } from './verify/bytes.ts';
import type { ListedFile } from './verify/text.ts';

const FILES = 'sotto-files';
const NOTES = 'sotto-notes';

export type Slot = 'active' | 'staged' | 'previous';

function fileKey(hash: string): string {
  return `/.sotto/file/${hash}`;
}

function noteKey(name: string): string {
  return `/.sotto/note/${name}`;
}

/** What is kept under the file's hash, whatever it is. */
export async function keptBytes(file: ListedFile): Promise<Bytes | null> {
  const kept = await (await caches.open(FILES)).match(fileKey(file.hash));
  return kept ? new Uint8Array(await kept.arrayBuffer()) : null;
}

/** The bytes, only if they are the listed ones. */
export async function readFile(file: ListedFile): Promise<Bytes | null> {
  const bytes = await keptBytes(file);
  return bytes && (await isListed(file, bytes)) ? bytes : null;
}

/** From the network, only if they are the listed ones; once more past the HTTP cache if those in it are not. */
export async function fetchFile(file: ListedFile, keep = true): Promise<Bytes | 'network' | 'refused'> {
  let bytes = await take(file.path, file.size, 'default');
  for (const again of [true, false]) {
    if (typeof bytes !== 'string' && (await isListed(file, bytes))) {
      if (keep) await (await caches.open(FILES)).put(fileKey(file.hash), new Response(bytes));
      return bytes;
    }
    if (again) bytes = await take(file.path, file.size, 'reload');
  }
  return bytes === 'network' ? bytes : 'refused';
}

/** A small text that must be looked at before it is believed. */
export async function readText(name: string): Promise<unknown> {
  const kept = await (await caches.open(NOTES)).match(noteKey(name));
  try {
    return kept ? JSON.parse(await kept.text()) : null;
  } catch {
    return null;
  }
}

/** One put: whole or not at all. */
export async function writeText(name: string, value: unknown): Promise<void> {
  await (await caches.open(NOTES)).put(noteKey(name), new Response(JSON.stringify(value)));
}

export async function readSlot(slot: Slot): Promise<Evidence | null> {
  const kept = await readText(slot);
  if (typeof kept !== 'object' || kept === null) return null;
  const part = (name: string): Bytes => encode(String(Reflect.get(kept, name)));
  return { note: part('note'), recent: part('recent'), first: part('first') };
}

export async function writeSlot(slot: Slot, { note, recent, first }: Evidence): Promise<void> {
  await writeText(slot, { note: decode(note), recent: decode(recent), first: decode(first) });
}

export async function dropSlot(slot: Slot): Promise<void> {
  await (await caches.open(NOTES)).delete(noteKey(slot));
}

/** Removes all files but these. */
export async function sweepFiles(keep: readonly ListedFile[]): Promise<void> {
  const wanted = new Set(keep.map((f) => fileKey(f.hash)));
  const cache = await caches.open(FILES);
  for (const request of await cache.keys()) {
    if (!wanted.has(new URL(request.url).pathname)) await cache.delete(request);
  }
}
