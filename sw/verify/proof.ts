// Checkpoints (C2SP tlog-checkpoint), proofs (c2sp.org/tlog-proof@v1) and the tree they speak of (RFC 6962).
// Rules: wasm/release/checkpoint.h, wasm/release/tree.h.
import { type Bytes, concat, decimal, encode, fromBase64, sha256 } from './bytes.ts';
import { isPlain, type SignedNote, splitNote } from './note.ts';

export const PROOF_BYTES_MAX = 32_768;
const CHECKPOINT_BYTES_MAX = 16_384;
/** At most 63 hashes, which end at the first empty line. */
const PROOF = /^c2sp\.org\/tlog-proof@v1\nindex (\d+)\n((?:[^\n]+\n){0,63})\n([\s\S]*)$/;

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
  readonly checkpoint: string;
}

function hashFrom(base64: string): Bytes | null {
  const hash = fromBase64(base64);
  return hash?.length === 32 ? hash : null;
}

/** Three lines (origin, size, root) and no more. */
export function parseCheckpoint(text: string): Checkpoint | null {
  const note = splitNote(text, CHECKPOINT_BYTES_MAX);
  const [, origin = '', digits = '', base64 = ''] = /^([^\n]+)\n(\d+)\n([^\n]+)\n$/.exec(note?.text ?? '') ?? [];
  const [size, root] = [decimal(digits), hashFrom(base64)];
  return note && size !== null && root ? { origin, size, root, note } : null;
}

/** A line `extra` is refused: what it carries is not authenticated. */
export function parseProof(text: string): Proof | null {
  const [, digits = '', lines = '', checkpoint = ''] = PROOF.exec(text) ?? [];
  const index = decimal(digits);
  const all = lines.split('\n').slice(0, -1).map(hashFrom);
  const hashes = all.flatMap((h) => (h ? [h] : []));
  const fits = index !== null && hashes.length === all.length && isPlain(text, PROOF_BYTES_MAX);
  return fits ? { index, hashes, checkpoint } : null;
}

/** Leaf and node each have a first byte of their own, so that neither can be taken for the other. */
function treeHash(kind: 0 | 1, ...parts: readonly Bytes[]): Promise<Bytes> {
  return sha256(concat(Uint8Array.of(kind), ...parts));
}

/** All hashes must be used. */
export async function includes(checkpoint: Checkpoint, proof: Proof, entry: string): Promise<boolean> {
  let i = proof.index;
  let last = checkpoint.size - 1;
  if (i > last) return false;
  const next = proof.hashes.values();
  let hash = await treeHash(0, encode(entry));
  for (; last > 0; last = Math.floor(last / 2), i = Math.floor(i / 2)) {
    const isRight = i % 2 === 1;
    if (!isRight && i === last) continue; // no sibling on this level
    const { value } = next.next();
    if (!value) return false;
    hash = await (isRight ? treeHash(1, value, hash) : treeHash(1, hash, value));
  }
  return next.next().done === true && String(hash) === String(checkpoint.root);
}
