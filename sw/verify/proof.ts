// Checkpoints (C2SP tlog-checkpoint), proofs (c2sp.org/tlog-proof@v1) and the tree they speak of (RFC 6962).
// Rules: wasm/release/checkpoint.h, wasm/release/tree.h.
import { type Bytes, concat, decimal, decode, fromBase64, sha256, toBase64 } from './bytes.ts';
import { type SignedNote, splitNote } from './note.ts';

export const PROOF_BYTES_MAX = 32_768;
const CHECKPOINT_BYTES_MAX = 16_384;
const HASHES_MAX = 63;

export interface Checkpoint {
  readonly origin: string;
  readonly size: number;
  readonly root: Bytes;
  readonly note: SignedNote;
}
export interface Proof {
  readonly index: number;
  /** From the leaf's sibling upwards. */
  readonly hashes: readonly Bytes[];
  /** With signatures. */
  readonly checkpoint: Bytes;
}

function hashFrom(base64: string): Bytes | null {
  const hash = fromBase64(base64);
  return hash?.length === 32 ? hash : null;
}

/** Three lines (origin, size, root) and no more. */
export function parseCheckpoint(bytes: Bytes): Checkpoint | null {
  const note = splitNote(bytes, CHECKPOINT_BYTES_MAX);
  if (note === null) return null;
  const [origin = '', size = '', root = '', end, ...more] = note.text.split('\n');
  const [n, hash] = [decimal(size), hashFrom(root)];
  if (origin === '' || n === null || hash === null || end !== '' || more.length > 0) return null;
  return { origin, size: n, root: hash, note };
}

/** A line `extra` is refused: what it carries is not authenticated. */
export function parseProof(bytes: Bytes): Proof | null {
  const cut = bytes.findIndex((b, i) => b === 10 && bytes[i + 1] === 10);
  if (cut < 0 || bytes.length > PROOF_BYTES_MAX) return null;
  const [format, place, ...lines] = (decode(bytes.slice(0, cut)) ?? '').split('\n');
  const index = place?.startsWith('index ') ? decimal(place.slice(6)) : null;
  if (format !== 'c2sp.org/tlog-proof@v1' || index === null || lines.length > HASHES_MAX) return null;
  const hashes: Bytes[] = [];
  for (const line of lines) {
    const hash = hashFrom(line);
    if (hash === null) return null;
    hashes.push(hash);
  }
  return { index, hashes, checkpoint: bytes.slice(cut + 2) };
}

export function leafHash(entry: Bytes): Promise<Bytes> {
  return sha256(concat(Uint8Array.of(0), entry));
}

function nodeHash(left: Bytes, right: Bytes): Promise<Bytes> {
  return sha256(concat(Uint8Array.of(1), left, right));
}

/** All hashes must be used. */
export async function includes(checkpoint: Checkpoint, proof: Proof, leaf: Bytes): Promise<boolean> {
  if (proof.index >= checkpoint.size) return false;
  let hash = leaf;
  let used = 0;
  let i = proof.index;
  for (let last = checkpoint.size - 1; last > 0; last = Math.floor(last / 2)) {
    if (i % 2 === 1 || i < last) {
      const next = proof.hashes[used++];
      if (next === undefined) return false;
      hash = await (i % 2 === 1 ? nodeHash(next, hash) : nodeHash(hash, next));
    }
    i = Math.floor(i / 2);
  }
  return used === proof.hashes.length && toBase64(hash) === toBase64(checkpoint.root);
}
