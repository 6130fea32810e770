// Entering a tree (section 10.5), and a Welcome (section 11.1).
// Sections are those of wasm/schema/PROTOCOL.md.
import * as C from './cbor.mjs';
import * as H from './chain.mjs';
import { eq, hex, hmac } from './crypto.mjs';
import { join, openWelcome } from './enter.mjs';
import * as M from './mls.mjs';
import { begin, Room } from './room.mjs';
import { PAIR, roomOf, SELF } from './room-form.mjs';
import { EXT, find, inForm, leaves, treeOf } from './tree.mjs';

/** Section 6.3: inside the GroupInfo, or in a parcel. */
export async function treeAndChains(client, info) {
  const [parcel] = find(info.extensions, EXT.PARCEL);
  if (parcel) return inParcel(client, parcel.extensionData);
  const [tree] = find(info.extensions, 'ratchet_tree');
  const [chains] = find(info.extensions, EXT.CHAINS);
  if (!tree) throw new Error('info: no tree');
  return { tree: treeOf(tree.extensionData), chains: chains ? C.decode(chains.extensionData) : [] };
}

export async function inParcel(client, reference) {
  const [tree, chains] = C.decode(await client.parcel(C.decode(reference)));
  return { tree: treeOf(tree), chains: C.decode(chains) };
}

/** The whole line of everybody who sits or has a seat: what came along, what is pinned, or asked for by id. */
async function linesOf(client, chains, accounts) {
  const lines = new Map(chains.map(([account, entries]) => [hex(account), H.whole(entries, account)]));
  for (const a of accounts) {
    if (!lines.has(a)) lines.set(a, client.pins.get(a) ?? (await client.chainOf(Buffer.from(a, 'hex'))));
  }
  for (const line of lines.values()) client.pin(line);
  return lines;
}

/** `bundle`: its signer may have been dropped since. */
export async function judgeTree(client, info, tree, chains, { bundle = false } = {}) {
  const room = roomOf(info.groupContext);
  const sitting = leaves(tree);
  for (const l of sitting) inForm(l.leaf);
  const may = room.type === SELF ? [client.account] : room.pair;
  const named = (account) => may.some((x) => eq(x, account));
  const closed = room.type === SELF || room.type === PAIR;
  if (closed && !(named(client.account) && sitting.every((l) => named(l.account))))
    throw new Error('tree: not for these');
  const accounts = new Set([...sitting.map((l) => l.account), ...room.seats.map((s) => s[0])].map(hex));
  const lines = await linesOf(client, chains, accounts);
  for (const l of sitting) {
    const entry = lines.get(hex(l.account))[l.entry.n];
    if (!entry || !eq(entry.hash, l.entry.hash) || !H.lists(entry, l.key)) throw new Error('tree: entry of a leaf');
  }
  const signer = sitting.find((l) => l.index === info.signer);
  const theirs = signer && H.lists(client.pins.get(hex(signer.account)).at(-1), signer.key);
  if (!signer || !(theirs || bundle)) throw new Error('tree: its signer is not theirs');
  return { room, lines, signer };
}

/** Section 11.4: the bearer of a group's link shows it in the Welcome. */
function byLink(client, info, token, account) {
  const link = client.groupLinks.get(hex(token));
  const [proof] = find(info.extensions, EXT.DOOR);
  if (!link || !proof) return undefined;
  const right = hmac(link.secret, 'sotto door 1', account, Buffer.from(info.groupContext.groupId));
  return eq(proof.extensionData, right) ? link.group : undefined;
}

/** The body of an inbox entry; gives the room, or null for what is skipped. */
export async function welcome(client, [version, type, bytes, token]) {
  if (version !== 1 || type !== 1 || !token) return null;
  const message = M.message(bytes);
  if (message.wireformat !== 'mls_welcome') throw new Error('inbox: no Welcome');
  const kp = client.keyPackages.find((k) => message.welcome.secrets.some((s) => eq(s.newMember, k.ref)));
  if (!kp) throw new Error('welcome: not for this device');
  const opened = await openWelcome(message.welcome, kp);
  const { tree, chains } = await treeAndChains(client, opened.gi);
  const { room, lines, signer } = await judgeTree(client, opened.gi, tree, chains);
  const state = await join(opened, kp, tree);
  if (!kp.last) client.keyPackages = client.keyPackages.filter((k) => k !== kp);
  const made = new Room(client, room.mailbox);
  await made.adopt(state);
  Object.assign(made, { lines, me: begin(made.epoch), from: signer.account, viaLast: kp.last });
  const group = byLink(client, opened.gi, token, signer.account);
  if (group) client.letIn(group, signer.account);
  made.byDoor = group !== undefined;
  return made;
}
