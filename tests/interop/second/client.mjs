import * as C from './cbor.mjs';
import * as X from './crypto.mjs';
import * as H from './chain.mjs';
import * as M from './mls.mjs';
import { Conn, Failure, packPost, T, writeSignature } from './wire.mjs';
const { cat, u8, u64, sha256, random, eq, hex, sign } = X;
const EXT = M.EXT;
export const sleep = (ms) => new Promise((r) => setTimeout(r, ms));
const TEXT = 'text/markdown;variant=GFM-MIMI',
  SILENT = 'application/sotto-';
export const log = (...a) => {
  if (process.env.SECOND_LOG) console.error('#', ...a);
};
export function parseLink(s) {
  s = s.replace(/[\s]+$/, '');
  if (s.length > 2048) throw new Error('link: long');
  const i = s.indexOf('#/add/');
  if (i < 0) throw new Error('link: form');
  const a = C.decode(Buffer.from(s.slice(i + 6), 'base64url'));
  if (!(a[0] === 3 && a.length === 5) && !(a[0] === 4 && a.length === 6)) throw new Error('link: form');
  return { kind: a[0], gateway: a[1], account: a[2], inbox: a[3], token: a[4], secret: a[5] };
}
export const makeLink = (gateway, account, inbox, token) =>
  'web+sotto:#/add/' + X.b64u(C.encode([3, gateway, account, inbox, token]));
export function roomOf(gc) {
  const l = M.find(gc.extensions, EXT.ROOM);
  if (l.length !== 1 || (gc.extensions.length !== 1 && !process.env.SECOND_LAX)) throw new Error('room: extensions');
  const a = C.decode(l[0].extensionData);
  if (!Array.isArray(a) || a.length !== 13 || a[0] !== 2) throw new Error('room: form');
  const r = {
    id: a[1],
    type: a[2],
    name: a[3],
    mailbox: a[4],
    read_tag: a[5],
    join_secret: a[6],
    admins: a[7],
    timer: a[8],
    replaces: a[9],
    next: a[10],
    pair: a[11],
    seats: a[12],
  };
  if (
    r.id.length !== 16 ||
    r.type > 2 ||
    r.mailbox.length !== 16 ||
    r.read_tag.length !== 32 ||
    r.join_secret.length !== 32 ||
    (r.type === 1) !== (r.pair.length === 2)
  )
    throw new Error('room: form');
  return r;
}
export const roomBytes = (r) =>
  C.encode([
    2,
    r.id,
    r.type,
    r.name,
    r.mailbox,
    r.read_tag,
    r.join_secret,
    r.admins,
    r.timer,
    r.replaces,
    r.next,
    r.pair,
    r.seats,
  ]);
export const content = (type, body, o = {}) =>
  C.encode([
    o.salt ?? random(16),
    o.replaces ?? null,
    Buffer.alloc(0),
    o.expires ?? null,
    o.reply ?? null,
    new Map(o.ext ?? []),
    [o.disposition ?? 1, '', 1, type, body],
  ]);
export const contentId = (account, room, c) =>
  cat(u8(1), sha256(X.u16(32), account, X.u16(16), room, c, C.decode(c)[0]).subarray(0, 31));
export const wordHash = (key, run, counter, prev, ms, c) =>
  sha256('sotto word 1', key, u64(run), u64(counter), prev ?? Buffer.alloc(32), u64(ms), sha256(c));
const chainsOf = (lines, accounts) =>
  C.encode([...accounts].sort().map((a) => [Buffer.from(a, 'hex'), lines.get(a).map((e) => e.bytes)]));

export class Room {
  constructor(client, mailbox) {
    Object.assign(this, {
      client,
      mailbox,
      queue: Promise.resolve(),
      epochs: new Map(),
      lines: new Map(),
      mine: new Set(),
      words: [],
      log: [],
      cursor: 0,
      stopped: null,
      written: new Set(),
      leaf: new Map(),
      refused: [],
      unread: [],
    });
  }
  get epoch() {
    return Number(this.state.groupContext.epoch);
  }
  get room() {
    return roomOf(this.state.groupContext);
  }
  get leaves() {
    return M.leaves(this.state.ratchetTree);
  }
  get accounts() {
    return new Set(this.leaves.map((l) => hex(l.account)));
  }
  get keys() {
    return this.epochs.get(this.epoch);
  }
  run(f) {
    const p = this.queue.then(f);
    this.queue = p.catch(() => {});
    return p;
  }
  async adopt(state) {
    this.state = state;
    const k = await M.epochKeys(state, this.mailbox);
    this.epochs.set(k.epoch, k);
  }
  async open(cursor, epoch) {
    const c = this.client;
    const r = await c.anonAsk(T.OPEN, [this.mailbox, this.room.read_tag, cursor, epoch]);
    if (this.handle !== undefined) c.handles.delete(this.handle);
    this.handle = r[0];
    this.head = r[1];
    this.cursor = cursor ?? r[3] - 1;
    this.written = new Set();
    c.handles.set(this.handle, this);
    const early = c.early.get(this.handle) ?? [];
    c.early.delete(this.handle);
    for (const d of early) this.deliver(d);
  }
  deliver(d) {
    this.run(() => this.take(d)).catch((e) => {
      log('take', e);
      this.refused.push(e.message);
    });
  }
  async take(d) {
    if (d.seq !== this.cursor + 1 && d.kind !== 2) {
      if (d.seq > this.cursor) throw new Error('log: hole at ' + d.seq);
      return;
    }
    this.cursor = d.seq;
    const h = hex(sha256(d.body));
    this.log.push({ seq: d.seq, hash: h, kind: d.kind });
    if (d.kind === 2 || this.mine.has(h) || this.stopped) return;
    const k = this.epochs.get(d.epoch);
    let inner;
    try {
      if (!k) throw new Error('no keys of epoch ' + d.epoch);
      inner = X.outerOpen(k.outer, this.mailbox, d.epoch, d.kind, d.branch, d.body);
    } catch (e) {
      this.unread.push(`${d.kind}/${d.seq}: ${e.message}`);
      if (d.kind === 1 && this.onBroken) this.onBroken(e);
      return;
    }
    if (d.kind === 1) return this.takeCommit(inner, d);
    const m = M.message(inner);
    if (m.wireformat !== 'mls_private_message') throw new Error('post: wire format');
    const from = await M.senderOf(this.state, m.privateMessage);
    const r = await M.process(this.state, m, (i) => {
      try {
        this.judgeProposal(i.proposal, from);
        return 'accept';
      } catch (e) {
        this.refused.push(e.message);
        return 'reject';
      }
    });
    this.state = r.newState;
    if (r.kind === 'applicationMessage') return this.takeWord(Buffer.from(r.message), from, d);
    this.proposalAt = Date.now();
    setTimeout(() => this.commitProposals().catch((e) => log('proposals', e)), 300 + Math.random() * 1500);
  }
  async commitProposals() {
    await this.run(async () => {
      if (this.gone || !Object.keys(this.state.unappliedProposals).length) return;
      await this.commitNow([], { renew: true });
    }).catch((e) => log('commitProposals', e.message));
  }
  judgeProposal({ proposal, senderLeafIndex }, from) {
    if (proposal.proposalType !== 'remove') throw new Error('proposal: only Remove');
    const a = hex(from.leaf.credential.identity);
    const target = this.leaves.find((l) => l.index === proposal.remove.removed);
    if (!target) throw new Error('proposal: nobody there');
    this.mayRemove(this.room, this.lines, a, from.leaf.signaturePublicKey, target);
  }
  voice(lines, a, key) {
    const l = lines.get(a);
    return l && H.lists(l.at(-1), key);
  }
  mayRemove(room, lines, a, key, target) {
    if (!this.voice(lines, a, key)) throw new Error('remove: no voice');
    const t = hex(target.account);
    if (a === t || room.admins.some((x) => hex(x) === a)) return;
    if (!H.lists(lines.get(t).at(-1), target.key)) return;
    throw new Error('remove: no right');
  }
  onLine(lines, l) {
    const line = lines.get(hex(l.account));
    const e = line?.[l.entry.n];
    if (!e || !eq(e.hash, l.entry.hash)) throw new Error('leaf: entry not on the line');
    if (!H.lists(e, l.key)) throw new Error('leaf: entry does not list it');
    return line;
  }
  bring(brought) {
    const lines = new Map(this.lines),
      names = new Set();
    if (!Array.isArray(brought)) throw new Error('brought: form');
    for (const [acc, es] of brought) {
      const a = hex(acc);
      if (names.has(a)) throw new Error('brought: twice');
      names.add(a);
      let l = lines.get(a) ?? [];
      for (const b of es) l = H.judge(l, H.read(b));
      if (!eq(l[0]?.hash, acc)) throw new Error('brought: account');
      lines.set(a, l);
    }
    return { lines, names };
  }
  seatsWanted(before, beforeRoom, afterTree, lines) {
    // 9.3
    const had = new Map();
    for (const l of before) {
      const a = hex(l.account);
      (had.get(a) ?? had.set(a, []).get(a)).push(l);
    }
    const now = new Map();
    for (const l of M.leaves(afterTree)) {
      const a = hex(l.account);
      (now.get(a) ?? now.set(a, []).get(a)).push(l);
    }
    const seats = new Set(beforeRoom.seats.map((s) => hex(s[0])));
    const said = [];
    for (const a of new Set([...had.keys(), ...now.keys(), ...seats])) {
      const here = now.get(a) ?? [];
      const removed = (had.get(a) ?? []).filter((l) => !here.some((x) => eq(x.key, l.key)));
      const line = lines.get(a);
      let stays = here.length > 0;
      if (!stays && had.has(a)) stays = !removed.some((l) => H.lists(line.at(-1), l.key));
      else if (!stays) stays = seats.has(a);
      if (!stays) continue;
      const top = here.length ? Math.max(...here.map((l) => l.entry.n)) : -1;
      if (!here.length || line.length - 1 > top) said.push([Buffer.from(a, 'hex'), line.length - 1, line.at(-1).hash]);
    }
    return said;
  }
  judgeCommit(after, proposals, sender, brought) {
    const { lines, names } = this.bring(brought);
    const before = this.leaves,
      room = this.room,
      next = roomOf(after.groupContext),
      now = M.leaves(after.ratchetTree);
    for (const l of now) M.inForm(l.leaf);
    const raw = (l) => JSON.stringify([hex(l.leaf.hpkePublicKey), hex(l.leaf.signature)]);
    const was = new Set(before.map(raw));
    const committer =
      sender !== undefined
        ? now.find((l) => l.index === sender)
        : now.find((l) => l.leaf.leafNodeSource === 'commit' && !was.has(raw(l)));
    if (!committer) throw new Error('commit: no committer');
    const ca = hex(committer.account);
    const seats = new Set(room.seats.map((s) => hex(s[0])));
    if (!this.voice(lines, ca, committer.key)) throw new Error('commit: no voice');
    if (!before.some((l) => hex(l.account) === ca) && !seats.has(ca))
      throw new Error('commit: from outside without a seat');
    const old = sender !== undefined && before.find((l) => l.index === sender);
    if (old && (!eq(old.key, committer.key) || !eq(old.account, committer.account)))
      throw new Error('path: changes identity');
    this.onLine(lines, committer);
    const admin = (a) => room.admins.some((x) => hex(x) === a);
    let removes = 0;
    for (const { proposal: p, senderLeafIndex } of proposals) {
      const by =
        senderLeafIndex === undefined || senderLeafIndex === sender
          ? committer
          : before.find((l) => l.index === senderLeafIndex);
      if (p.proposalType === 'add') {
        const lf = p.add.keyPackage.leafNode;
        const n = M.inForm(lf);
        const a = hex(lf.credential.identity);
        const line = this.onLine(lines, {
          account: lf.credential.identity,
          key: lf.signaturePublicKey,
          entry: M.entryOf(lf),
        });
        if (!H.lists(line.at(-1), lf.signaturePublicKey)) throw new Error('add: not in the newest entry');
        const knownAcc = before.some((l) => hex(l.account) === a) || seats.has(a);
        if (!knownAcc && !(room.type === 1 || (room.type === 2 && admin(ca)))) throw new Error('add: no right');
      } else if (p.proposalType === 'remove') {
        removes++;
        const t = before.find((l) => l.index === p.remove.removed);
        if (
          !(
            room.type === 1 &&
            proposals.some(
              (q) =>
                q.proposal.proposalType === 'add' && eq(q.proposal.add.keyPackage.leafNode.signaturePublicKey, t.key),
            )
          )
        )
          this.mayRemove(room, lines, hex(by.account), by.key, t);
      } else if (p.proposalType === 'group_context_extensions') {
        for (const f of ['type', 'id', 'mailbox', 'replaces'])
          if (
            hex(Buffer.from(String(room[f] instanceof Uint8Array ? hex(room[f]) : room[f]))) !==
            hex(Buffer.from(String(next[f] instanceof Uint8Array ? hex(next[f]) : next[f])))
          )
            throw new Error('room: changes ' + f);
        if (!eq(C.encode(room.pair), C.encode(next.pair))) throw new Error('room: changes pair');
        if (room.type === 2 && !admin(ca)) {
          if (room.name !== next.name || room.timer !== next.timer || !eq(C.encode(room.admins), C.encode(next.admins)))
            throw new Error('room: no admin');
          if (
            !removes &&
            !eq(room.read_tag, next.read_tag) &&
            !proposals.some((q) => q.proposal.proposalType === 'remove')
          )
            throw new Error('room: no admin');
        }
      } else if (!['external_init', 'psk'].includes(p.proposalType)) throw new Error('proposal: ' + p.proposalType);
    }
    const after2 = new Set(now.map((l) => hex(l.account)));
    if (room.type === 1 && (after2.size > 2 || [...after2].some((a) => !room.pair.some((x) => hex(x) === a))))
      throw new Error('pair: a third');
    const want = this.seatsWanted(before, room, after.ratchetTree, lines);
    const norm = (s) =>
      s
        .map((x) => hex(C.encode(x)))
        .sort()
        .join();
    if (
      norm(want) !== norm(next.seats) &&
      proposals.some((p) => p.proposal.proposalType === 'group_context_extensions') &&
      room.type !== 2
    )
      throw new Error('room: seats');
    const keep = new Set([...after2, ...next.seats.map((s) => hex(s[0]))]);
    for (const a of names)
      if (!this.accounts.has(a) && !seats.has(a) && !keep.has(a)) throw new Error('brought: a stranger');
    return { lines, committer };
  }
  async takeCommit(inner, d) {
    let a = C.decode(inner);
    if (a.length === 2) a = C.decode(await this.client.parcel(a));
    if (a.length !== 3 || a[0] !== 2) throw new Error('commit: form');
    try {
      const m = M.message(a[1]);
      let seen;
      const r = await M.process(this.state, m, (i) => {
        seen = i;
        return 'accept';
      });
      if (r.kind !== 'newState' || !seen || seen.kind !== 'commit') throw new Error('commit: is none');
      if (r.newState.groupActiveState.kind === 'removedFromGroup') {
        this.gone = true;
        log('removed from', hex(this.mailbox));
        return;
      }
      const { lines } = this.judgeCommit(r.newState, seen.proposals, seen.senderLeafIndex, a[2]);
      const tag = this.room.read_tag,
        people = this.accounts;
      this.lines = lines;
      for (const [k, l] of lines) this.client.pin(l);
      await this.adopt(r.newState);
      log('epoch', this.epoch);
      this.client.epochs++;
      if (!eq(tag, this.room.read_tag)) await this.open(this.cursor, this.epoch);
      if ([...this.accounts].some((x) => !people.has(x)) && this.accepted)
        setTimeout(() => this.profile().catch(() => {}), 500);
    } catch (e) {
      this.stopped = e.message;
      throw e;
    }
  }
  takeWord(b, from, d) {
    const w = C.decode(b);
    if (w.length !== 8 || w[0] !== 3) throw new Error('word: form');
    const [, run, counter, prev, pe, ms, c, given] = w;
    const account = Buffer.from(from.leaf.credential.identity),
      key = Buffer.from(from.leaf.signaturePublicKey);
    if (!this.leaves.some((l) => eq(l.key, key) && eq(l.account, account))) throw new Error('word: of nobody who sits');
    if ((counter === 0) !== (prev === null) || run > d.epoch || (c === null) === (given === null))
      throw new Error('word: numbers');
    const hash = c ? wordHash(key, run, counter, prev, ms, c) : null;
    const lk = hex(key) + run;
    const L = this.leaf.get(lk) ?? this.leaf.set(lk, new Map()).get(lk);
    if (L.has(counter)) return;
    L.set(counter, hash);
    const marks = [];
    if (prev && L.has(counter - 1) && L.get(counter - 1) && !eq(L.get(counter - 1), prev))
      marks.push('prev does not fit');
    if (!c) return;
    const k = C.decode(c);
    if (k.length !== 7) throw new Error('content: form');
    const part = k[6];
    const word = {
      account,
      key,
      run,
      counter,
      ms,
      seq: d.seq,
      content: c,
      id: contentId(account, this.room.id, c),
      marks,
      part,
    };
    if (part[2] === 1) {
      word.type = part[3];
      word.disposition = part[0];
      if (part[3].startsWith('text/') && part[0] <= 1) word.text = part[4].toString();
      else if (part[3].startsWith(SILENT)) word.silent = C.decode(part[4]);
    }
    word.replaces = k[1];
    word.reply = k[4];
    this.words.push(word);
    log('word', hex(account).slice(0, 6), word.type, word.text ?? '', marks);
    if (word.type === SILENT + 'profile+cbor') this.client.profileOf(this, account, word.silent);
    if (word.type === SILENT + 'join+cbor' && word.silent[0] === 2) {
      const gl = this.client.groupLinks?.get(hex(word.silent[1]));
      if (gl && eq(word.silent[2], X.hmac(gl.secret, 'sotto door 1', account, this.room.id))) {
        this.client.joining.push({ group: gl.group, account });
        this.client.letIn();
      } else this.refused.push('join: no proof');
    }
  }
  // ---- sending
  async write() {
    const k = this.keys;
    if (this.written.has(k.epoch)) return;
    const c = this.client;
    this.written.add(k.epoch);
    await c.anonAsk(T.WRITE, [
      this.handle,
      k.epoch,
      writeSignature(c.anon, this.mailbox, k.epoch, k.writeSeed),
    ]);
  }
  async post(plain, retry) {
    await this.write();
    const k = this.keys;
    const sealed = X.outerSeal(k.outer, this.mailbox, k.epoch, 0, k.branch, plain);
    this.mine.add(hex(sha256(sealed)));
    return this.client.anonAsk(T.POST, packPost(this.handle, k.epoch, k.branch, sealed));
  }
  async word(c) {
    const m = this.me;
    const ms = Date.now();
    const b = C.encode([3, m.run, m.counter, m.prev, m.counter ? m.prevEpoch : 0, ms, c, null]);
    const hash = wordHash(this.client.key, m.run, m.counter, m.prev, ms, c);
    const r = await M.application(this.state, b);
    this.state = r.state;
    m.counter++;
    m.prev = hash;
    m.prevEpoch = this.epoch;
    return r.bytes;
  }
  async sayContent(c) {
    return this.run(async () => {
      if (Object.keys(this.state.unappliedProposals).length) await this.commitNow([], { renew: true });
      const bytes = await this.word(c);
      try {
        return await this.post(bytes);
      } catch (e) {
        if (!(e instanceof Failure)) throw e;
        log('post', e.message);
        throw e;
      }
    });
  }
  async say(text, o = {}) {
    const c = content(TEXT, Buffer.from(text), o);
    await this.sayContent(c);
    return contentId(this.client.account, this.room.id, c);
  }
  async profile() {
    const c = this.client;
    const r = this.room;
    let inbox = null,
      token = null;
    if (r.type === 1) {
      inbox = c.inbox;
      token = this.token ??= await c.token();
    }
    await this.sayContent(
      content(SILENT + 'profile+cbor', C.encode([1, Date.now(), c.name, null, inbox, token]), { disposition: 3 }),
    );
  }
  aad() {
    const m = this.me;
    return m ? C.encode([3, m.run, m.counter, m.counter ? m.prevEpoch : 0]) : Buffer.alloc(0);
  }
  commit(proposals, o) {
    return (async () => {
      for (let i = 0; ; i++) {
        try {
          return await this.run(() => this.commitNow(typeof proposals === 'function' ? proposals() : proposals, o));
        } catch (e) {
          if (!(e instanceof Failure) || e.code !== 'EPOCH' || i > 5) throw e;
          await sleep(50 + Math.random() * 450);
        }
      }
    })();
  }
  // adds: [{ kp (decoded), inbox, token, chain }]; remove: leaf indexes; roomChange: fields
  async commitNow(proposals, { adds = [], removes = [], change = {}, renew = false, mutate = {} } = {}) {
    const c = this.client;
    const st = this.state;
    const room = this.room;
    const props = [...proposals];
    let lines = new Map(this.lines);
    const brought = new Map();
    const bringUp = (chain, upto) => {
      const a = hex(chain[0].hash);
      const have = lines.get(a)?.length ?? 0;
      if (upto + 1 > have) {
        brought.set(a, [...(brought.get(a) ?? []), ...chain.slice(have, upto + 1).map((e) => e.bytes)]);
        lines.set(a, chain.slice(0, upto + 1));
      }
    };
    const refs = Object.values(st.unappliedProposals)
      .filter((p) => p.proposal.proposalType === 'remove')
      .map((p) => p.proposal.remove.removed);
    const out = [...new Set([...removes, ...refs])];
    for (const i of removes.filter((i) => !refs.includes(i)))
      props.push({ proposalType: 'remove', remove: { removed: i } });
    for (const i of out) {
      const l = this.leaves.find((x) => x.index === i);
      const p = c.pins.get(hex(l.account));
      if (p) bringUp(p, p.length - 1);
    }
    for (const x of adds) {
      props.push({ proposalType: 'add', add: { keyPackage: x.kp } });
      bringUp(x.chain, M.entryOf(x.kp.leafNode).n);
    }
    const path = out.length > 0 || props.length === 0;
    const myEntry = c.chain.at(-1);
    if (path) bringUp(c.chain, c.chain.length - 1);
    const next = { ...room, ...change };
    if (out.length) {
      next.join_secret = random(32);
      next.read_tag = random(32);
      if (mutate.keepSecrets) {
        next.join_secret = room.join_secret;
        next.read_tag = room.read_tag;
      }
    }
    let tree = st.ratchetTree;
    for (const i of out) tree = M.removeLeafNode(tree, M.toLeafIndex(i));
    const fake = [...tree];
    for (const x of adds) fake.push({ nodeType: 'leaf', leaf: x.kp.leafNode });
    if (path) {
      const my = 2 * st.privatePath.leafIndex;
      fake[my] = {
        nodeType: 'leaf',
        leaf: {
          ...fake[my].leaf,
          extensions: fake[my].leaf.extensions.map((e) =>
            e.extensionType === EXT.ENTRY ? M.ext(EXT.ENTRY, cat(u64(myEntry.n), myEntry.hash)) : e,
          ),
        },
      };
    }
    next.seats = mutate.seats ?? this.seatsWanted(this.leaves, room, fake, lines);
    if (!eq(roomBytes(next), roomBytes(room))) {
      props.push({
        proposalType: 'group_context_extensions',
        groupContextExtensions: {
          extensions: [M.ext(EXT.ROOM, mutate.room ?? roomBytes(next)), ...(mutate.moreExt ?? [])],
        },
      });
      if (!out.length && !path) {
        /* RFC 9420: needs a path; ts-mls would make none */ throw new Error(
          'extension change without a path is not built here',
        );
      }
    }
    const accounts = new Set([
      ...fake.flatMap((n) => (n?.nodeType === 'leaf' ? [hex(n.leaf.credential.identity)] : [])),
      ...next.seats.map((s) => hex(s[0])),
    ]);
    const chains = chainsOf(lines, accounts);
    const infoExt = [M.ext(EXT.CHAINS, mutate.chains ?? chains)];
    if (this.door) infoExt.push(M.ext(EXT.DOOR, this.door));
    const r = await M.commit(st, props, {
      entry: path ? myEntry : undefined,
      aad: mutate.aad ?? this.aad(),
      infoExt,
      publicMessage: mutate.publicMessage,
    });
    const newKeys = await M.epochKeys(r.newState, this.mailbox);
    const k = this.keys;
    const plain = C.encode([
      2,
      Buffer.from(M.encodeMlsMessage(r.commit)),
      mutate.brought ?? [...brought].sort().map(([a, es]) => [Buffer.from(a, 'hex'), es]),
    ]);
    const body = X.outerSeal(k.outer, this.mailbox, k.epoch, 1, k.branch, plain);
    this.mine.add(hex(sha256(body)));
    const welcomes = [];
    for (const a of new Set(adds.map((x) => hex(x.chain[0].hash)))) {
      const of = adds.filter((x) => hex(x.chain[0].hash) === a);
      const refsOf = [];
      for (const x of of) refsOf.push(Buffer.from(await M.makeKeyPackageRef(x.kp, M.cs.hash)));
      const w = { ...r.welcome, secrets: r.welcome.secrets.filter((s) => refsOf.some((y) => eq(y, s.newMember))) };
      const mw = Buffer.from(M.encodeMlsMessage({ version: 'mls10', wireformat: 'mls_welcome', welcome: w }));
      welcomes.push([of[0].inbox, of[0].token, C.encode([1, 1, mw, of[0].token])]);
    }
    const gi = await M.groupInfo(r.newState, [M.ext(EXT.CHAINS, chains)]);
    const bundle = X.outerSeal(
      X.hmac(next.join_secret, 'sotto bundle'),
      this.mailbox,
      0,
      2,
      null,
      C.encode([gi, Buffer.alloc(0), newKeys.outer, newKeys.writeSeed, newKeys.branch, newKeys.epoch, chains]),
    );
    const readHash = out.length && !mutate.keepSecrets ? sha256(next.read_tag) : null;
    const info = mutate.noInfo ? null : bundle;
    const mid = random(8);
    const signed = cat(
      'sotto commit 2',
      this.mailbox,
      u64(k.epoch),
      mid,
      k.branch,
      sha256(body),
      newKeys.write,
      u8(readHash ? 1 : 0),
      readHash ?? '',
      u8(info ? 1 : 0),
      sha256(info ?? ''),
      u64(welcomes.length),
      ...welcomes.map(([i, t, b]) => cat(sha256(i), sha256(t), sha256(b))),
    );
    const sig = sign(k.writeSeed, signed);
    if (mutate.signature) sig[0] ^= 1;
    await c.anonAsk(T.COMMIT, [
      this.handle,
      mid,
      k.epoch,
      k.branch,
      body,
      newKeys.write,
      readHash,
      info,
      welcomes,
      sig,
    ]);
    this.lines = lines;
    for (const x of adds) c.pin(x.chain);
    await this.adopt({ ...r.newState, clientConfig: M.config });
    log('committed', this.epoch);
    if (out.length) await this.open(this.cursor, this.epoch);
  }
  async removeAccount(account) {
    await this.commit([], { removes: this.leaves.filter((l) => eq(l.account, account)).map((l) => l.index) });
  }
  async addPerson(p) {
    const got = await this.client.packages(p);
    await this.commit([], { adds: got });
  }
  async proposeRemove(index) {
    await this.run(async () => {
      const r = await M.createProposal(
        { ...this.state, unappliedProposals: {} },
        false,
        { proposalType: 'remove', remove: { removed: index } },
        M.cs,
      );
      this.state = { ...r.newState, unappliedProposals: {} };
      await this.post(Buffer.from(M.encodeMlsMessage(r.message)));
    });
  }
  async leave() {
    for (const l of this.leaves.filter((x) => eq(x.account, this.client.account)))
      await this.run(async () => {
        const r = await M.createProposal(
          this.state,
          false,
          { proposalType: 'remove', remove: { removed: l.index } },
          M.cs,
        );
        this.state = { ...r.newState, unappliedProposals: {} };
        await this.post(Buffer.from(M.encodeMlsMessage(r.message)));
      });
  }
  sees(text) {
    return this.words.some((w) => w.text === text);
  }
}
export class Client {
  constructor(gateway, name) {
    Object.assign(this, {
      gateway,
      name,
      rooms: new Map(),
      handles: new Map(),
      early: new Map(),
      pins: new Map(),
      kps: [],
      requests: [],
      tokens: [],
      people: new Map(),
      seenInbox: new Set(),
      epochs: 0,
      alarms: [],
      refused: [],
      autoAccept: true,
    });
  }
  pin(chain) {
    const a = hex(chain[0].hash);
    const have = this.pins.get(a);
    if (!have || chain.length > have.length) {
      if (have)
        for (let i = 0; i < have.length; i++)
          if (!eq(have[i].hash, chain[i].hash)) {
            this.alarms.push('fork of ' + a);
            return;
          }
      this.pins.set(a, chain);
    }
  }
  async register(invitation = null) {
    this.seed = random(32);
    this.key = X.pub(this.seed);
    this.code = random(20);
    const rec = X.recovery(this.code);
    this.inbox = random(16);
    const e0 = H.make(
      {
        id: Buffer.alloc(0),
        n: 0,
        previous: Buffer.alloc(0),
        devices: [[this.key, 0]],
        recovery: rec.key,
        recovery_hpke: rec.hash,
        home: H.home(this.inbox, this.gateway),
        why: 0,
      },
      [
        [0, this.seed],
        [32, rec.seed],
      ],
    );
    this.chain = H.whole([e0]);
    this.account = this.chain[0].hash;
    this.pin(this.chain);
    this.recoveryPk = rec.pk;
    await this.connectDevice();
    if (this.device.ready.known) throw new Error('known before registering');
    await this.device.ask(T.REGISTER, [e0, rec.pk, this.inbox, invitation]);
    await this.connectAnon();
  }
  async connectDevice() {
    const d = new Conn(this.gateway);
    d.onDeliver = (x) => this.inboxTake(x);
    await d.dial();
    await d.hello(1, this.seed, this.key);
    this.device = d;
  }
  async connectAnon() {
    const d = new Conn(this.gateway);
    d.onDeliver = (x) => {
      const r = this.handles.get(x.handle);
      if (r) r.deliver(x);
      else (this.early.get(x.handle) ?? this.early.set(x.handle, []).get(x.handle)).push(x);
    };
    await d.dial();
    await d.hello(0);
    this.anon = d;
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
  async aside(f) {
    const c = await Conn.open(this.gateway, 0);
    try {
      return await f(c);
    } finally {
      c.close();
    }
  }
  async publish(n = 10) {
    const e = this.chain.at(-1);
    const fresh = [await M.keyPackage(this.account, e, this.seed, true)];
    for (let i = 0; i < n; i++) fresh.push(await M.keyPackage(this.account, e, this.seed, false));
    this.kps.push(...fresh);
    for (let i = 0; i < fresh.length; i += 12)
      await this.device.ask(T.KP_PUT, [fresh.slice(i, i + 12).map((k) => [k.ref, 0x4f, k.expires, k.last, k.message])]);
  }
  async token(uses = 0, days = 0) {
    const t = random(16);
    await this.device.ask(T.TOKEN_SET, [sha256(t), uses, days ? Math.floor(Date.now() / 1000) + days * 86400 : 0]);
    this.tokens.push(t);
    return t;
  }
  async groupLink(group) {
    this.groupLinks ??= new Map();
    this.joining ??= [];
    const token = await this.token(),
      secret = random(16);
    this.groupLinks.set(hex(token), { secret, group });
    return 'web+sotto:#/add/' + X.b64u(C.encode([4, this.gateway, this.account, this.inbox, token, secret]));
  }
  letIn() {
    for (const j of this.joining ?? []) {
      const p = this.people.get(hex(j.account));
      if (j.done || !p?.token) continue;
      j.done = true;
      j.group.addPerson(p).catch((e) => {
        this.refused.push('letIn: ' + e.message);
      });
    }
  }
  async link() {
    return makeLink(this.gateway, this.account, this.inbox, await this.token());
  }
  async chainOf(account) {
    return this.aside(async (c) => {
      const list = [];
      for (;;) {
        const r = await c.ask(T.CHAIN_GET, [account, list.length, false]);
        list.push(...r[1]);
        if (r[1].reduce((a, b) => a + b.length, 0) < 24576) break;
      }
      return H.whole(list, account);
    });
  }
  async packages({ account, inbox, token }) {
    const r = await this.aside((c) => c.ask(T.KP_TAKE, [inbox, token, [0x4f]]));
    if (!eq(r[0], account)) throw new Error('packages of another account');
    const chain = H.whole(r[1], account);
    this.pin(chain);
    const out = [];
    for (const [device, suite, b] of r[2]) {
      const m = M.message(b);
      const kp = m.keyPackage;
      if (suite !== 0x4f || kp.cipherSuite !== M.NAME) throw new Error('package: suite');
      if (!(await M.verifyKeyPackage(kp, M.cs.signature))) throw new Error('package: signature');
      const e = M.inForm(kp.leafNode);
      const now = BigInt(Math.floor(Date.now() / 1000));
      if (kp.leafNode.lifetime.notAfter < now || kp.leafNode.lifetime.notBefore > now) throw new Error('package: over');
      if (
        !eq(kp.leafNode.credential.identity, account) ||
        !eq(kp.leafNode.signaturePublicKey, device) ||
        !H.lists(chain.at(-1), device) ||
        !eq(chain[e.n]?.hash, e.hash)
      )
        throw new Error('package: leaf');
      X.checkPub(kp.initKey);
      X.checkPub(kp.leafNode.hpkePublicKey);
      out.push({ kp, inbox, token, chain });
    }
    return out;
  }
  async makeRoom(type, o = {}) {
    const kp = await M.keyPackage(this.account, this.chain.at(-1), this.seed, false);
    const r = new Room(this, random(16));
    const info = {
      id: random(16),
      type,
      name: o.name ?? '',
      mailbox: r.mailbox,
      read_tag: random(32),
      join_secret: random(32),
      admins: type === 2 ? [this.account] : [],
      timer: 0,
      replaces: Buffer.alloc(0),
      next: Buffer.alloc(0),
      pair: o.pair ?? [],
      seats: [],
      ...o.room,
    };
    await r.adopt(await M.newGroup(random(16), kp, roomBytes(info)));
    r.me = { run: 0, counter: 0, prev: null, prevEpoch: 0 };
    r.lines.set(hex(this.account), this.chain);
    r.accepted = true;
    await this.anonAsk(T.BOX_NEW, [r.mailbox, sha256(info.read_tag), r.keys.write, 0, null, null]);
    await r.open(null, 0);
    this.rooms.set(hex(r.mailbox), r);
    return r;
  }
  async add(link, o = {}) {
    const l = parseLink(link);
    if (l.gateway !== this.gateway) throw new Error('another gateway');
    const r = await this.makeRoom(1, { pair: [this.account, l.account].sort(Buffer.compare) });
    if (l.secret) r.door = X.hmac(l.secret, 'sotto door 1', this.account, Buffer.from(r.state.groupContext.groupId));
    await r.commit([], { adds: await this.packages(l), ...o });
    r.other = l.account;
    await r.profile();
    return r;
  }
  profileOf(room, account, p) {
    const a = hex(account);
    const old = this.people.get(a);
    if (!old || p[1] >= old.ms)
      this.people.set(a, { account, ms: p[1], name: p[2], inbox: p[4] ?? old?.inbox, token: p[5] ?? old?.token });
    this.letIn();
  }
  inboxTake(d) {
    this.inboxQueue = (this.inboxQueue ?? Promise.resolve())
      .then(() => this.inboxTake1(d))
      .catch((e) => {
        log('inbox', e);
        this.refused.push(e.message);
      });
  }
  async inboxTake1(d) {
    try {
      if (d.kind === 3) {
        this.alarms.push('the record was given out');
        return;
      }
      const h = hex(sha256(d.body));
      if (this.seenInbox.has(h)) return;
      this.seenInbox.add(h);
      await this.welcome(C.decode(d.body));
    } finally {
      const b = Buffer.alloc(12);
      b.writeBigUInt64LE(BigInt(d.seq), 4);
      this.device.send(T.ACK, b);
    }
  }
  async fetchParcel(c, [blob, key]) {
    if (blob.length !== 16 || key.length !== 32) throw new Error('parcel: reference');
    const s = await c.ask(T.BLOB_STAT, [blob]);
    const parts = [];
    if (s[0] > 4 << 20 || s[2] * s[1] < s[0]) throw new Error('parcel: not whole');
    for (let i = 0; i < Math.ceil(s[0] / s[1]); i++) {
      const h = Buffer.alloc(20);
      blob.copy(h);
      h.writeUInt32LE(i, 16);
      parts.push((await c.ask(T.BLOB_GET, h)).subarray(20));
    }
    return X.outerOpen(key, blob, 0, 4, null, cat(...parts));
  }
  async parcel(ref) {
    return this.fetchParcel(this.anon, ref);
  }
  async treeAndChains(gi) {
    const p = M.find(gi.extensions, EXT.PARCEL)[0];
    if (p) {
      const a = C.decode(await this.parcel(C.decode(p.extensionData)));
      return { tree: M.treeOf(a[0]), chains: C.decode(a[1]) };
    }
    const t = M.find(gi.extensions, 'ratchet_tree')[0],
      c = M.find(gi.extensions, EXT.CHAINS)[0];
    if (!t) throw new Error('info: no tree');
    return { tree: M.treeOf(t.extensionData), chains: c ? C.decode(c.extensionData) : [] };
  }
  async judgeTree(gi, tree, chains, { bundle = false } = {}) {
    // 10.5
    const room = roomOf(gi.groupContext);
    const ls = M.leaves(tree);
    for (const l of ls) M.inForm(l.leaf);
    const lines = new Map();
    for (const [acc, es] of chains) {
      const c = H.whole(es, acc);
      lines.set(hex(acc), c);
      this.pin(c);
    }
    for (const a of new Set([...ls.map((l) => hex(l.account)), ...room.seats.map((s) => hex(s[0]))]))
      if (!lines.has(a)) {
        const p = this.pins.get(a) ?? (await this.chainOf(Buffer.from(a, 'hex')));
        lines.set(a, p);
        this.pin(p);
      }
    if (room.type === 1) {
      if (!room.pair.some((x) => eq(x, this.account)) || ls.some((l) => !room.pair.some((x) => eq(x, l.account))))
        throw new Error('tree: not the pair');
    }
    if (room.type === 0 && ls.some((l) => !eq(l.account, this.account))) throw new Error('tree: not self');
    const s = ls.find((l) => l.index === gi.signer);
    if (!s) throw new Error('tree: signer');
    const pin = this.pins.get(hex(s.account));
    if (!H.lists(pin.at(-1), s.key) && !bundle) throw new Error('tree: signer is not theirs');
    for (const l of ls) {
      const e = lines.get(hex(l.account))[l.entry.n];
      if (!e || !eq(e.hash, l.entry.hash) || !H.lists(e, l.key)) throw new Error('tree: entry of a leaf');
    }
    return { room, lines, signer: s };
  }
  async welcome(a) {
    if (!Array.isArray(a) || a[0] !== 1 || a[1] !== 1 || a.length !== 4) return;
    const m = M.message(a[2]);
    if (m.wireformat !== 'mls_welcome') throw new Error('inbox: no Welcome');
    const kp = this.kps.find((k) => m.welcome.secrets.some((s) => eq(s.newMember, k.ref)));
    if (!kp) throw new Error('welcome: not for me');
    const w = await M.openWelcome(m.welcome, kp);
    const { tree, chains } = await this.treeAndChains(w.gi);
    const { room, lines, signer } = await this.judgeTree(w.gi, tree, chains);
    const state = await M.join(w, kp, tree);
    if (!kp.last) this.kps = this.kps.filter((k) => k !== kp);
    const r = new Room(this, room.mailbox);
    await r.adopt(state);
    r.lines = lines;
    r.me = { run: r.epoch, counter: 0, prev: null, prevEpoch: 0 };
    r.from = signer.account;
    r.viaLast = kp.last;
    const have = this.rooms.get(hex(r.mailbox));
    if (have && have.handle !== undefined) {
      r.seen = have.words;
    }
    const gl = this.groupLinks?.get(hex(a[3]));
    const door = M.find(w.gi.extensions, EXT.DOOR)[0];
    if (
      gl &&
      door &&
      eq(door.extensionData, X.hmac(gl.secret, 'sotto door 1', signer.account, Buffer.from(w.gi.groupContext.groupId)))
    ) {
      r.byDoor = true;
      this.joining.push({ group: gl.group, account: signer.account });
    }
    this.requests.push(r);
    log('welcome to', room.type, 'epoch', r.epoch, 'from', hex(signer.account).slice(0, 6));
    if (this.autoAccept) await this.accept(r);
    this.onRoom?.(r);
  }
  async accept(r) {
    this.requests = this.requests.filter((x) => x !== r);
    r.accepted = true;
    await r.open(null, r.epoch);
    this.rooms.set(hex(r.mailbox), r);
    if (r.viaLast) await r.commit([], {});
    await r.profile();
    return r;
  }
  // ---- record and recovery (18)
  record() {
    const N = null;
    const me = [
      1,
      this.account,
      this.name,
      N,
      this.inbox,
      N,
      0,
      N,
      N,
      0,
      0,
      0,
      Date.now(),
      true,
      this.chain.at(-1).bytes,
      cat(...this.chain.slice(0, -1).map((e) => e.hash)),
    ];
    const list = [me];
    for (const p of this.people.values())
      if (!eq(p.account, this.account)) {
        const c = this.pins.get(hex(p.account));
        list.push([
          1,
          p.account,
          p.name,
          N,
          p.inbox ?? N,
          p.token ?? N,
          0,
          N,
          N,
          0,
          0,
          1,
          p.ms,
          false,
          c ? c.at(-1).bytes : N,
          c ? cat(...c.slice(0, -1).map((e) => e.hash)) : Buffer.alloc(0),
        ]);
      }
    for (const r of this.rooms.values()) {
      if (r.gone || !r.accepted) continue;
      const o = r.room;
      const other = o.type === 1 ? o.pair.find((x) => !eq(x, this.account)) : N;
      list.push([
        2,
        o.id,
        o.type,
        0,
        o.name,
        N,
        other,
        o.mailbox,
        o.read_tag,
        o.join_secret,
        Date.now(),
        0,
        0,
        0,
        o.timer,
        '',
        false,
        0,
        [...r.accounts].map((a) => [Buffer.from(a, 'hex'), o.admins.some((x) => hex(x) === a) ? 1 : 0]),
      ]);
    }
    return list;
  }
  async putRecord() {
    const payload = C.encode([this.key, Date.now(), this.chain.at(-1).hash, 'second', Date.now(), this.record()]);
    const n = C.decode(payload)[1];
    const head = this.chain.at(-1).hash;
    const sig = sign(this.seed, cat('sotto record 2', this.account, this.key, u64(n), head, sha256(payload)));
    const s = X.hpke.seal(this.recoveryPk, Buffer.from('sotto record 2'), Buffer.alloc(0), C.encode([2, payload, sig]));
    await this.device.ask(T.RECORD_PUT, [n, head, cat(s.enc, s.ct)]);
  }
  async recover(codeText, { keep = [] } = {}) {
    const code = X.unb32(codeText, 20);
    const rec = X.recovery(code);
    const c = await Conn.open(this.gateway, 2, rec.seed, rec.key);
    if (!c.ready.known) throw new Error('a wrong code');
    this.account = c.ready.account;
    this.inbox = c.ready.inbox;
    const list = [];
    for (;;) {
      const r = await c.ask(T.CHAIN_GET, [this.account, list.length, false]);
      list.push(...r[1]);
      if (r[1].reduce((a, b) => a + b.length, 0) < 24576) break;
    }
    let chain = H.whole(list, this.account);
    if (!eq(chain.at(-1).recovery, rec.key)) throw new Error('code: not of the newest entry');
    const parts = [];
    for (let i = 0; ; i++) {
      let r;
      try {
        r = await c.ask(T.RECORD_GET, [i]);
      } catch (e) {
        if (e.code === 'UNKNOWN') break;
        throw e;
      }
      const [device, number, head, body, left] = r;
      try {
        const p = C.decode(
          X.hpke.open(
            rec.sk,
            body.subarray(0, 1120),
            Buffer.from('sotto record 2'),
            Buffer.alloc(0),
            body.subarray(1120),
          ),
        );
        if (p.length !== 3 || p[0] !== 2) throw new Error('record: form');
        const q = C.decode(p[1]);
        if (!eq(q[0], device) || q[1] !== number || !eq(q[2], head)) throw new Error('record: of another');
        if (
          !chain.some((e) => H.lists(e, device)) ||
          !X.verify(device, cat('sotto record 2', this.account, device, u64(number), head, sha256(p[1])), p[2])
        )
          throw new Error('record: signature');
        parts.push(q);
      } catch (e) {
        this.refused.push(e.message);
      }
      if (!left) break;
    }
    this.seed = random(32);
    this.key = X.pub(this.seed);
    this.code = random(20);
    const next = X.recovery(this.code);
    this.recoveryPk = next.pk;
    const p = chain.at(-1);
    const devices = [...p.devices.filter((d) => keep.some((k) => eq(k, d[0]))), [this.key, p.n + 1]];
    const place = devices.length - 1;
    const e = H.make(
      {
        id: this.account,
        n: p.n + 1,
        previous: p.hash,
        devices,
        recovery: next.key,
        recovery_hpke: next.hash,
        home: p.home,
        why: 3,
      },
      [
        [33, rec.seed],
        [place, this.seed],
        [32, next.seed],
      ],
    );
    H.judge(chain, H.read(e));
    await c.ask(T.CHAIN_PUT, [this.account, e, next.pk]);
    c.close();
    this.chain = H.judge(chain, H.read(e));
    this.pin(this.chain);
    await this.connectDevice();
    await this.connectAnon();
    await this.publish(4);
    this.parts = parts;
    this.recovered = [];
    for (const x of parts.flatMap((q) => q[5])) {
      if (x[0] === 1) {
        if (x[13]) {
          this.name = x[2];
        } else this.people.set(hex(x[1]), { account: x[1], name: x[2], inbox: x[4], token: x[5], ms: x[12] });
      }
      if (x[0] === 2 && x[7] && x[8] && x[9]) {
        try {
          this.recovered.push(await this.reenter(x[7], x[8], x[9]));
        } catch (err) {
          log('reenter', err);
          this.refused.push('chat ' + hex(x[1]) + ': ' + err.message);
        }
      }
    }
    return this.recovered;
  }
  async reenter(mailbox, read_tag, join_secret) {
    // 16.2
    const [info, epoch] = await this.anonAsk(T.INFO_GET, [mailbox, read_tag]);
    if (!info) throw new Error('no bundle');
    const b = C.decode(X.outerOpen(X.hmac(join_secret, 'sotto bundle'), mailbox, 0, 2, null, info));
    const [gib, tref, outer, writeSeed, branch, ep, chains] = b;
    const gi = M.message(gib).groupInfo;
    if (ep !== Number(gi.groupContext.epoch)) throw new Error('bundle: epoch');
    let tc;
    if (tref.length) {
      const a = C.decode(await this.parcel(C.decode(tref)));
      tc = { tree: M.treeOf(a[0]), chains: C.decode(a[1]) };
    } else {
      tc = await this.treeAndChains(gi);
      if (chains.length) tc.chains = C.decode(chains);
    }
    const { room, lines } = await this.judgeTree(gi, tc.tree, tc.chains, { bundle: true });
    const kp = await M.keyPackage(this.account, this.chain.at(-1), this.seed, false);
    const r = new Room(this, mailbox);
    r.lines = lines;
    const x = await M.external(gi, tc.tree, kp);
    await r.adopt(x.state);
    const have = lines.get(hex(this.account))?.length ?? 0;
    const brought = have < this.chain.length ? [[this.account, this.chain.slice(have).map((e) => e.bytes)]] : [];
    r.lines.set(hex(this.account), this.chain);
    const body = X.outerSeal(outer, mailbox, ep, 1, branch, C.encode([2, x.bytes, brought]));
    r.mine.add(hex(sha256(body)));
    const o = await this.anonAsk(T.OPEN, [mailbox, read_tag, null, ep + 1]);
    const mid = random(8);
    const signed = cat(
      'sotto commit 2',
      mailbox,
      u64(ep),
      mid,
      branch,
      sha256(body),
      r.keys.write,
      u8(0),
      u8(0),
      sha256(''),
      u64(0),
    );
    await this.anonAsk(T.COMMIT, [o[0], mid, ep, branch, body, r.keys.write, null, null, [], sign(writeSeed, signed)]);
    r.me = { run: r.epoch, counter: 0, prev: null, prevEpoch: 0 };
    r.accepted = true;
    await this.anonAsk(T.CLOSE, [o[0]]).catch(() => {});
    await r.open(null, r.epoch);
    this.rooms.set(hex(mailbox), r);
    // dropped devices of mine go, and a path with a bundle
    const dead = r.leaves
      .filter((l) => !H.lists((this.pins.get(hex(l.account)) ?? r.lines.get(hex(l.account))).at(-1), l.key))
      .map((l) => l.index);
    await r.commit([], { removes: dead });
    await r.profile();
    return r;
  }
  close() {
    this.device?.close();
    this.anon?.close();
  }
}
