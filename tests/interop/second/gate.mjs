// The gate (section 10.1): which commits and proposals may be followed. `lines`: by account in hex, the room's line
// (section 7.2), all entries from entry 0.
// Sections are those of wasm/schema/PROTOCOL.md.
import * as C from './cbor.mjs';
import * as H from './chain.mjs';
import { eq, hex } from './crypto.mjs';
import { GROUP, PAIR, roomOf, SELF } from './room-form.mjs';
import { entryOf, inForm, leaves } from './tree.mjs';

const by = (list) => {
  const of = new Map();
  for (const l of list) of.set(hex(l.account), [...(of.get(hex(l.account)) ?? []), l]);
  return of;
};
const seated = (room) => new Set(room.seats.map((s) => hex(s[0])));
const same = (a, b) => eq(C.encode(a), C.encode(b));

function hasVoice(lines, account, key) {
  const line = lines.get(account);
  return line !== undefined && H.lists(line.at(-1), key);
}

function mayRemove(room, lines, account, key, target) {
  if (!hasVoice(lines, account, key)) throw new Error('remove: no voice');
  const whose = hex(target.account);
  if (account === whose || room.admins.some((x) => hex(x) === account)) return;
  if (H.lists(lines.get(whose).at(-1), target.key)) throw new Error('remove: no right');
}

function lineOf(lines, leaf) {
  const line = lines.get(hex(leaf.account));
  const entry = line?.[leaf.entry.n];
  if (!entry || !eq(entry.hash, leaf.entry.hash)) throw new Error('leaf: entry not on the line');
  if (!H.lists(entry, leaf.key)) throw new Error('leaf: entry does not list it');
  return line;
}

/** Section 9.2: the lines with what is brought, and whose entries those were. */
function bring(before, brought) {
  const lines = new Map(before);
  const names = new Set();
  for (const [id, entries] of brought) {
    const account = hex(id);
    if (names.has(account)) throw new Error('brought: twice');
    names.add(account);
    let line = lines.get(account) ?? [];
    for (const bytes of entries) line = H.judge(line, H.read(bytes));
    if (!eq(line[0]?.hash, id)) throw new Error('brought: account');
    lines.set(account, line);
  }
  return { lines, names };
}

/** Section 9.3: the seats that a room has to hold when `after` are its leaves. */
export function seatsWanted(before, room, after, lines) {
  const had = by(before);
  const now = by(after);
  const seats = seated(room);
  const said = [];
  for (const account of new Set([...had.keys(), ...now.keys(), ...seats])) {
    const here = now.get(account) ?? [];
    const line = lines.get(account);
    const removed = (had.get(account) ?? []).filter((l) => !here.some((x) => eq(x.key, l.key)));
    const goes = had.has(account) ? removed.some((l) => H.lists(line.at(-1), l.key)) : !seats.has(account);
    if (here.length === 0 && goes) continue;
    const named = Math.max(-1, ...here.map((l) => l.entry.n));
    if (line.length - 1 > named) said.push([Buffer.from(account, 'hex'), line.length - 1, line.at(-1).hash]);
  }
  return said;
}

/** A proposal that was posted by itself (section 10.2): only Remove. */
export function judgeProposal(room, { proposal }, from) {
  if (proposal.proposalType !== 'remove') throw new Error('proposal: only Remove');
  const target = room.leaves.find((l) => l.index === proposal.remove.removed);
  if (!target) throw new Error('proposal: nobody there');
  mayRemove(room.room, room.lines, hex(from.leaf.credential.identity), from.leaf.signaturePublicKey, target);
}

function committerOf(before, now, sender) {
  if (sender !== undefined) return now.find((l) => l.index === sender);
  const print = (l) => `${hex(l.leaf.hpkePublicKey)} ${hex(l.leaf.signature)}`;
  const was = new Set(before.map(print));
  return now.find((l) => l.leaf.leafNodeSource === 'commit' && !was.has(print(l)));
}

function judgeCommitter({ before, room, lines, committer, sender }) {
  if (!committer) throw new Error('commit: no committer');
  const account = hex(committer.account);
  if (!hasVoice(lines, account, committer.key)) throw new Error('commit: no voice');
  if (!before.some((l) => hex(l.account) === account) && !seated(room).has(account)) throw new Error('commit: no seat');
  const old = before.find((l) => l.index === sender);
  if (old && !(eq(old.key, committer.key) && eq(old.account, committer.account))) {
    throw new Error('path: another credential or key');
  }
  lineOf(lines, committer);
}

function judgeAdd({ before, room, lines, isAdmin }, { add }) {
  const leaf = add.keyPackage.leafNode;
  inForm(leaf);
  const account = hex(leaf.credential.identity);
  const key = leaf.signaturePublicKey;
  const line = lineOf(lines, { account: leaf.credential.identity, key, entry: entryOf(leaf) });
  if (!H.lists(line.at(-1), key)) throw new Error('add: not in the newest entry');
  if (before.some((l) => hex(l.account) === account) || seated(room).has(account)) return;
  if (room.type === SELF || (room.type === GROUP && !isAdmin)) throw new Error('add: no right');
}

function judgeRemove(commit, { remove }, proposer) {
  const { before, room, lines, proposals } = commit;
  const target = before.find((l) => l.index === remove.removed);
  const again = ({ proposal: p }) =>
    p.proposalType === 'add' && eq(p.add.keyPackage.leafNode.signaturePublicKey, target.key);
  if (room.type === PAIR && proposals.some(again)) return;
  mayRemove(room, lines, hex(proposer.account), proposer.key, target);
}

function judgeSeats({ before, room, next, now, lines, isAdmin }) {
  const wanted = seatsWanted(before, room, now, lines);
  const accounts = new Set(now.map((l) => hex(l.account)));
  const mayBeOut = (seat) => room.type === GROUP && isAdmin && !accounts.has(hex(seat[0]));
  if (next.seats.some((s) => !wanted.some((w) => same(s, w)))) throw new Error('room: a seat too many');
  if (wanted.some((w) => !next.seats.some((s) => same(s, w)) && !mayBeOut(w)))
    throw new Error('room: a seat is missing');
}

function judgeContext(commit) {
  const { room, next, isAdmin, removes } = commit;
  for (const f of ['type', 'id', 'mailbox', 'replaces', 'pair']) {
    if (!same(room[f], next[f])) throw new Error(`room: changes ${f}`);
  }
  if (room.type === GROUP && !isAdmin) {
    const kept = ['name', 'timer', 'admins', 'next', ...(removes ? [] : ['read_tag', 'join_secret'])];
    for (const f of kept) if (!same(room[f], next[f])) throw new Error(`room: no admin changes ${f}`);
  }
  judgeSeats(commit);
}

/** Throws what is wrong with a commit that MLS has processed to `after`; else gives the room's lines behind it. */
export function judgeCommit(r, after, proposals, sender, brought) {
  const { lines, names } = bring(r.lines, brought);
  const [before, room, next, now] = [r.leaves, r.room, roomOf(after.groupContext), leaves(after.ratchetTree)];
  for (const l of now) inForm(l.leaf);
  const committer = committerOf(before, now, sender);
  const isAdmin = room.admins.some((x) => committer && eq(x, committer.account));
  const removes = proposals.some((p) => p.proposal.proposalType === 'remove');
  const commit = { before, room, next, now, lines, proposals, committer, sender, isAdmin, removes };
  judgeCommitter(commit);
  for (const { proposal, senderLeafIndex } of proposals) {
    const own = senderLeafIndex === undefined || senderLeafIndex === sender;
    const proposer = own ? committer : before.find((l) => l.index === senderLeafIndex);
    const kind = proposal.proposalType;
    if (kind === 'add') judgeAdd(commit, proposal);
    else if (kind === 'remove') judgeRemove(commit, proposal, proposer);
    else if (kind === 'group_context_extensions') judgeContext(commit);
    else if (kind !== 'external_init' && kind !== 'psk') throw new Error(`proposal: ${kind}`);
  }
  const accounts = new Set(now.map((l) => hex(l.account)));
  if (room.type === PAIR && [...accounts].some((a) => !room.pair.some((x) => hex(x) === a)))
    throw new Error('pair: a third');
  const known = new Set([...accounts, ...r.accounts, ...seated(room), ...seated(next)]);
  if ([...names].some((a) => !known.has(a))) throw new Error('brought: a stranger');
  return lines;
}
