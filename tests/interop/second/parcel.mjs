// Parcels (section 8.3): what is too large for a frame.
// Sections are those of wasm/schema/PROTOCOL.md.
import { cat, outerOpen, u32le } from './crypto.mjs';
import { T } from './wire.mjs';

const PARCEL = 4; // kind of 8.1
const LIMIT = 4 << 20;
const HEAD = 20; // of BLOB_DATA: blob and index

export async function fetchParcel(conn, [blob, key]) {
  if (blob.length !== 16 || key.length !== 32) throw new Error('parcel: reference');
  const [bytes, chunk, have] = await conn.ask(T.BLOB_STAT, [blob]);
  if (bytes > LIMIT || have * chunk < bytes) throw new Error('parcel: not whole');
  const chunks = [];
  for (let i = 0; i * chunk < bytes; i++) {
    chunks.push((await conn.ask(T.BLOB_GET, cat(blob, u32le(i)))).subarray(HEAD));
  }
  return outerOpen(key, blob, 0, PARCEL, null, cat(...chunks));
}
