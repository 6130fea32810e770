// A commit of one's own (section 9): what it does, what it brings, and its frame. `mutate` makes it wrong, for tests.
// Sections are those of wasm/schema/PROTOCOL.md.
import * as C from './cbor.mjs';
import { cat, eq, hex, hmac, outerSeal, random, sha256, sign, u8, u64 } from './crypto.mjs';
import { seatsWanted } from './gate.mjs';
import * as M from './mls.mjs';
import { roomBytes } from './room-form.mjs';
import { EXT, entryOf, ext, leaves, naming, removeLeafNode, toLeafIndex } from './tree.mjs';
import { T } from './wire.mjs';

const COMMIT = 1; // kinds of 8.1
const BUNDLE = 2;
const NO_TREE_REF = Buffer.alloc(0);
const idOf = (account) => Buffer.from(account, 'hex');

/** Lines that grow, and what they have grown by (section 9.2). */
class Lines {
  constructor(lines) {
    this.lines = new Map(lines);
    this.brought = new Map();
  }
  bringUp(chain, upto) {
    const account = hex(chain[0].hash);
    const have = this.lines.get(account)?.length ?? 0;
    if (upto < have) return;
    const more = chain.slice(have, upto + 1).map((e) => e.bytes);
    this.brought.set(account, [...(this.brought.get(account) ?? []), ...more]);
    this.lines.set(account, chain.slice(0, upto + 1));
  }
  list() {
    return [...this.brought].sort().map(([account, entries]) => [idOf(account), entries]);
  }
}

/** Who will sit, at whatever place. */
function treeAfter(room, { out, adds, path }) {
  let tree = room.state.ratchetTree;
  for (const i of out) tree = removeLeafNode(tree, toLeafIndex(i));
  const after = [...tree];
  if (path) {
    const mine = 2 * room.state.privatePath.leafIndex;
    after[mine] = naming(after[mine], room.client.chain.at(-1));
  }
  return [...after, ...adds.map((x) => ({ nodeType: 'leaf', leaf: x.kp.leafNode }))];
}

/** What it holds. adds: as Client.packages gives them; removes: indices of leaves; change: fields of the room. */
export function plan(room, { adds = [], removes = [], change = {}, mutate = {} }) {
  const { client, state } = room;
  const kept = Object.values(state.unappliedProposals).filter((p) => p.proposal.proposalType === 'remove');
  const refs = kept.map((p) => p.proposal.remove.removed);
  const out = [...new Set([...removes, ...refs])];
  const lines = new Lines(room.lines);
  const byValue = removes.filter((i) => !refs.includes(i));
  const proposals = byValue.map((removed) => ({ proposalType: 'remove', remove: { removed } }));
  for (const i of out) {
    const known = client.pins.get(hex(room.leaves.find((l) => l.index === i).account));
    if (known) lines.bringUp(known, known.length - 1);
  }
  for (const x of adds) {
    proposals.push({ proposalType: 'add', add: { keyPackage: x.kp } });
    lines.bringUp(x.chain, entryOf(x.kp.leafNode).n);
  }
  const path = out.length > 0 || proposals.length === 0;
  if (path) lines.bringUp(client.chain, client.chain.length - 1);
  const fresh = out.length > 0 && !mutate.keepSecrets;
  const next = { ...room.room, ...change, ...(fresh && { join_secret: random(32), read_tag: random(32) }) };
  const after = leaves(treeAfter(room, { out, adds, path }));
  next.seats = mutate.seats ?? seatsWanted(room.leaves, room.room, after, lines.lines);
  if (!eq(roomBytes(next), roomBytes(room.room))) {
    if (!path) throw new Error('an extension that changes needs a path, and none is made here');
    const extensions = [ext(EXT.ROOM, roomBytes(next))];
    proposals.push({ proposalType: 'group_context_extensions', groupContextExtensions: { extensions } });
  }
  const accounts = new Set([...after.map((l) => hex(l.account)), ...next.seats.map((s) => hex(s[0]))]);
  const chains = C.encode([...accounts].sort().map((a) => [idOf(a), lines.lines.get(a).map((e) => e.bytes)]));
  return { adds, mutate, proposals, path, next, lines, chains, readHash: fresh ? sha256(next.read_tag) : null };
}

/** Section 9.5: one Welcome for each account added. */
async function welcomesOf(adds, welcome) {
  const list = [];
  for (const account of new Set(adds.map((x) => hex(x.chain[0].hash)))) {
    const its = adds.filter((x) => hex(x.chain[0].hash) === account);
    const refs = await Promise.all(its.map((x) => M.packageRef(x.kp)));
    const secrets = welcome.secrets.filter((s) => refs.some((r) => eq(r, s.newMember)));
    const [{ inbox, token }] = its;
    list.push([inbox, token, C.encode([1, 1, M.welcomeBytes({ ...welcome, secrets }), token])]);
  }
  return list;
}

/** Section 8.4, under the join secret of the new epoch. */
async function bundleOf(room, { next, chains }, state, keys) {
  const info = await M.groupInfo(state, [ext(EXT.CHAINS, chains)]);
  const bundle = [info, NO_TREE_REF, keys.outer, keys.writeSeed, keys.branch, keys.epoch, chains];
  return outerSeal(hmac(next.join_secret, 'sotto bundle'), room.mailbox, 0, BUNDLE, null, C.encode(bundle));
}

/** What a COMMIT is signed over (section 5.5). */
export const commitSigned = ({ mailbox, epoch, mid, branch, body, write, readHash, info, welcomes }) =>
  cat(
    ...['sotto commit 2', mailbox, u64(epoch), mid, branch, sha256(body), write],
    ...[u8(readHash ? 1 : 0), readHash ?? '', u8(info ? 1 : 0), sha256(info ?? '')],
    ...[u64(welcomes.length), ...welcomes.flat().map((x) => sha256(x))],
  );

/** Makes it and hands it to the gateway; gives the state behind it. */
export async function send(room, planned) {
  const { client, mailbox, keys } = room;
  const { adds, mutate, path, lines } = planned;
  const infoExt = [ext(EXT.CHAINS, mutate.chains ?? planned.chains)];
  if (room.door) infoExt.push(ext(EXT.DOOR, room.door));
  const entry = path ? client.chain.at(-1) : undefined;
  const made = await M.commit(room.state, planned.proposals, { entry, aad: room.wordToCome(), infoExt });
  const next = await M.epochKeys(made.newState, mailbox);
  const plain = C.encode([2, M.bytesOf(made.commit), mutate.brought ?? lines.list()]);
  const body = outerSeal(keys.outer, mailbox, keys.epoch, COMMIT, keys.branch, plain);
  room.mine.add(hex(sha256(body)));
  const { epoch, branch } = keys;
  const frame = { mailbox, epoch, mid: random(8), branch, body, write: next.write, readHash: planned.readHash };
  frame.info = await bundleOf(room, planned, made.newState, next);
  frame.welcomes = await welcomesOf(adds, made.welcome);
  const signature = sign(keys.writeSeed, commitSigned(frame));
  if (mutate.signature) signature[0] ^= 1;
  const { mid, write, readHash, info, welcomes } = frame;
  await client.anonAsk(T.COMMIT, [room.handle, mid, epoch, branch, body, write, readHash, info, welcomes, signature]);
  return made.newState;
}
