// kill -9, fifty times, under load: nothing that was acknowledged is missing, nothing reaches a deduplicating reader
// twice, epochs and attachments only go forward.
import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { Account, C, Conn, Failure, Gateway, Group, T, ack, anon, check, claim, equal, finish, keyPair, sha256, sleep, u32le } from "./lib.mjs";

const rounds = Number(process.env.SOTTO_KILLS ?? 50);
const gw = await Gateway.start({ settings: { "rate-new": 1000 } });
const hex = (b) => Buffer.from(b).toString("hex");
let state = 99;
const rand = (n) => ((state = (Math.imul(state, 1103515245) + 12345) >>> 0), Math.floor((state / 4294967296) * n));

const setup = await anon(gw);
const groups = [];
for (let i = 0; i < 4; i++) groups.push(await new Group().create(setup));
const alice = new Account();
(await alice.register(gw)).end();
setup.end();

// What each party knows; survives the kills.
const posts = groups.map(() => ({ stored: new Map(), pending: [], cursor: 0, seen: new Map(), doubles: 0 }));
const inbox = { stored: new Set(), pending: [], seen: new Set(), again: 0, acked: 0 };
const blob = { id: randomBytes(16), data: randomBytes(4096 * 3000), have: 0 };
let commits = 0;
let acknowledged = 0;

async function writer(c, i) {
  const g = groups[i];
  const s = posts[i];
  const { handle } = await g.open(c, { cursor: null, epoch: 1e9 });
  const one = async (p, retry) => {
    const seq = await g.send(c, handle, p.body, { mid: p.mid, flags: retry ? 1 : 0, epoch: p.epoch });
    check(!s.stored.has(seq) || s.stored.get(seq) === hex(p.mid), `number ${seq} given twice`);
    s.stored.set(seq, hex(p.mid));
    s.pending.splice(s.pending.indexOf(p), 1);
    acknowledged++;
  };
  for (const p of s.pending.slice()) {
    try {
      await one(p, true);
    } catch (e) {
      if (!(e instanceof Failure) || e.code !== C.STALE) throw e;
      await one(Object.assign(p, { epoch: g.epoch }), true); // sealed anew, by its old id
    }
  }
  const lane = async () => {
    for (;;) {
      const p = { mid: randomBytes(8), body: randomBytes(50 + rand(2000)), epoch: g.epoch };
      s.pending.push(p);
      await one(p, false);
    }
  };
  await Promise.all([lane(), lane(), lane(), lane()]);
}
// The commit that was under way when the process died is sent again, as the same bytes.
const open = groups.map(() => null);
async function committer(c, i) {
  const g = groups[i];
  const { handle, epoch } = await g.open(c, { cursor: null, epoch: 1e9 });
  check(epoch === g.epoch || (open[i] !== null && epoch === g.epoch + 1), `epoch ${epoch}, known ${g.epoch}`);
  for (;;) {
    open[i] ??= { next: keyPair(), mid: randomBytes(8), body: randomBytes(500) };
    const made = g.commit(handle, open[i].body, open[i]);
    const { seq } = await c.call(T.COMMIT, made.body);
    posts[i].stored.set(seq, hex(open[i].mid));
    g.epoch++;
    g.keys.set(g.epoch, open[i].next);
    open[i] = null;
    commits++;
    acknowledged++;
    await sleep(20);
  }
}
async function reader(c, i) {
  const s = posts[i];
  c.onDeliver = (d) => {
    equal(d.seq, s.cursor + 1, "order");
    s.cursor = d.seq;
    const id = hex(d.mid);
    if (s.seen.has(id)) s.doubles++;
    else s.seen.set(id, d.seq);
  };
  await groups[i].open(c, { cursor: s.cursor });
}
async function inboxWriter(c) {
  const one = async (p) => {
    await c.call(T.INBOX_POST, [alice.inbox, alice.token, p.mid, p.body]);
    inbox.stored.add(hex(p.body));
    inbox.pending.splice(inbox.pending.indexOf(p), 1);
    acknowledged++;
  };
  for (const p of inbox.pending.slice()) await one(p);
  for (;;) {
    const p = { mid: randomBytes(8), body: randomBytes(40) };
    inbox.pending.push(p);
    await one(p);
  }
}
async function inboxReader(c) {
  await c.device(alice.devices[0]);
}
async function uploader(c) {
  const [, , have] = await c.call(T.BLOB_NEW, [blob.id, blob.data.length, 4096, null, null, sha256("x")]);
  check(have >= blob.have, `attachment went back from ${blob.have} to ${have}`);
  blob.have = have;
  while (blob.have * 4096 < blob.data.length) {
    const n = blob.have;
    const s = await c.call(T.BLOB_PUT, Buffer.concat([blob.id, u32le(n), blob.data.subarray(n * 4096, (n + 1) * 4096)]));
    blob.have = s[2];
    acknowledged++;
  }
}

async function round(ms) {
  const conns = [];
  const broken = [];
  const start = async (run, ...args) => {
    try {
      const c = await anon(gw);
      conns.push(c);
      await run(c, ...args);
    } catch (e) {
      if (!/^closed|ECONN|EPIPE|no answer/.test(e.message)) broken.push(e);
    }
  };
  const device = async () => {
    try {
      const c = await Conn.open(gw);
      conns.push(c);
      c.onDeliver = (d) => {
        const id = hex(d.body);
        if (inbox.seen.has(id)) inbox.again++;
        inbox.seen.add(id);
        if (rand(3) === 0) ack(c, (inbox.acked = d.seq));
      };
      await inboxReader(c);
    } catch (e) {
      if (!/^closed|ECONN|EPIPE/.test(e.message)) broken.push(e);
    }
  };
  const all = [device(), start(inboxWriter), start(uploader)];
  for (let i = 0; i < groups.length; i++) all.push(start(reader, i), start(writer, i), start(committer, i));
  await sleep(ms);
  await gw.kill();
  for (const c of conns) c.end();
  await Promise.all(all);
  if (broken.length > 0) throw broken[0];
}

await claim("killed_under_load", async () => {
  for (let k = 0; k < rounds; k++) {
    await round(30 + rand(200));
    await gw.restart();
  }
  return `${rounds} times, ${acknowledged} acknowledged, ${commits} commits, ${blob.have} chunks`;
});
await claim("nothing_acknowledged_is_missing", async () => {
  const c = await anon(gw);
  let n = 0;
  for (let i = 0; i < groups.length; i++) {
    const r = await anon(gw);
    const all = new Map();
    r.onDeliver = (d) => all.set(d.seq, hex(d.mid));
    const { head } = await groups[i].open(r);
    await r.until(() => all.size === head, "log", 20000);
    for (const [seq, mid] of posts[i].stored) equal(all.get(seq), mid, `group ${i} number ${seq}`);
    equal(new Set(all.values()).size, head, "a message twice in the log");
    n += head;
    r.end();
  }
  const d = await alice.login(gw);
  await sleep(500);
  for (const m of d.delivered) inbox.seen.add(hex(m.body));
  while (d.delivered.length >= 256) {
    const before = d.delivered.length;
    ack(d, d.delivered[before - 1].seq);
    await sleep(500);
    for (const m of d.delivered.slice(before)) inbox.seen.add(hex(m.body));
    if (d.delivered.length === before) break;
  }
  for (const body of inbox.stored) check(inbox.seen.has(body), "an inbox message is missing");
  for (let k = 0; k < blob.have; k += 37) {
    const got = (await c.call(T.BLOB_GET, Buffer.concat([blob.id, u32le(k)]))).bytes;
    equal(sha256(got).toString("hex"), sha256(blob.data.subarray(k * 4096, (k + 1) * 4096)).toString("hex"), `chunk ${k}`);
  }
  return `${n} entries, ${inbox.stored.size} inbox messages`;
});
await claim("nothing_was_delivered_twice_to_a_deduplicating_reader", () => {
  for (const s of posts) equal(s.doubles, 0, "log readers with a cursor");
  return `inbox messages delivered again before their acknowledgement: ${inbox.again}`;
});
await claim("database_is_sound", async () => {
  const out = execFileSync("sqlite3", [join(gw.dir, "sotto.db"), "PRAGMA integrity_check"], { encoding: "utf8" }).trim();
  equal(out, "ok");
  const epochs = execFileSync("sqlite3", [join(gw.dir, "sotto.db"), "SELECT count(*) FROM (SELECT grp, epoch FROM glog WHERE kind = 1 GROUP BY grp, epoch HAVING count(*) > 1)"], { encoding: "utf8" }).trim();
  equal(epochs, "0", "epochs with two commits");
  // The row of a mailbox may be some seconds old: with the entries from its `next` on it says what the log says.
  const rows = "SELECT count(*), sum(off) FROM (SELECT g.bytes + coalesce((SELECT sum(length(b.b)) FROM glog l JOIN gbody b ON b.id = l.body WHERE l.grp = g.id AND l.seq >= g.next), 0) <> (SELECT coalesce(sum(length(b.b)), 0) FROM gbody b WHERE b.grp = g.id) AS off FROM grp g)";
  equal(execFileSync("sqlite3", [join(gw.dir, "sotto.db"), rows], { encoding: "utf8" }).trim(), `${groups.length}|0`, "mailboxes, and those whose row is wrong");
});
const exit = await gw.stop();
await claim("ends_in_order", () => equal(exit.code, 0, gw.log.slice(-1500)));
finish();
