// MLS by ts-mls, as section 6 has it: key packages, messages, commits, and what follows from an epoch.
// Sections are those of wasm/schema/PROTOCOL.md.
import { createGroup } from 'ts-mls/clientState.js';
import { composeBufferEncoders, encode } from 'ts-mls/codec/tlsEncoder.js';
import { decodeVarLenData, varLenDataEncoder } from 'ts-mls/codec/variableLength.js';
import { createCommit, createGroupInfo } from 'ts-mls/createCommit.js';
import { createApplicationMessage, createProposal } from 'ts-mls/createMessage.js';
import { decodeGroupContext, groupContextEncoder } from 'ts-mls/groupContext.js';
import { generateKeyPackageWithKey, makeKeyPackageRef, verifyKeyPackage } from 'ts-mls/keyPackage.js';
import { mlsExporter } from 'ts-mls/keySchedule.js';
import { decodeMlsMessage, encodeMlsMessage } from 'ts-mls/message.js';
import { decryptSenderData } from 'ts-mls/privateMessage.js';
import { processPrivateMessage, processPublicMessage } from 'ts-mls/processMessages.js';
import { emptyPskIndex } from 'ts-mls/pskIndex.js';
import { leafToNodeIndex } from 'ts-mls/treemath.js';
import * as X from './crypto.mjs';
import { config, cs, NAME, u } from './suite.mjs';
import { EXT, entryExtension, ext, naming, toLeafIndex, treeBytes } from './tree.mjs';

export { config };

const DAY = 86_400;
const LIFETIME = 90 * DAY; // from not_before, a day ago (section 6.4)
const CAPABILITIES = {
  versions: ['mls10'],
  ciphersuites: [NAME],
  extensions: [EXT.ENTRY, EXT.ROOM, EXT.LAST_RESORT],
  proposals: [],
  credentials: ['basic'],
};

const encoded = (wireformat, fields) => Buffer.from(encodeMlsMessage({ version: 'mls10', wireformat, ...fields }));
export const bytesOf = (message) => Buffer.from(encodeMlsMessage(message));
export const welcomeBytes = (welcome) => encoded('mls_welcome', { welcome });
export const publicMessageBytes = (publicMessage) => encoded('mls_public_message', { publicMessage });
const privateMessageBytes = (privateMessage) => encoded('mls_private_message', { privateMessage });

export function message(bytes) {
  const read = decodeMlsMessage(u(bytes), 0);
  if (!read || read[1] !== bytes.length) throw new Error('mls: does not decode');
  return read[0];
}

// ---- key packages (sections 6.2, 6.4) ----

export const packageRef = async (kp) => Buffer.from(await makeKeyPackageRef(kp, cs.hash));
export const packageIsSigned = (kp) => kp.cipherSuite === NAME && verifyKeyPackage(kp, cs.signature);

export async function keyPackage(account, entry, seed, last = false) {
  const begins = Math.floor(Date.now() / 1000) - DAY;
  const expires = begins + LIFETIME;
  const { publicPackage: pub, privatePackage: priv } = await generateKeyPackageWithKey(
    { credentialType: 'basic', identity: u(account) },
    CAPABILITIES,
    { notBefore: BigInt(begins), notAfter: BigInt(expires) },
    last ? [ext(EXT.LAST_RESORT, '')] : [],
    { signKey: u(seed), publicKey: u(X.pub(seed)) },
    cs,
    [entryExtension(entry)],
  );
  return {
    ref: await packageRef(pub),
    pub,
    priv,
    last,
    expires,
    message: encoded('mls_key_package', { keyPackage: pub }),
  };
}

// ---- epochs (section 6.6) ----

export async function epochKeys(state, mailbox) {
  const { exporterSecret, epochAuthenticator } = state.keySchedule;
  const exported = async (label) => Buffer.from(await mlsExporter(exporterSecret, label, mailbox, 32, cs));
  const writeSeed = await exported('sotto mailbox write');
  return {
    epoch: Number(state.groupContext.epoch),
    outer: await exported('sotto outer'),
    writeSeed,
    write: X.pub(writeSeed),
    branch: X.sha256('sotto branch', epochAuthenticator).subarray(0, 8),
  };
}

export const newGroup = (groupId, kp, room) =>
  createGroup(u(groupId), kp.pub, kp.priv, [ext(EXT.ROOM, room)], cs, config);

// ---- messages (section 6.5) ----

/** The leaf that a PrivateMessage is of, by the epoch it was sealed in. */
export async function senderOf(state, privateMessage) {
  const { epoch } = privateMessage;
  const now = epoch === state.groupContext.epoch;
  const of = now ? { ...state.keySchedule, ratchetTree: state.ratchetTree } : state.historicalReceiverData.get(epoch);
  if (!of) throw new Error('mls: epoch');
  const { leafIndex } = await decryptSenderData(privateMessage, of.senderDataSecret, cs);
  const node = of.ratchetTree[2 * leafIndex];
  if (node?.nodeType !== 'leaf') throw new Error('mls: sender');
  return { index: leafIndex, leaf: node.leaf };
}

export async function process(state, { wireformat, privateMessage, publicMessage }, judge) {
  if (wireformat === 'mls_private_message')
    return processPrivateMessage(state, privateMessage, emptyPskIndex, cs, judge);
  if (wireformat !== 'mls_public_message') throw new Error('mls: wire format');
  return { kind: 'newState', ...(await processPublicMessage(state, publicMessage, emptyPskIndex, cs, judge)) };
}

/** Of a PrivateMessage what is sealed, with its tag: the data and the signature, each with its length. */
function contentBytes(n) {
  const length = n < 64 ? 1 : n < 16_384 ? 2 : 4;
  return length + n + 2 + 64 + 16;
}

export async function application(state, data) {
  const bytes = contentBytes(data.length);
  const padded = [128, 256, 512].find((n) => n >= bytes) ?? Math.ceil(bytes / 1024) * 1024;
  const paddingConfig = { kind: 'alwaysPad', paddingLength: padded - bytes };
  const padding = { ...state, clientConfig: { ...config, paddingConfig } };
  const made = await createApplicationMessage(padding, u(data), cs);
  return { state: { ...made.newState, clientConfig: config }, bytes: privateMessageBytes(made.privateMessage) };
}

/** It is not kept by its maker, whose commit would not be able to take it along if it is refused. */
export async function proposeRemove(state, removed) {
  const none = { ...state, unappliedProposals: {} };
  const made = await createProposal(none, false, { proposalType: 'remove', remove: { removed } }, cs);
  return { state: { ...made.newState, unappliedProposals: {} }, bytes: bytesOf(made.message) };
}

// ---- commits ----

/** Path secrets are sealed to the context with the new extensions (9.4, RFC 9420 12.4.1), which ts-mls does not do. */
function sealingTo(extensions) {
  const sealed = (info) => {
    const [label, at] = decodeVarLenData(info, 0);
    if (Buffer.from(label).toString() !== 'MLS 1.0 UpdatePathNode') return info;
    const [context] = decodeGroupContext(decodeVarLenData(info, at)[0], 0);
    const next = encode(groupContextEncoder)({ ...context, extensions });
    return encode(composeBufferEncoders([varLenDataEncoder, varLenDataEncoder]))([label, next]);
  };
  return { ...cs, hpke: { ...cs.hpke, seal: (pk, text, info, aad) => cs.hpke.seal(pk, text, sealed(info), aad) } };
}

/** entry: what the path leaf is to name, if there is a path. */
export function commit(state, proposals, { entry, aad, infoExt }) {
  const change = proposals.find((p) => p.proposalType === 'group_context_extensions');
  const cipherSuite = change ? sealingTo(change.groupContextExtensions.extensions) : cs;
  const ratchetTree = state.ratchetTree.slice();
  const mine = leafToNodeIndex(toLeafIndex(state.privatePath.leafIndex));
  if (entry) ratchetTree[mine] = naming(ratchetTree[mine], entry);
  return createCommit(
    { state: { ...state, ratchetTree }, cipherSuite },
    {
      wireAsPublicMessage: false,
      extraProposals: proposals,
      ratchetTreeExtension: true,
      authenticatedData: u(aad),
      groupInfoExtensions: infoExt,
    },
  );
}

/** The MLSMessage of a bundle (section 8.4). */
export async function groupInfo(state, more) {
  const { publicKey } = await cs.hpke.deriveKeyPair(state.keySchedule.externalSecret);
  const external = ext('external_pub', encode(varLenDataEncoder)(publicKey));
  const extensions = [external, ext('ratchet_tree', treeBytes(state.ratchetTree)), ...more];
  const info = await createGroupInfo(state.groupContext, state.confirmationTag, state, extensions, cs);
  return encoded('mls_group_info', { groupInfo: info });
}
