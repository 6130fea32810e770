// Files by their hash and releases by their slot, in Cache Storage. Any script that ever ran at this origin could have
// written there: every file is hashed again when read, and a slot holds only evidence, to be verified.
import { take } from './net.ts';
import { type Evidence, isListed } from './verify/accept.ts';
import type { Bytes } from './verify/bytes.ts';
import type { ListedFile } from './verify/text.ts';

const FILES = 'sotto-files';
const NOTES = 'sotto-notes';
const PLACE = '/.sotto/';

/** seen: the highest release whose note was ever offered here, by that note alone. */
export type Slot = 'active' | 'staged' | 'previous' | 'seen';

async function get(cache: string, key: string): Promise<Response | undefined> {
  return (await caches.open(cache)).match(PLACE + key);
}

/** A single put, so whole or not at all. */
async function put(cache: string, key: string, body: Bytes | string): Promise<void> {
  await (await caches.open(cache)).put(PLACE + key, new Response(body));
}

/** The bytes, only if they are the listed ones. */
export async function readFile(file: ListedFile): Promise<Bytes | null> {
  const kept = await get(FILES, file.hash);
  const bytes = kept && new Uint8Array(await kept.arrayBuffer());
  return bytes && (await isListed(file, bytes)) ? bytes : null;
}

/** The listed bytes from the network; asked again past the HTTP cache when that has others. Returns as `take`. */
export async function fetchFile(file: ListedFile, keep = true): Promise<Bytes | null | undefined> {
  let bytes: Bytes | null | undefined;
  for (const cache of ['default', 'reload'] as const) {
    bytes = await take(file.path, file.size, cache);
    if (bytes && (await isListed(file, bytes))) {
      if (keep) await put(FILES, file.hash, bytes);
      return bytes;
    }
  }
  return bytes && undefined;
}

/** A small JSON text, whose fields must be checked before use; no fields when it is not one. */
export async function readText(name: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    return Object(await (await get(NOTES, name))?.json());
  } catch {
    return {};
  }
}

export async function writeText(name: string, value: unknown): Promise<void> {
  await put(NOTES, name, JSON.stringify(value));
}

/** An empty slot holds no note. */
export async function readSlot(slot: Slot): Promise<Evidence> {
  const { note, recent, first } = await readText(slot);
  return { note: String(note), recent: String(recent), first: String(first) };
}

export async function dropSlot(slot: Slot): Promise<void> {
  await (await caches.open(NOTES)).delete(PLACE + slot);
}

/** Removes all files but these. */
export async function sweepFiles(keep: readonly ListedFile[]): Promise<void> {
  const wanted = new Set(keep.map((f) => PLACE + f.hash));
  const cache = await caches.open(FILES);
  for (const request of await cache.keys()) {
    if (!wanted.has(new URL(request.url).pathname)) await cache.delete(request);
  }
}
