// Recovering an account by its code (section 18), and coming into its rooms again by oneself (section 16.2).
// Sections are those of wasm/schema/PROTOCOL.md.
import { unb32 } from './base32.mjs';
import * as C from './cbor.mjs';
import * as H from './chain.mjs';
import { commitSigned } from './commit.mjs';
import { eq, hex, hmac, outerOpen, outerSeal, pub, random, sha256, sign } from './crypto.mjs';
import { external } from './enter.mjs';
import { inParcel, judgeTree, treeAndChains } from './entering.mjs';
import { recoveryKeys } from './hpke.mjs';
import * as M from './mls.mjs';
import { CHAT, PERSON, readRecord } from './record.mjs';
import { begin, Room } from './room.mjs';
import { Conn, chainFrom, RECOVERY, T } from './wire.mjs';

const RECOVERED = 3; // why (section 2.1)
const THIS_CODE = 32; // signers (section 2.2)
const CODE_BEFORE = 33;
const COMMIT = 1; // kinds of 8.1
const BUNDLE = 2;
const CODE_BYTES = 20;
const PACKAGES = 4;

/** The entry that drops all devices and lists the new one, by the old code and under a new one. */
function entryOf(client, chain, old) {
  client.seed = random(32);
  client.key = pub(client.seed);
  client.code = random(CODE_BYTES);
  const next = recoveryKeys(client.code);
  client.recoveryPk = next.pk;
  const { n, hash: previous, home } = chain.at(-1);
  const devices = [[client.key, n + 1]];
  const codes = { recovery: next.key, recovery_hpke: next.hash };
  const fields = { id: client.account, n: n + 1, previous, devices, ...codes, home, why: RECOVERED };
  const signers = [
    [CODE_BEFORE, old.seed],
    [0, client.seed],
    [THIS_CODE, next.seed],
  ];
  return H.make(fields, signers);
}

export async function recover(client, text) {
  const code = recoveryKeys(unb32(text, CODE_BYTES));
  const conn = await Conn.open(client.gateway, RECOVERY, code.seed, code.key);
  if (!conn.ready.known) throw new Error('a wrong code');
  Object.assign(client, { account: conn.ready.account, inbox: conn.ready.inbox });
  const chain = H.whole(await chainFrom(conn, client.account), client.account);
  if (!eq(chain.at(-1).recovery, code.key)) throw new Error('code: not of the newest entry');
  client.parts = await readRecord(conn, { account: client.account, sk: code.sk, chain }, client.refused);
  const entry = entryOf(client, chain, code);
  client.chain = H.judge(chain, H.read(entry));
  await conn.ask(T.CHAIN_PUT, [client.account, entry, client.recoveryPk]);
  conn.close();
  client.pin(client.chain);
  await client.connect();
  await client.publish(PACKAGES);
  for (const record of client.parts.flat()) await take(client, record);
}

/** A record of 17.4. */
async function take(client, record) {
  if (record[0] === PERSON) {
    const [, account, name, , inbox, token, , , , , , , ms, me] = record;
    if (me) client.name = name;
    else client.people.set(hex(account), { account, name, inbox, token, ms });
  } else if (record[0] === CHAT) {
    const [, id, , , , , , mailbox, tag, secret] = record;
    if (!mailbox || !tag || !secret) return;
    await reenter(client, mailbox, tag, secret).catch((e) => client.refused.push(`chat ${hex(id)}: ${e.message}`));
  }
}

async function bundleOf(client, mailbox, tag, secret) {
  const [sealed] = await client.anonAsk(T.INFO_GET, [mailbox, tag]);
  if (!sealed) throw new Error('no bundle');
  const items = C.decode(outerOpen(hmac(secret, 'sotto bundle'), mailbox, 0, BUNDLE, null, sealed));
  const [info, reference, outer, writeSeed, branch, epoch, chains] = items;
  const { groupInfo } = M.message(info);
  if (epoch !== Number(groupInfo.groupContext.epoch)) throw new Error('bundle: epoch');
  const inside = reference.length === 0;
  const found = inside ? await treeAndChains(client, groupInfo) : await inParcel(client, reference);
  if (inside && chains.length > 0) found.chains = C.decode(chains);
  return { groupInfo, outer, writeSeed, branch, epoch, ...found };
}

/** The external commit, and behind it a path with what was dropped. */
async function reenter(client, mailbox, tag, secret) {
  const bundle = await bundleOf(client, mailbox, tag, secret);
  const { groupInfo, outer, writeSeed, branch, epoch, tree, chains } = bundle;
  const { lines } = await judgeTree(client, groupInfo, tree, chains, { bundle: true });
  const kp = await M.keyPackage(client.account, client.chain.at(-1), client.seed);
  const made = await external(groupInfo, tree, kp);
  const room = new Room(client, mailbox);
  await room.adopt(made.state);
  const news = client.chain.slice(lines.get(hex(client.account))?.length ?? 0).map((e) => e.bytes);
  room.lines = lines.set(hex(client.account), client.chain);
  const plain = C.encode([2, made.bytes, news.length > 0 ? [[client.account, news]] : []]);
  const body = outerSeal(outer, mailbox, epoch, COMMIT, branch, plain);
  room.mine.add(hex(sha256(body)));
  const [handle] = await client.anonAsk(T.OPEN, [mailbox, tag, null, epoch + 1]);
  const frame = { mailbox, epoch, mid: random(8), branch, body, write: room.keys.write, welcomes: [] };
  const signature = sign(writeSeed, commitSigned(frame));
  await client.anonAsk(T.COMMIT, [handle, frame.mid, epoch, branch, body, frame.write, null, null, [], signature]);
  await client.anonAsk(T.CLOSE, [handle]);
  room.me = begin(room.epoch);
  room.accepted = true;
  await room.open(null, room.epoch);
  client.rooms.set(hex(mailbox), room);
  const dropped = room.leaves.filter((l) => !H.lists(client.pins.get(hex(l.account)).at(-1), l.key));
  await room.commit({ removes: dropped.map((l) => l.index) });
  await room.profile();
}
