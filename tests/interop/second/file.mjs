// Files (section 14): sealed, put up as a blob, and said as an external part.
// Sections are those of wasm/schema/PROTOCOL.md.
import * as C from './cbor.mjs';
import { TEXT } from './content.mjs';
import { b64u, cat, eq, random, sha256, u32le } from './crypto.mjs';
import { FINAL, MESSAGE, Stream } from './stream.mjs';
import { T } from './wire.mjs';

const CHUNK = 32_768;
const SEALED = CHUNK + 17;
const ALGORITHM = 0xff01;
const URL = 'sotto-blob:';
const NONE = Buffer.alloc(0);
const HEAD = 20; // of BLOB_DATA: blob and index
const SHA_256 = 1;
const ATTACHMENT = 6;
const EXTERNAL = 2;
const MULTI = 3;

function sealedChunks(stream, bytes) {
  const chunks = [];
  for (let at = 0; ; at += CHUNK) {
    const last = at + CHUNK >= bytes.length;
    chunks.push(stream.seal(bytes.subarray(at, at + CHUNK), last ? FINAL : MESSAGE));
    if (last) return chunks;
  }
}

export async function sendFile(room, name, type, bytes, caption) {
  const { client } = room;
  const [key, header, blob] = [random(32), random(24), random(16)];
  const chunks = sealedChunks(new Stream(key, header), bytes);
  const all = cat(...chunks);
  await client.anonAsk(T.BLOB_NEW, [blob, all.length, SEALED, null, null, sha256(random(16))]);
  for (const [i, chunk] of chunks.entries()) await client.anonAsk(T.BLOB_PUT, cat(blob, u32le(i), chunk));
  const where = [URL + b64u(blob), 0, all.length, ALGORITHM, key, header, NONE, SHA_256, sha256(all)];
  const described = b64u(C.encode([bytes.length, 0, 0, NONE]));
  const file = [ATTACHMENT, '', EXTERNAL, type, ...where, described, name];
  const said = caption && [1, '', MULTI, 1, [[1, '', 1, TEXT, Buffer.from(caption)], file]];
  await room.sayContent(C.encode([random(16), null, NONE, null, null, new Map(), said ?? file]));
}

/** The external part of a content's part, if it has one. */
export const externalOf = (part) =>
  part[2] === EXTERNAL ? part : part[2] === MULTI ? part[4].find((p) => p[2] === EXTERNAL) : undefined;

export async function fetchFile(client, part) {
  const [, , , , url, , size, algorithm, key, header, , , hash] = part;
  if (algorithm !== ALGORITHM) throw new Error('file: algorithm');
  const blob = Buffer.from(url.slice(URL.length), 'base64url');
  const chunks = [];
  for (let i = 0; i * SEALED < size; i++) {
    chunks.push((await client.anonAsk(T.BLOB_GET, cat(blob, u32le(i)))).subarray(HEAD));
  }
  if (!eq(sha256(...chunks), hash)) throw new Error('file: hash');
  const stream = new Stream(key, header);
  const opened = chunks.map((c) => stream.open(c));
  if (opened.some((o, i) => (o.tag === FINAL) !== (i === chunks.length - 1))) throw new Error('file: FINAL');
  return cat(...opened.map((o) => o.plain));
}
