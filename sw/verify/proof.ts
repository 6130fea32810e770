// Checkpoints (C2SP tlog-checkpoint), proofs (c2sp.org/tlog-proof@v1) and the tree they speak of (RFC 6962).
// Rules: wasm/release/checkpoint.h, wasm/release/tree.h.
import { type Bytes, concat, decimal, decode, fromBase64, sha256 } from './bytes.ts';
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
  const hashes = lines.flatMap((line) => hashFrom(line) ?? []);
  return hashes.length === lines.length ? { index, hashes, checkpoint: bytes.slice(cut + 2) } : null;
}

/** Leaf and node have a first byte of their own, so that neither can be taken for the other. */
function treeHash(kind: 0 | 1, ...parts: readonly Bytes[]): Promise<Bytes> {
  return sha256(concat(Uint8Array.of(kind), ...parts));
}

/** All hashes must be used. */
export async function includes(checkpoint: Checkpoint, proof: Proof, entry: Bytes): Promise<boolean> {
  let i = proof.index;
  let last = checkpoint.size - 1;
  if (i > last) return false;
  const next = proof.hashes.values();
  let hash = await treeHash(0, entry);
  for (; last > 0; last = Math.floor(last / 2), i = Math.floor(i / 2)) {
    const isRight = i % 2 === 1;
    if (!isRight && i === last) continue; // no sibling on this level
    const { value } = next.next();
    if (!value) return false;
    hash = await (isRight ? treeHash(1, value, hash) : treeHash(1, hash, value));
  }
  return next.next().done === true && String(hash) === String(checkpoint.root);
}
