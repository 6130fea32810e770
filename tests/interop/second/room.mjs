// A room that the client is in: its log, taken in order, and what it says there. One thing at a time (`run`).
// Sections are those of wasm/schema/PROTOCOL.md.
import * as C from './cbor.mjs';
import { plan, send } from './commit.mjs';
import { content, contentId, SILENT, TEXT, wordHash } from './content.mjs';
import { eq, hex, outerOpen, outerSeal, sha256 } from './crypto.mjs';
import { judgeCommit, judgeProposal } from './gate.mjs';
import * as M from './mls.mjs';
import { PAIR, roomOf } from './room-form.mjs';
import { leaves } from './tree.mjs';
import { Failure, packPost, sleep, T, writeSignature } from './wire.mjs';
import { takeWord } from './words.mjs';

const APPLICATION = 0; // kinds of a DELIVER (section 5.3)
const COMMIT = 1;
const GAP = 2;
const TRIES = 5; // section 9.1
const SILENT_PART = { disposition: 3 };

/** Where a client that begins a run stands (section 12.1). */
export const begin = (run) => ({ run, counter: 0, prev: null, prevEpoch: 0 });

export class Room {
  constructor(client, mailbox) {
    Object.assign(this, { client, mailbox, cursor: 0, stopped: null, gone: false, accepted: false });
    Object.assign(this, { lines: new Map(), epochs: new Map(), mine: new Set(), written: new Set() });
    Object.assign(this, { words: [], counted: new Map(), refused: [] });
    this.before = Promise.resolve();
  }
  get epoch() {
    return Number(this.state.groupContext.epoch);
  }
  get room() {
    return roomOf(this.state.groupContext);
  }
  get leaves() {
    return leaves(this.state.ratchetTree);
  }
  get accounts() {
    return new Set(this.leaves.map((l) => hex(l.account)));
  }
  get keys() {
    return this.epochs.get(this.epoch);
  }
  run(f) {
    const done = this.before.then(f);
    this.before = done.catch(() => {});
    return done;
  }
  later(f, ms) {
    setTimeout(() => f().catch((e) => this.refused.push(e.message)), ms);
  }
  async adopt(state) {
    this.state = state;
    const keys = await M.epochKeys(state, this.mailbox);
    this.epochs.set(keys.epoch, keys);
  }

  // ---- the log ----

  /** Section 5.5; cursor null: from behind the commit that ended the epoch before `epoch`. */
  async open(cursor, epoch) {
    const { client } = this;
    const [handle, , , first] = await client.anonAsk(T.OPEN, [this.mailbox, this.room.read_tag, cursor, epoch]);
    if (this.handle !== undefined) client.handles.delete(this.handle);
    this.handle = handle;
    this.cursor = cursor ?? first - 1;
    this.written = new Set();
    client.hear(handle, (entry) => this.deliver(entry));
  }
  deliver(entry) {
    this.run(() => this.take(entry)).catch((e) => this.refused.push(e.message));
  }
  async take(entry) {
    if (entry.seq !== this.cursor + 1 && entry.kind !== GAP) {
      if (entry.seq > this.cursor) throw new Error(`log: a hole before ${entry.seq}`);
      return;
    }
    this.cursor = entry.seq;
    if (entry.kind === GAP || this.stopped || this.mine.has(hex(sha256(entry.body)))) return;
    const keys = this.epochs.get(entry.epoch);
    if (!keys) throw new Error(`log: no keys of epoch ${entry.epoch}`);
    const inner = outerOpen(keys.outer, this.mailbox, entry.epoch, entry.kind, entry.branch, entry.body);
    if (entry.kind === COMMIT) await this.takeCommit(inner);
    else await this.takePost(inner, entry);
  }
  async takePost(inner, entry) {
    const message = M.message(inner);
    if (message.wireformat !== 'mls_private_message') throw new Error('post: wire format');
    const from = await M.senderOf(this.state, message.privateMessage);
    const made = await M.process(this.state, message, (incoming) => {
      try {
        judgeProposal(this, incoming.proposal, from);
        return 'accept';
      } catch (e) {
        this.refused.push(e.message);
        return 'reject';
      }
    });
    this.state = made.newState;
    if (made.kind === 'applicationMessage') takeWord(this, Buffer.from(made.message), from, entry);
    else this.later(() => this.run(() => this.commitProposals()), 200 + Math.random() * 2000); // section 10.2
  }
  async takeCommit(inner) {
    try {
      const held = C.decode(inner);
      const [version, bytes, brought] = held.length === 2 ? C.decode(await this.client.parcel(held)) : held;
      if (version !== 2) throw new Error('commit: form');
      let seen;
      const made = await M.process(this.state, M.message(bytes), (commit) => {
        seen = commit;
        return 'accept';
      });
      if (seen?.kind !== 'commit') throw new Error('commit: is none');
      if (made.newState.groupActiveState.kind === 'removedFromGroup') this.gone = true;
      else
        await this.follow(
          made.newState,
          judgeCommit(this, made.newState, seen.proposals, seen.senderLeafIndex, brought),
        );
    } catch (e) {
      this.stopped = e.message;
      throw e;
    }
  }
  async follow(state, lines) {
    const [tag, people] = [this.room.read_tag, this.accounts];
    this.lines = lines;
    for (const line of lines.values()) this.client.pin(line);
    await this.adopt(state);
    if (!eq(tag, this.room.read_tag)) await this.open(this.cursor, this.epoch); // section 9.4
    const news = [...this.accounts].some((a) => !people.has(a));
    if (news && this.accepted) this.later(() => this.profile(), 500); // section 11.3
  }

  // ---- what is said ----

  async write() {
    const { epoch, writeSeed } = this.keys;
    if (this.written.has(epoch)) return;
    this.written.add(epoch);
    const { anon } = this.client;
    await this.client.anonAsk(T.WRITE, [this.handle, epoch, writeSignature(anon, this.mailbox, epoch, writeSeed)]);
  }
  async post(plain) {
    await this.write();
    const { epoch, outer, branch } = this.keys;
    const sealed = outerSeal(outer, this.mailbox, epoch, APPLICATION, branch, plain);
    this.mine.add(hex(sha256(sealed)));
    return this.client.anonAsk(T.POST, packPost(this.handle, epoch, branch, sealed));
  }
  /** Seals the next word, and counts it. */
  async word(bytes) {
    const { me } = this;
    const ms = Date.now();
    const word = [3, me.run, me.counter, me.prev, me.prevEpoch, ms, bytes, null];
    const prev = wordHash(this.client.key, me.run, me.counter, me.prev, ms, bytes);
    const sealed = await this.seal(C.encode(word));
    this.me = { run: me.run, counter: me.counter + 1, prev, prevEpoch: this.epoch };
    return sealed;
  }
  async seal(bytes) {
    const made = await M.application(this.state, bytes);
    this.state = made.state;
    return made.bytes;
  }
  sayContent(bytes) {
    return this.anew(async () => {
      await this.commitProposals();
      await this.post(await this.word(bytes));
    });
  }
  /** Gives the id of the message. */
  async say(text, o = {}) {
    const bytes = content(TEXT, Buffer.from(text), o);
    await this.sayContent(bytes);
    return contentId(this.client.account, this.room.id, bytes);
  }
  sees(text) {
    return this.words.some((w) => w.text === text);
  }
  /** Section 13.5: in a pair with the way to oneself. */
  async profile() {
    const { client } = this;
    const way = [null, null];
    if (this.room.type === PAIR) {
      this.token ??= await client.token();
      way.splice(0, 2, client.inbox, this.token);
    }
    const profile = C.encode([1, Date.now(), client.name, null, ...way]);
    await this.sayContent(content(`${SILENT}profile+cbor`, profile, SILENT_PART));
  }

  // ---- commits ----

  /** Section 12.2: what a commit says of the word to come. */
  wordToCome() {
    const { me } = this;
    return me ? C.encode([3, me.run, me.counter, me.prevEpoch]) : Buffer.alloc(0);
  }
  /** Who loses an epoch takes the winner from the log and does it anew (section 9.1). */
  async anew(f) {
    for (let i = 0; ; i++) {
      try {
        return await this.run(f);
      } catch (e) {
        if (!(e instanceof Failure) || e.code !== 'EPOCH' || i === TRIES) throw e;
        await sleep(50 + Math.random() * 450);
      }
    }
  }
  /** `what`: as plan takes it. */
  commit(what = {}) {
    return this.anew(() => this.commitNow(what));
  }
  async commitNow(what) {
    const planned = plan(this, what);
    const state = await send(this, planned);
    this.lines = planned.lines.lines;
    for (const x of planned.adds) this.client.pin(x.chain);
    await this.adopt({ ...state, clientConfig: M.config });
    if (planned.readHash) await this.open(this.cursor, this.epoch);
  }
  async commitProposals() {
    if (!this.gone && Object.keys(this.state.unappliedProposals).length > 0) await this.commitNow({});
  }
  async removeAccount(account) {
    await this.commit({ removes: this.leaves.filter((l) => eq(l.account, account)).map((l) => l.index) });
  }
  /** person: account, inbox and token, from a link or a profile. */
  async addPerson(person) {
    await this.commit({ adds: await this.client.packages(person) });
  }
  proposeRemove(index) {
    return this.run(async () => {
      const { state, bytes } = await M.proposeRemove(this.state, index);
      this.state = state;
      await this.post(bytes);
    });
  }
}
