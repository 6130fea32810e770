// Linking a second device (section 17): both sides.
// Sections are those of wasm/schema/PROTOCOL.md.
import { b32, unb32 } from './base32.mjs';
import * as C from './cbor.mjs';
import * as H from './chain.mjs';
import { Client } from './client.mjs';
import { cat, eq, hkdf, pub, random, sha256, sign } from './crypto.mjs';
import * as hpke from './hpke.mjs';
import { LinkBox, NEW, OLD, OVER } from './link-box.mjs';
import { CHAT, PERSON, records } from './record.mjs';
import { SELF } from './room-form.mjs';
import { T } from './wire.mjs';

const WHAT = { HELLO: 1, DONE: 2, RECORDS: 3, NEXT: 4, READY: 5, END: 6, DRAFT: 7, SIGNED: 8, READ: 9, RAW: 10 };
const SAID_NO = 8; // why it is over
const ADDED = 1; // why of an entry (section 2.1)
const BEFORE = 16; // signers: places of the list before (section 2.2)
const CODE = 15;
const PACKAGES = 8;
const [PK, ENC] = [1216, 1120];
const CODE_BOX = 'sotto link code 2';
const SESSION_BOX = 'sotto link session 2';
const TO_NEW = Buffer.from('sotto pairing to new 1');
const TO_OLD = Buffer.from('sotto pairing to old 1');
const SECRET = Buffer.from('sotto pairing secret');

const codeOf = (pk) => sha256('sotto pairing code 1', pk).subarray(0, CODE);
const committed = (pk, enc, nonce) => sha256('sotto pairing commit 1', pk, enc, nonce);
const shownOf = (pk, commit, nonce) => sha256('sotto pairing shown 1', pk, commit, nonce);
const session = (shown, enc2, first, second) =>
  hkdf(sha256(shown, enc2), cat(first, second), 'sotto pairing session 1', 32);

/** Section 17.2, the new device; gives the box of 17.3. */
async function agreeNew(gateway, onCode) {
  const sk = random(32);
  const pk = hpke.publicOf(sk);
  const box = await new LinkBox(codeOf(pk), CODE_BOX, NEW).open(gateway);
  await box.say(WHAT.RAW, pk);
  onCode(b32(codeOf(pk)));
  const [commit] = await box.want(WHAT.RAW);
  const nonce = random(32);
  await box.say(WHAT.RAW, nonce);
  const [opened] = await box.want(WHAT.RAW);
  const [old, enc, theirs] = [opened.subarray(0, PK), opened.subarray(PK, PK + ENC), opened.subarray(PK + ENC)];
  if (theirs.length !== 32 || !eq(commit, committed(old, enc, theirs))) throw new Error('link: commit');
  const first = hpke.receiveExport(sk, enc, TO_NEW, SECRET, 32);
  const { enc: enc2, secret: second } = hpke.sendExport(old, TO_OLD, SECRET, 32);
  await box.say(WHAT.RAW, enc2);
  box.close();
  return new LinkBox(session(shownOf(pk, commit, nonce), enc2, first, second), SESSION_BOX, NEW).open(gateway);
}

/** Section 17.2, the old one. */
async function agreeOld(gateway, code) {
  const box = await new LinkBox(code, CODE_BOX, OLD).open(gateway);
  const [pk] = await box.want(WHAT.RAW);
  if (!eq(codeOf(pk), code)) throw new Error('link: key');
  const [sk, mine] = [random(32), random(32)];
  const old = hpke.publicOf(sk);
  const { enc, secret: first } = hpke.sendExport(pk, TO_NEW, SECRET, 32);
  const commit = committed(old, enc, mine);
  await box.say(WHAT.RAW, commit);
  const [nonce] = await box.want(WHAT.RAW);
  await box.say(WHAT.RAW, cat(old, enc, mine));
  const [enc2] = await box.want(WHAT.RAW);
  const second = hpke.receiveExport(sk, enc2, TO_OLD, SECRET, 32);
  box.close();
  return new LinkBox(session(shownOf(pk, commit, nonce), enc2, first, second), SESSION_BOX, OLD).open(gateway);
}

/** Signs drafts until the entry stands, and judges it. */
async function comesIntoTheChain(box, client) {
  let [what, ...rest] = await box.next();
  for (; what === WHAT.DRAFT; [what, ...rest] = await box.next()) {
    const [draft, account, name] = rest;
    const entry = H.read(draft);
    const place = entry.devices.findIndex(([key]) => eq(key, client.key));
    if (place < 0 || !entry.signers.includes(place) || entry.why !== ADDED) throw new Error('link: draft');
    Object.assign(client, { account, name });
    await box.say(WHAT.SIGNED, sign(client.seed, entry.signed));
  }
  if (what !== WHAT.DONE) throw new Error(`link: ${what}, ${rest[0]}`);
  const [inbox, n, hash] = rest;
  const chain = await client.chainOf(client.account);
  const newest = chain.at(-1);
  if (newest.n !== n || !eq(newest.hash, hash) || !H.lists(newest, client.key))
    throw new Error('link: not in the chain');
  Object.assign(client, { inbox, chain });
  client.pin(chain);
  await box.say(WHAT.READ);
}

/** The new device: gives a client, and the records it was handed. */
export async function linkNew(gateway, name, onCode) {
  const box = await agreeNew(gateway, onCode);
  const client = new Client(gateway, name);
  client.seed = random(32);
  client.key = pub(client.seed);
  await box.say(WHAT.HELLO, client.key, name);
  await comesIntoTheChain(box, client);
  await client.connect();
  const handed = [];
  for (let m = await box.next(); m[0] !== WHAT.END; m = await box.next()) {
    const [what, list] = m;
    if (what === WHAT.RECORDS) handed.push(...list);
    else if (what !== WHAT.NEXT) throw new Error(`link: ${what}`);
    if (what !== WHAT.NEXT) continue;
    await client.publish(PACKAGES);
    await box.say(WHAT.READY);
  }
  box.close();
  return { client, handed };
}

/** The entry with both signatures, at the gateway. */
async function addsDevice(box, me, device) {
  const { n, hash, devices, recovery, recovery_hpke, home } = me.chain.at(-1);
  const list = [...devices, [device, n + 1]];
  const place = devices.findIndex(([key]) => eq(key, me.key));
  const signers = [BEFORE + place, list.length - 1];
  const items = [2, me.account, n + 1, hash, list, recovery, recovery_hpke, home, ADDED, null, signers];
  const none = signers.map(() => Buffer.alloc(64));
  await box.say(WHAT.DRAFT, C.encode([...items, none]), me.account, me.name);
  const [signature] = await box.want(WHAT.SIGNED);
  const mine = sign(me.seed, cat('sotto chain 2', C.encode(items)));
  const entry = C.encode([...items, [mine, signature]]);
  const chain = H.judge(me.chain, H.read(entry));
  await me.device.ask(T.CHAIN_PUT, [me.account, entry, null]);
  me.chain = chain;
  me.pin(chain);
  await box.say(WHAT.DONE, me.inbox, n + 1, chain.at(-1).hash);
  await box.want(WHAT.READ);
}

/** Section 17.3, 5: the device is added to all rooms, each with a package of its own. */
async function addsToRooms(me, device) {
  const { account, inbox } = me;
  const way = { account, inbox, token: await me.token() };
  const rooms = [...me.rooms.values()].filter((r) => !r.gone && !r.stopped && r.accepted);
  for (const room of [await me.makeRoom(SELF), ...rooms]) {
    const adds = (await me.packages(way)).filter((p) => eq(p.kp.leafNode.signaturePublicKey, device));
    await room.commit({ adds });
  }
}

/** The old device; `agrees` is asked with the name of the new one. */
export async function linkOld(me, text, agrees) {
  const box = await agreeOld(me.gateway, unb32(text, CODE));
  const [device, name] = await box.want(WHAT.HELLO);
  if (!agrees(name)) {
    await box.say(OVER, SAID_NO);
    throw new Error('link: the person said no');
  }
  await addsDevice(box, me, device);
  const list = records(me);
  await box.say(
    WHAT.RECORDS,
    list.filter((r) => r[0] === PERSON),
  );
  await box.say(WHAT.NEXT);
  await box.want(WHAT.READY);
  await addsToRooms(me, device);
  const chats = list.filter((r) => r[0] === CHAT);
  for (const chat of chats) chat.fill(null, 7, 10); // mailbox, read_tag, join_secret come with the Welcome
  await box.say(WHAT.RECORDS, chats);
  await box.say(WHAT.END);
  box.close();
}
