// Content (section 13.1), its ids, and the hashes of words (section 12.1).
// Sections are those of wasm/schema/PROTOCOL.md.
import * as C from './cbor.mjs';
import { cat, random, sha256, u8, u16, u64 } from './crypto.mjs';

export const TEXT = 'text/markdown;variant=GFM-MIMI';
export const SILENT = 'application/sotto-';
const NO_TOPIC = Buffer.alloc(0);

/** A single part: `o` may hold salt, replaces, expires, reply, ext and disposition. */
export const content = (type, body, o = {}) =>
  C.encode([
    o.salt ?? random(16),
    o.replaces ?? null,
    NO_TOPIC,
    o.expires ?? null,
    o.reply ?? null,
    new Map(o.ext ?? []),
    [o.disposition ?? 1, '', 1, type, body],
  ]);

export const contentId = (account, room, bytes) =>
  cat(u8(1), sha256(u16(32), account, u16(16), room, bytes, C.decode(bytes)[0]).subarray(0, 31));

export const wordHash = (key, run, counter, prev, ms, bytes) =>
  sha256('sotto word 1', key, u64(run), u64(counter), prev ?? Buffer.alloc(32), u64(ms), sha256(bytes));
