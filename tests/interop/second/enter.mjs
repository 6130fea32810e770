// Into a group, as MLS has it: by a Welcome, or by an external commit of one's own (RFC 9420 12.4.3).
// Sections are those of wasm/schema/PROTOCOL.md.
import { nextEpochContext } from 'ts-mls/clientState.js';
import { decodeVarLenData } from 'ts-mls/codec/variableLength.js';
import { createConfirmationTag, createContentCommitSignature } from 'ts-mls/framedContent.js';
import { verifyGroupInfoConfirmationTag, verifyGroupInfoSignature } from 'ts-mls/groupInfo.js';
import { deriveKeySchedule, initializeEpoch } from 'ts-mls/keySchedule.js';
import { protectPublicMessage } from 'ts-mls/messageProtectionPublic.js';
import { getCommitSecret, pathToPathSecrets, pathToRoot } from 'ts-mls/pathSecrets.js';
import { mergePrivateKeyPaths, toPrivateKeyPath, updateLeafKey } from 'ts-mls/privateKeyPath.js';
import { addLeafNode, findLeafIndex } from 'ts-mls/ratchetTree.js';
import { createSecretTree } from 'ts-mls/secretTree.js';
import { treeHashRoot } from 'ts-mls/treeHash.js';
import { leafToNodeIndex, leafWidth, nodeToLeafIndex, toNodeIndex } from 'ts-mls/treemath.js';
import { createUpdatePath, firstCommonAncestor } from 'ts-mls/updatePath.js';
import { decryptGroupInfo, decryptGroupSecrets } from 'ts-mls/welcome.js';
import * as X from './crypto.mjs';
import { publicMessageBytes } from './mls.mjs';
import { config, cs, NAME, u } from './suite.mjs';
import { checkTree, find, leaves, removeLeafNode, toLeafIndex } from './tree.mjs';

const NO_PSK = new Uint8Array(32);

/** Of a Welcome the GroupInfo and its secrets; the caller finds the tree and calls join. */
export async function openWelcome(welcome, kp) {
  const secrets = await decryptGroupSecrets(kp.priv.initPrivateKey, u(kp.ref), welcome, cs.hpke);
  if (!secrets) throw new Error('welcome: secrets');
  if (secrets.psks.length) throw new Error('welcome: psk');
  const gi = await decryptGroupInfo(welcome, secrets.joinerSecret, NO_PSK, cs);
  if (!gi) throw new Error('welcome: group info');
  return { gi, secrets };
}

async function checkInfo(gi, tree) {
  if (gi.groupContext.cipherSuite !== NAME) throw new Error('info: suite');
  const signer = tree[leafToNodeIndex(toLeafIndex(gi.signer))];
  if (signer?.nodeType !== 'leaf') throw new Error('info: signer');
  if (!(await verifyGroupInfoSignature(gi, signer.leaf.signaturePublicKey, cs.signature)))
    throw new Error('info: signature');
  await checkTree(tree, gi.groupContext);
}

export async function join({ gi, secrets }, kp, tree) {
  await checkInfo(gi, tree);
  const my = findLeafIndex(tree, kp.pub.leafNode);
  if (my === undefined) throw new Error('welcome: not my leaf');
  let path = { leafIndex: my, privateKeys: { [leafToNodeIndex(my)]: kp.priv.hpkePrivateKey } };
  if (secrets.pathSecret !== undefined)
    path = mergePrivateKeyPaths(
      await toPrivateKeyPath(
        await pathToRoot(tree, firstCommonAncestor(tree, my, toLeafIndex(gi.signer)), secrets.pathSecret, cs.kdf),
        my,
        cs,
      ),
      path,
    );
  const [keySchedule, enc] = await deriveKeySchedule(secrets.joinerSecret, NO_PSK, gi.groupContext, cs.kdf);
  if (!(await verifyGroupInfoConfirmationTag(gi, secrets.joinerSecret, NO_PSK, cs)))
    throw new Error('welcome: confirmation');
  return {
    groupContext: gi.groupContext,
    ratchetTree: tree,
    privatePath: path,
    signaturePrivateKey: kp.priv.signaturePrivateKey,
    confirmationTag: gi.confirmationTag,
    unappliedProposals: {},
    keySchedule,
    secretTree: await createSecretTree(leafWidth(tree.length), enc, cs.kdf),
    historicalReceiverData: new Map(),
    groupActiveState: { kind: 'active' },
    clientConfig: config,
  };
}

/** The tree with my leaf in the place of the one that has my key, and the path from it. */
async function pathFromOutside(context, tree, kp) {
  const old = leaves(tree).find((l) => X.eq(l.key, kp.pub.leafNode.signaturePublicKey));
  const without = old ? removeLeafNode(tree, toLeafIndex(old.index)) : tree;
  const [joined, node] = addLeafNode(without, kp.pub.leafNode);
  const mine = nodeToLeafIndex(node);
  const [after, path, secrets, leafKey] = await createUpdatePath(
    joined,
    mine,
    context,
    kp.priv.signaturePrivateKey,
    cs,
  );
  const keys = updateLeafKey(await toPrivateKeyPath(pathToPathSecrets(secrets), mine, cs), leafKey);
  const last = secrets.at(-1);
  const secret = last ? await getCommitSecret(after, toNodeIndex(last.nodeIndex), last.secret, cs.kdf) : NO_PSK;
  return { old, after, path, keys, secret };
}

async function epochOf(gi, commit, signature, { after, secret }, initSecret) {
  const hash = await treeHashRoot(after, cs.hash);
  const args = [gi.groupContext, 'mls_public_message', commit, signature, hash, gi.confirmationTag, cs.hash];
  const context = await nextEpochContext(...args);
  const epoch = await initializeEpoch(initSecret, secret, context, NO_PSK, cs.kdf);
  const key = epoch.keySchedule.confirmationKey;
  return { context, ...epoch, tag: await createConfirmationTag(key, context.confirmedTranscriptHash, cs.hash) };
}

/** Section 16.2: ExternalInit, Remove of the leaf with my key, a path. */
export async function external(gi, tree, kp) {
  await checkInfo(gi, tree);
  const [found] = find(gi.extensions, 'external_pub');
  if (!found) throw new Error('info: no external_pub');
  const [pk] = decodeVarLenData(found.extensionData, 0);
  const label = new TextEncoder().encode('MLS 1.0 external init secret');
  const { enc, secret } = await cs.hpke.exportSecret(pk, label, 32, new Uint8Array());
  const path = await pathFromOutside(gi.groupContext, tree, kp);
  const removes = path.old ? [{ proposalType: 'remove', remove: { removed: path.old.index } }] : [];
  const held = [{ proposalType: 'external_init', externalInit: { kemOutput: enc } }, ...removes];
  const { signature, framedContent } = await createContentCommitSignature(
    gi.groupContext,
    'mls_public_message',
    { proposals: held.map((proposal) => ({ proposalOrRefType: 'proposal', proposal })), path: path.path },
    { senderType: 'new_member_commit' },
    new Uint8Array(),
    kp.priv.signaturePrivateKey,
    cs.signature,
  );
  const epoch = await epochOf(gi, framedContent, signature, path, secret);
  const auth = { signature, confirmationTag: epoch.tag, contentType: 'commit' };
  const content = { content: framedContent, auth, wireformat: 'mls_public_message' };
  const message = await protectPublicMessage(epoch.keySchedule.membershipKey, epoch.context, content, cs);
  return {
    state: await stateOf({ ...epoch, tree: path.after, keys: path.keys, kp }),
    bytes: publicMessageBytes(message),
  };
}

/** What ts-mls keeps of a group that one has just come into. */
const stateOf = async ({ tree, context, keys, tag, keySchedule, encryptionSecret, kp }) => ({
  ratchetTree: tree,
  groupContext: context,
  privatePath: keys,
  signaturePrivateKey: kp.priv.signaturePrivateKey,
  confirmationTag: tag,
  unappliedProposals: {},
  keySchedule,
  secretTree: await createSecretTree(leafWidth(tree.length), encryptionSecret, cs.kdf),
  historicalReceiverData: new Map(),
  groupActiveState: { kind: 'active' },
  clientConfig: config,
});
