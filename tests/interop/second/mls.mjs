// ts-mls with suite 0x004F of PROTOCOL.md 6.
import * as X from './crypto.mjs';
import * as C from './cbor.mjs';
import { ciphersuites } from 'ts-mls';
import { mlsExporter } from 'ts-mls/keySchedule.js';
import { createCommit, createGroupInfo } from 'ts-mls/createCommit.js';
import { createGroup } from 'ts-mls/clientState.js';
import { defaultClientConfig } from 'ts-mls/clientConfig.js';
import { generateKeyPackageWithKey, makeKeyPackageRef, verifyKeyPackage } from 'ts-mls/keyPackage.js';
import { decodeMlsMessage, encodeMlsMessage } from 'ts-mls/message.js';
import { processPrivateMessage, processPublicMessage } from 'ts-mls/processMessages.js';
import { createApplicationMessage, createProposal } from 'ts-mls/createMessage.js';
import { decryptGroupInfo, decryptGroupSecrets } from 'ts-mls/welcome.js';
import { verifyGroupInfoSignature, verifyGroupInfoConfirmationTag, groupInfoEncoder } from 'ts-mls/groupInfo.js';
import {
  decodeRatchetTree,
  ratchetTreeEncoder,
  findLeafIndex,
  addLeafNode,
  removeLeafNode,
} from 'ts-mls/ratchetTree.js';
import { verifyLeafNodeSignature, verifyLeafNodeSignatureKeyPackage } from 'ts-mls/leafNode.js';
import { verifyParentHashes } from 'ts-mls/parentHash.js';
import { treeHashRoot } from 'ts-mls/treeHash.js';
import { leafToNodeIndex, toLeafIndex, leafWidth, nodeToLeafIndex, toNodeIndex } from 'ts-mls/treemath.js';
import { mergePrivateKeyPaths, toPrivateKeyPath, updateLeafKey } from 'ts-mls/privateKeyPath.js';
import { pathToRoot, pathToPathSecrets, getCommitSecret } from 'ts-mls/pathSecrets.js';
import { deriveKeySchedule, initializeEpoch } from 'ts-mls/keySchedule.js';
import { createSecretTree } from 'ts-mls/secretTree.js';
import { firstCommonAncestor, createUpdatePath } from 'ts-mls/updatePath.js';
import { decryptSenderData } from 'ts-mls/privateMessage.js';
import { emptyPskIndex } from 'ts-mls/pskIndex.js';
import { decodeGroupContext, groupContextEncoder } from 'ts-mls/groupContext.js';
import { encode } from 'ts-mls/codec/tlsEncoder.js';
import { decodeVarLenData, varLenDataEncoder } from 'ts-mls/codec/variableLength.js';
import { composeBufferEncoders } from 'ts-mls/codec/tlsEncoder.js';
import { createContentCommitSignature, createConfirmationTag } from 'ts-mls/framedContent.js';
import { nextEpochContext } from 'ts-mls/clientState.js';
import { protectPublicMessage } from 'ts-mls/messageProtectionPublic.js';
export {
  decodeMlsMessage,
  encodeMlsMessage,
  verifyKeyPackage,
  leafToNodeIndex,
  toLeafIndex,
  createProposal,
  nodeToLeafIndex,
  removeLeafNode,
  makeKeyPackageRef,
};
export const NAME = Object.entries(ciphersuites).find(([, v]) => v === 0x4f)[0]; // ts-mls has another suite of that number
const u = (x) => Uint8Array.from(x);
export const cs = {
  name: NAME,
  kdf: {
    async extract(salt, ikm) {
      return u(X.hkdfExtract(salt, ikm));
    },
    async expand(prk, info, n) {
      return u(X.hkdfExpand(prk, info, n));
    },
    size: 32,
  },
  hash: {
    async digest(d) {
      return u(X.sha256(d));
    },
    async mac(k, d) {
      return u(X.hmac(k, d));
    },
    async verifyMac(k, m, d) {
      return X.eq(X.hmac(k, d), m);
    },
  },
  signature: {
    async sign(k, m) {
      return u(X.sign(k, m));
    },
    async verify(p, m, s) {
      return X.verify(p, m, s);
    },
    async keygen() {
      const s = X.random(32);
      return { publicKey: u(X.pub(s)), signKey: u(s) };
    },
  },
  rng: { randomBytes: (n) => u(X.random(n)) },
  hpke: {
    async open(k, enc, ct, info, aad) {
      return u(X.hpke.open(k, enc, info, aad ?? Buffer.alloc(0), ct));
    },
    async seal(k, pt, info, aad) {
      const r = X.hpke.seal(k, info, aad ?? Buffer.alloc(0), pt);
      return { enc: u(r.enc), ct: u(r.ct) };
    },
    async importPrivateKey(k) {
      return k;
    },
    async importPublicKey(k) {
      return k;
    },
    async exportPublicKey(k) {
      return k;
    },
    async exportPrivateKey(k) {
      return k;
    },
    async encryptAead(k, n, a, p) {
      return u(X.gcmSeal(k, n, a, p));
    },
    async decryptAead(k, n, a, c) {
      return u(X.gcmOpen(k, n, a, c));
    },
    async exportSecret(pk, ctx, n, info) {
      const r = X.hpke.sendExport(pk, info, ctx, n);
      return { enc: u(r.enc), secret: u(r.secret) };
    },
    async importSecret(sk, ctx, enc, n, info) {
      return u(X.hpke.recvExport(sk, enc, info, ctx, n));
    },
    async deriveKeyPair(ikm) {
      const k = X.dkp(ikm);
      return { privateKey: u(k.sk), publicKey: u(k.pk) };
    },
    async generateKeyPair() {
      const sk = X.random(32);
      return { privateKey: u(sk), publicKey: u(X.xpub(sk)) };
    },
    keyLength: 16,
    nonceLength: 12,
  },
};
export const config = {
  ...defaultClientConfig,
  keyRetentionConfig: { retainKeysForGenerations: 256, retainKeysForEpochs: 5, maximumForwardRatchetSteps: 2000 },
};
const EXT = { ENTRY: 0xf0a0, ROOM: 0xf0a1, PARCEL: 0xf0a2, CHAINS: 0xf0a3, DOOR: 0xf0a4 };
export { EXT };
export const ext = (t, d) => ({ extensionType: t, extensionData: u(d) });
export const find = (list, t) => list.filter((e) => e.extensionType === t);
export const capabilities = {
  versions: ['mls10'],
  ciphersuites: [NAME],
  extensions: [0xf0a0, 0xf0a1, 10],
  proposals: [],
  credentials: ['basic'],
};
export async function keyPackage(account, entry, seed, last) {
  const now = BigInt(Math.floor(Date.now() / 1000));
  const r = await generateKeyPackageWithKey(
    { credentialType: 'basic', identity: u(account) },
    capabilities,
    { notBefore: now - 86400n, notAfter: now + 89n * 86400n },
    last ? [ext(10, '')] : [],
    { signKey: u(seed), publicKey: u(X.pub(seed)) },
    cs,
    [ext(EXT.ENTRY, X.cat(X.u64(entry.n), entry.hash))],
  );
  const ref = Buffer.from(await makeKeyPackageRef(r.publicPackage, cs.hash));
  return {
    ref,
    pub: r.publicPackage,
    priv: r.privatePackage,
    last,
    expires: Number(now) + 89 * 86400,
    message: Buffer.from(
      encodeMlsMessage({ version: 'mls10', wireformat: 'mls_key_package', keyPackage: r.publicPackage }),
    ),
  };
}
export const message = (b) => {
  const r = decodeMlsMessage(Uint8Array.from(b), 0);
  if (!r || r[1] !== b.length) throw new Error('mls: does not decode');
  return r[0];
};
export const exporter = async (state, label, ctx) =>
  Buffer.from(await mlsExporter(state.keySchedule.exporterSecret, label, ctx, 32, cs));
export async function epochKeys(state, mailbox) {
  const write = await exporter(state, 'sotto mailbox write', mailbox);
  return {
    epoch: Number(state.groupContext.epoch),
    outer: await exporter(state, 'sotto outer', mailbox),
    writeSeed: write,
    write: X.pub(write),
    typing: await exporter(state, 'sotto typing', mailbox),
    branch: X.sha256('sotto branch', state.keySchedule.epochAuthenticator).subarray(0, 8),
  };
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
  if (e.n > 1023) throw new Error('leaf: n');
  return e;
}
export async function checkTree(tree, gc) {
  const keys = new Set(),
    sigs = new Set();
  const take = (s, k) => {
    k = X.hex(k);
    if (s.has(k)) throw new Error('tree: key twice');
    s.add(k);
  };
  for (let i = 0; i < tree.length; i++) {
    const n = tree[i];
    if (!n) continue;
    if ((n.nodeType === 'leaf') !== (i % 2 === 0)) throw new Error('tree: structure');
    if (n.nodeType === 'parent') {
      take(keys, n.parent.hpkePublicKey);
      X.checkPub(n.parent.hpkePublicKey);
      for (const l of n.parent.unmergedLeaves) if (tree[2 * l]?.nodeType !== 'leaf') throw new Error('tree: unmerged');
      continue;
    }
    take(keys, n.leaf.hpkePublicKey);
    take(sigs, n.leaf.signaturePublicKey);
    X.checkPub(n.leaf.hpkePublicKey);
    const ok =
      n.leaf.leafNodeSource === 'key_package'
        ? await verifyLeafNodeSignatureKeyPackage(n.leaf, cs.signature)
        : await verifyLeafNodeSignature(n.leaf, gc.groupId, i / 2, cs.signature);
    if (!ok) throw new Error('tree: leaf signature');
  }
  if (!(await verifyParentHashes(tree, cs.hash))) throw new Error('tree: parent hash');
  if (!X.eq(gc.treeHash, await treeHashRoot(tree, cs.hash))) throw new Error('tree: hash');
}
export const treeOf = (b) => {
  const r = decodeRatchetTree(Uint8Array.from(b), 0);
  if (!r) throw new Error('tree: does not decode');
  return r[0];
};
export const treeBytes = (tree) => Buffer.from(encode(ratchetTreeEncoder)(tree));
// Welcome -> { gi, secrets }; the caller brings the tree (from extension or parcel) and calls join
export async function openWelcome(welcome, kp) {
  const secrets = await decryptGroupSecrets(kp.priv.initPrivateKey, u(kp.ref), welcome, cs.hpke);
  if (!secrets) throw new Error('welcome: secrets');
  if (secrets.psks.length) throw new Error('welcome: psk');
  const gi = await decryptGroupInfo(welcome, secrets.joinerSecret, new Uint8Array(32), cs);
  if (!gi) throw new Error('welcome: group info');
  return { gi, secrets };
}
export async function checkInfo(gi, tree) {
  if (gi.groupContext.cipherSuite !== NAME) throw new Error('info: suite');
  const signer = tree[leafToNodeIndex(toLeafIndex(gi.signer))];
  if (signer?.nodeType !== 'leaf') throw new Error('info: signer');
  if (!(await verifyGroupInfoSignature(gi, signer.leaf.signaturePublicKey, cs.signature)))
    throw new Error('info: signature');
  await checkTree(tree, gi.groupContext);
  return signer.leaf;
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
  const [keySchedule, enc] = await deriveKeySchedule(secrets.joinerSecret, new Uint8Array(32), gi.groupContext, cs.kdf);
  if (!(await verifyGroupInfoConfirmationTag(gi, secrets.joinerSecret, new Uint8Array(32), cs)))
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
export const newGroup = (groupId, kp, roomExt) =>
  createGroup(u(groupId), kp.pub, kp.priv, [ext(EXT.ROOM, roomExt)], cs, config);
const ctxOf = (info) => {
  const [l, a] = decodeVarLenData(info, 0);
  const [c] = decodeVarLenData(info, a);
  return [l, c];
};
export async function commit(
  state,
  proposals,
  { entry, aad = new Uint8Array(), infoExt = [], keepRefs = true, publicMessage = false } = {},
) {
  const gce = proposals.find((p) => p.proposalType === 'group_context_extensions');
  const my = leafToNodeIndex(toLeafIndex(state.privatePath.leafIndex));
  const tree = state.ratchetTree.slice();
  const n = tree[my];
  if (entry)
    tree[my] = {
      nodeType: 'leaf',
      leaf: {
        ...n.leaf,
        extensions: n.leaf.extensions.map((e) =>
          e.extensionType === EXT.ENTRY ? ext(EXT.ENTRY, X.cat(X.u64(entry.n), entry.hash)) : e,
        ),
      },
    };
  const suite = !gce
    ? cs
    : {
        ...cs,
        hpke: {
          ...cs.hpke,
          async seal(k, pt, info, aad2) {
            const [l, c] = ctxOf(info);
            if (Buffer.from(l).toString() === 'MLS 1.0 UpdatePathNode') {
              const gc = decodeGroupContext(c, 0)[0];
              info = encode(composeBufferEncoders([varLenDataEncoder, varLenDataEncoder]))([
                l,
                encode(groupContextEncoder)({ ...gc, extensions: gce.groupContextExtensions.extensions }),
              ]);
            }
            return cs.hpke.seal(k, pt, info, aad2);
          },
        },
      };
  const st = { ...state, ratchetTree: tree, unappliedProposals: keepRefs ? state.unappliedProposals : {} };
  return createCommit(
    { state: st, cipherSuite: suite },
    {
      wireAsPublicMessage: publicMessage,
      extraProposals: proposals,
      ratchetTreeExtension: true,
      authenticatedData: u(aad),
      groupInfoExtensions: infoExt,
    },
  );
}
export async function groupInfo(state, extra) {
  const k = await cs.hpke.deriveKeyPair(state.keySchedule.externalSecret);
  const gi = await createGroupInfo(
    state.groupContext,
    state.confirmationTag,
    state,
    [
      ext('external_pub', encode(varLenDataEncoder)(k.publicKey)),
      ext('ratchet_tree', treeBytes(state.ratchetTree)),
      ...extra,
    ],
    cs,
  );
  return Buffer.from(encodeMlsMessage({ version: 'mls10', wireformat: 'mls_group_info', groupInfo: gi }));
}
export const senderOf = async (state, pm) => {
  const d =
    pm.epoch === state.groupContext.epoch
      ? { s: state.keySchedule.senderDataSecret, t: state.ratchetTree }
      : (() => {
          const h = state.historicalReceiverData.get(pm.epoch);
          return h && { s: h.senderDataSecret, t: h.ratchetTree };
        })();
  if (!d) throw new Error('mls: epoch');
  const sd = await decryptSenderData(pm, d.s, cs);
  const l = d.t[2 * sd.leafIndex];
  if (l?.nodeType !== 'leaf') throw new Error('mls: sender');
  return { index: sd.leafIndex, leaf: l.leaf };
};
export async function process(state, msg, callback) {
  if (msg.wireformat === 'mls_private_message')
    return processPrivateMessage(state, msg.privateMessage, emptyPskIndex, cs, callback);
  if (msg.wireformat === 'mls_public_message')
    return { kind: 'newState', ...(await processPublicMessage(state, msg.publicMessage, emptyPskIndex, cs, callback)) };
  throw new Error('mls: wire format');
}
export async function application(state, data) {
  const vl = (n) => (n < 64 ? 1 : n < 16384 ? 2 : 4);
  const l = vl(data.length) + data.length + 2 + 64 + 16;
  const to = [128, 256, 512].find((x) => x >= l) ?? Math.ceil(l / 1024) * 1024;
  const r = await createApplicationMessage(
    { ...state, clientConfig: { ...config, paddingConfig: { kind: 'alwaysPad', paddingLength: to - l } } },
    u(data),
    cs,
  );
  return {
    state: { ...r.newState, clientConfig: config },
    bytes: Buffer.from(
      encodeMlsMessage({ version: 'mls10', wireformat: 'mls_private_message', privateMessage: r.privateMessage }),
    ),
  };
}
// external commit 16.2: ExternalInit, Remove of my old leaf, path
export async function external(gi, tree, kp, aad = new Uint8Array()) {
  await checkInfo(gi, tree);
  const ep = find(gi.extensions, 'external_pub')[0];
  if (!ep) throw new Error('info: no external_pub');
  const [pk] = decodeVarLenData(ep.extensionData, 0);
  const { enc, secret: initSecret } = await cs.hpke.exportSecret(
    pk,
    new TextEncoder().encode('MLS 1.0 external init secret'),
    32,
    new Uint8Array(),
  );
  const old = leaves(tree).find((l) => X.eq(l.key, kp.pub.leafNode.signaturePublicKey));
  const t1 = old ? removeLeafNode(tree, toLeafIndex(old.index)) : tree;
  const [t2, node] = addLeafNode(t1, kp.pub.leafNode);
  const my = nodeToLeafIndex(node);
  const [t3, path, secrets, newKey] = await createUpdatePath(t2, my, gi.groupContext, kp.priv.signaturePrivateKey, cs);
  const privatePath = updateLeafKey(await toPrivateKeyPath(pathToPathSecrets(secrets), my, cs), newKey);
  const last = secrets.at(-1);
  const commitSecret =
    last === undefined
      ? new Uint8Array(32)
      : await getCommitSecret(t3, toNodeIndex(last.nodeIndex), last.secret, cs.kdf);
  const props = [
    { proposalType: 'external_init', externalInit: { kemOutput: enc } },
    ...(old ? [{ proposalType: 'remove', remove: { removed: old.index } }] : []),
  ];
  const { signature, framedContent } = await createContentCommitSignature(
    gi.groupContext,
    'mls_public_message',
    { proposals: props.map((proposal) => ({ proposalOrRefType: 'proposal', proposal })), path },
    { senderType: 'new_member_commit' },
    u(aad),
    kp.priv.signaturePrivateKey,
    cs.signature,
  );
  const gc = await nextEpochContext(
    gi.groupContext,
    'mls_public_message',
    framedContent,
    signature,
    await treeHashRoot(t3, cs.hash),
    gi.confirmationTag,
    cs.hash,
  );
  const es = await initializeEpoch(initSecret, commitSecret, gc, new Uint8Array(32), cs.kdf);
  const confirmationTag = await createConfirmationTag(
    es.keySchedule.confirmationKey,
    gc.confirmedTranscriptHash,
    cs.hash,
  );
  const state = {
    ratchetTree: t3,
    groupContext: gc,
    secretTree: await createSecretTree(leafWidth(t3.length), es.encryptionSecret, cs.kdf),
    privatePath,
    confirmationTag,
    historicalReceiverData: new Map(),
    signaturePrivateKey: kp.priv.signaturePrivateKey,
    keySchedule: es.keySchedule,
    unappliedProposals: {},
    groupActiveState: { kind: 'active' },
    clientConfig: config,
  };
  const pm = await protectPublicMessage(
    es.keySchedule.membershipKey,
    gc,
    {
      content: framedContent,
      auth: { signature, confirmationTag, contentType: 'commit' },
      wireformat: 'mls_public_message',
    },
    cs,
  );
  return {
    state,
    bytes: Buffer.from(encodeMlsMessage({ version: 'mls10', wireformat: 'mls_public_message', publicMessage: pm })),
  };
}
