// A client of one account: its connections, its key packages and links, the people it knows and the rooms it is in.
// Written from wasm/schema/PROTOCOL.md alone; sections are those of it.
import * as C from './cbor.mjs';
import * as H from './chain.mjs';
import { makeGroupLink, makeLink, parseLink } from './contact-link.mjs';
import { eq, hex, hmac, pub, random, sha256 } from './crypto.mjs';
import { welcome } from './entering.mjs';
import { recoveryKeys } from './hpke.mjs';
import * as M from './mls.mjs';
import { SUITE, takePackages } from './packages.mjs';
import { fetchParcel } from './parcel.mjs';
import { putRecord } from './record.mjs';
import { recover } from './recovery.mjs';
import { begin, Room } from './room.mjs';
import { GROUP, PAIR, roomBytes } from './room-form.mjs';
import { ANON, Conn, chainFrom, DEVICE, packAck, sleep, T } from './wire.mjs';

const PACKAGES_A_FRAME = 12; // section 5.4
const NONE = Buffer.alloc(0);
const FIRST = 0; // why (section 2.1)
const THIS_CODE = 32; // a signer (section 2.2)
const RECORD = 3; // kind of a DELIVER: the record was given out

export class Client {
  constructor(gateway, name) {
    Object.assign(this, { gateway, name, keyPackages: [], joining: [], alarms: [], refused: [] });
    Object.assign(this, { rooms: new Map(), people: new Map(), pins: new Map(), groupLinks: new Map() });
    Object.assign(this, { handles: new Map(), early: new Map(), taken: new Set(), inboxBefore: Promise.resolve() });
  }

  // ---- the account (section 2) ----

  async register() {
    this.seed = random(32);
    this.key = pub(this.seed);
    this.code = random(20);
    this.inbox = random(16);
    const code = recoveryKeys(this.code);
    this.recoveryPk = code.pk;
    const codes = { recovery: code.key, recovery_hpke: code.hash };
    const home = H.home(this.inbox, this.gateway);
    const entry = H.make({ id: NONE, n: 0, previous: NONE, devices: [[this.key, 0]], ...codes, home, why: FIRST }, [
      [0, this.seed],
      [THIS_CODE, code.seed],
    ]);
    this.chain = H.whole([entry]);
    this.account = this.chain[0].hash;
    this.pin(this.chain);
    await this.connect();
    await this.device.ask(T.REGISTER, [entry, code.pk, this.inbox, null]);
  }
  recover(code) {
    return recover(this, code);
  }
  putRecord() {
    return putRecord(this);
  }
  /** Section 2.4: the longest chain seen, unless it forks. */
  pin(chain) {
    const account = hex(chain[0].hash);
    const have = this.pins.get(account) ?? [];
    if (chain.length <= have.length) return;
    if (have.every((e, i) => eq(e.hash, chain[i].hash))) this.pins.set(account, chain);
    else this.alarms.push(`fork of ${account}`);
  }
  async chainOf(account) {
    return H.whole(await this.aside((c) => chainFrom(c, account)), account);
  }

  // ---- connections (section 5.2) ----

  async connect() {
    this.device = await Conn.open(this.gateway, DEVICE, this.seed, this.key, (d) => this.fromInbox(d));
    this.anon = await Conn.open(this.gateway, ANON, null, null, (d) => this.fromMailbox(d));
  }
  close() {
    this.device?.close();
    this.anon?.close();
  }
  async anonAsk(type, body) {
    for (;;) {
      try {
        return await this.anon.ask(type, body);
      } catch (e) {
        if (e.code !== 'RATE') throw e;
        await sleep(Math.max(500, e.retry));
      }
    }
  }
  /** Chains and packages are asked for where no mailbox is open. */
  async aside(f) {
    const c = await Conn.open(this.gateway, ANON);
    try {
      return await f(c);
    } finally {
      c.close();
    }
  }
  parcel(reference) {
    return fetchParcel(this.anon, reference);
  }
  /** What is delivered for a handle goes to `deliver`, also what has come before its OPENED was read. */
  hear(handle, deliver) {
    this.handles.set(handle, deliver);
    for (const entry of this.early.get(handle) ?? []) deliver(entry);
    this.early.delete(handle);
  }
  fromMailbox(entry) {
    const deliver = this.handles.get(entry.handle);
    if (deliver) deliver(entry);
    else this.early.set(entry.handle, [...(this.early.get(entry.handle) ?? []), entry]);
  }

  // ---- ways to this account ----

  /** `n` one-time packages and a last resort (section 6.4). */
  async publish(n) {
    const entry = this.chain.at(-1);
    const made = [];
    for (let i = 0; i <= n; i++) made.push(await M.keyPackage(this.account, entry, this.seed, i === 0));
    this.keyPackages.push(...made);
    for (let i = 0; i < made.length; i += PACKAGES_A_FRAME) {
      const items = made.slice(i, i + PACKAGES_A_FRAME).map((k) => [k.ref, SUITE, k.expires, k.last, k.message]);
      await this.device.ask(T.KP_PUT, [items]);
    }
  }
  async token() {
    const token = random(16);
    await this.device.ask(T.TOKEN_SET, [sha256(token), 0, 0]);
    return token;
  }
  async link() {
    return makeLink(this.gateway, this.account, this.inbox, await this.token());
  }
  async groupLink(group) {
    const [token, secret] = [await this.token(), random(16)];
    this.groupLinks.set(hex(token), { secret, group });
    return makeGroupLink(this.gateway, this.account, this.inbox, token, secret);
  }
  /** Whoever has shown that they hold the link; it is done when a profile has said the way to them. */
  letIn(group, account) {
    this.joining.push({ group, account });
    this.addJoining();
  }
  addJoining() {
    const ready = this.joining.filter((j) => this.people.get(hex(j.account))?.token);
    this.joining = this.joining.filter((j) => !ready.includes(j));
    for (const { group, account } of ready) {
      group.addPerson(this.people.get(hex(account))).catch((e) => this.refused.push(`let in: ${e.message}`));
    }
  }
  /** What a profile says (section 13.5). */
  profileOf(account, [, ms, name, , inbox, token]) {
    const known = this.people.get(hex(account));
    if (known && ms < known.ms) return;
    const way = { inbox: inbox ?? known?.inbox, token: token ?? known?.token };
    this.people.set(hex(account), { account, ms, name, ...way });
    this.addJoining();
  }

  // ---- the inbox (sections 5.4, 11) ----

  fromInbox(entry) {
    this.inboxBefore = this.inboxBefore
      .then(() => this.takeInbox(entry))
      .catch((e) => this.refused.push(e.message))
      .finally(() => this.device.send(T.ACK, packAck(entry.seq)));
  }
  async takeInbox({ kind, body }) {
    if (kind === RECORD) {
      this.alarms.push('the record was given out');
      return;
    }
    const hash = hex(sha256(body));
    if (this.taken.has(hash)) return;
    this.taken.add(hash);
    const room = await welcome(this, C.decode(body));
    if (room) await this.accept(room);
  }
  /** Section 11.3; every request is accepted. */
  async accept(room) {
    room.accepted = true;
    await room.open(null, room.epoch);
    this.rooms.set(hex(room.mailbox), room);
    if (room.viaLast) await room.commit();
    await room.profile();
  }

  // ---- ways to others ----

  async packages(person) {
    const got = await this.aside((c) => takePackages(c, person));
    for (const { chain } of got) this.pin(chain);
    return got;
  }
  /** A room of one's own leaf (sections 11.4, 2 and 3). */
  async makeRoom(type, { name = '', pair = [] } = {}) {
    const kp = await M.keyPackage(this.account, this.chain.at(-1), this.seed);
    const room = new Room(this, random(16));
    const secrets = { mailbox: room.mailbox, read_tag: random(32), join_secret: random(32) };
    const admins = type === GROUP ? [this.account] : [];
    const none = { timer: 0, replaces: NONE, next: NONE, seats: [] };
    const form = roomBytes({ id: random(16), type, name, ...secrets, admins, ...none, pair });
    await room.adopt(await M.newGroup(random(16), kp, form));
    Object.assign(room, { me: begin(0), accepted: true });
    room.lines.set(hex(this.account), this.chain);
    await this.anonAsk(T.BOX_NEW, [room.mailbox, sha256(secrets.read_tag), room.keys.write, 0, null, null]);
    await room.open(null, 0);
    this.rooms.set(hex(room.mailbox), room);
    return room;
  }
  /** A chat with whoever gave the link (section 11.4). */
  async add(text) {
    const link = parseLink(text);
    if (link.gateway !== this.gateway) throw new Error('another gateway');
    const room = await this.makeRoom(PAIR, { pair: [this.account, link.account].sort(Buffer.compare) });
    const { groupId } = room.state.groupContext;
    if (link.secret) room.door = hmac(link.secret, 'sotto door 1', this.account, Buffer.from(groupId));
    await room.commit({ adds: await this.packages(link) });
    room.other = link.account;
    await room.profile();
    return room;
  }
}
