// Leaves and trees (sections 6.2, 6.3): what Sotto adds to those of RFC 9420, and the checks of others' trees.
// Sections are those of wasm/schema/PROTOCOL.md.
import { encode } from 'ts-mls/codec/tlsEncoder.js';
import { verifyLeafNodeSignature, verifyLeafNodeSignatureKeyPackage } from 'ts-mls/leafNode.js';
import { verifyParentHashes } from 'ts-mls/parentHash.js';
import { decodeRatchetTree, ratchetTreeEncoder, removeLeafNode } from 'ts-mls/ratchetTree.js';
import { treeHashRoot } from 'ts-mls/treeHash.js';
import { toLeafIndex } from 'ts-mls/treemath.js';
import * as X from './crypto.mjs';
import { checkPublic } from './hpke.mjs';
import { cs, u } from './suite.mjs';

export { removeLeafNode, toLeafIndex };

export const EXT = { LAST_RESORT: 10, ENTRY: 0xf0a0, ROOM: 0xf0a1, PARCEL: 0xf0a2, CHAINS: 0xf0a3, DOOR: 0xf0a4 };
const ENTRIES = 1024;

export const ext = (extensionType, data) => ({ extensionType, extensionData: u(data) });
export const find = (list, type) => list.filter((e) => e.extensionType === type);
/** 0xF0A0, for an entry of one's own chain. */
export const entryExtension = (entry) => ext(EXT.ENTRY, X.cat(X.u64(entry.n), entry.hash));

/** The node of a leaf, naming another entry. */
export function naming(node, entry) {
  const extensions = node.leaf.extensions.map((e) => (e.extensionType === EXT.ENTRY ? entryExtension(entry) : e));
  return { nodeType: 'leaf', leaf: { ...node.leaf, extensions } };
}

export const leaves = (tree) =>
  tree.flatMap((n, i) =>
    n?.nodeType === 'leaf'
      ? [
          {
            index: i / 2,
            leaf: n.leaf,
            key: Buffer.from(n.leaf.signaturePublicKey),
            account: Buffer.from(n.leaf.credential.identity ?? []),
            entry: entryOf(n.leaf),
          },
        ]
      : [],
  );
export function entryOf(leaf) {
  const e = find(leaf.extensions, EXT.ENTRY);
  if (e.length !== 1 || e[0].extensionData.length !== 40) throw new Error('leaf: 0xF0A0');
  const b = Buffer.from(e[0].extensionData);
  return { n: Number(b.readBigUInt64BE(0)), hash: b.subarray(8) };
}
export function inForm(leaf) {
  if (
    leaf.credential.credentialType !== 'basic' ||
    leaf.credential.identity.length !== 32 ||
    leaf.signaturePublicKey.length !== 32
  )
    throw new Error('leaf: form');
  const e = entryOf(leaf);
  if (e.n >= ENTRIES) throw new Error('leaf: n');
  return e;
}

function checkNode(node, at, tree, take) {
  if ((node.nodeType === 'leaf') !== (at % 2 === 0)) throw new Error('tree: structure');
  if (node.nodeType === 'leaf') {
    take(node.leaf.hpkePublicKey);
    take(node.leaf.signaturePublicKey);
    checkPublic(node.leaf.hpkePublicKey);
    return;
  }
  take(node.parent.hpkePublicKey);
  checkPublic(node.parent.hpkePublicKey);
  for (const l of node.parent.unmergedLeaves) if (tree[2 * l]?.nodeType !== 'leaf') throw new Error('tree: unmerged');
}

/** RFC 9420 12.4.3.1, for a tree from outside. */
export async function checkTree(tree, context) {
  const keys = new Set();
  const take = (key) => {
    if (keys.has(X.hex(key))) throw new Error('tree: a key twice');
    keys.add(X.hex(key));
  };
  for (const [at, node] of tree.entries()) {
    if (!node) continue;
    checkNode(node, at, tree, take);
    if (node.nodeType !== 'leaf') continue;
    const sound =
      node.leaf.leafNodeSource === 'key_package'
        ? await verifyLeafNodeSignatureKeyPackage(node.leaf, cs.signature)
        : await verifyLeafNodeSignature(node.leaf, context.groupId, at / 2, cs.signature);
    if (!sound) throw new Error('tree: signature of a leaf');
  }
  if (!(await verifyParentHashes(tree, cs.hash))) throw new Error('tree: parent hash');
  if (!X.eq(context.treeHash, await treeHashRoot(tree, cs.hash))) throw new Error('tree: hash');
}

export const treeOf = (b) => {
  const r = decodeRatchetTree(Uint8Array.from(b), 0);
  if (!r) throw new Error('tree: does not decode');
  return r[0];
};

export const treeBytes = (tree) => Buffer.from(encode(ratchetTreeEncoder)(tree));
