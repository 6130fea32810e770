// What the gateway promises, frame by frame, against a real process.
import { execFileSync, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import {
  Account, C, Conn, Gateway, Group, T, ack, anon, cbor, check, claim, equal, fails, finish, frame, keyPair, program, root, sha256,
  sleep, u32le, u64be,
} from "./lib.mjs";

const gw = await Gateway.start();
const B = (s) => Buffer.from(s);

// ---- greeting --------------------------------------------------------------------------------------------------------
await claim("anonymous_hello_is_ready_at_once", async () => {
  const c = await anon(gw);
  equal(c.ready[1], false);
  equal(c.ready[2], 2, "registration open");
  check(Math.abs(c.ready[0] - Date.now()) < 5000, "server time");
  equal(c.ready[4], 65528);
  c.end();
});
await claim("unknown_version_is_refused_and_closed", async () => {
  const c = await Conn.open(gw);
  await fails(c.call(T.HELLO, [1, 0, null]), C.VERSION);
  equal(await c.socket.closed, 1008);
});
await claim("frames_before_hello_are_refused_and_closed", async () => {
  const c = await Conn.open(gw);
  await fails(c.call(T.KP_COUNT, []), C.MODE);
  equal(await c.socket.closed, 1008);
});
await claim("device_must_sign_with_its_own_key", async () => {
  const other = keyPair();
  const c = await Conn.open(gw);
  await fails(c.device(keyPair(), { device: other.pub }), C.AUTH);
  equal(await c.socket.closed, 1008);
});
await claim("signature_for_another_host_is_refused", async () => {
  const c = await Conn.open(gw);
  await fails(c.device(keyPair(), { origin: "gw.evil.example" }), C.AUTH);
});
await claim("host_as_dialled_is_what_is_signed", async () => {
  const c = await Conn.open(gw, { hostHeader: `127.0.0.1:${gw.port}` });
  await c.device(keyPair(), { origin: `127.0.0.1:${gw.port}` });
  equal(c.known, false);
});
await claim("nonce_is_never_the_same", async () => {
  const seen = new Set();
  for (let i = 0; i < 20; i++) {
    const c = await Conn.open(gw);
    seen.add((await c.call(T.HELLO, [2, 1, keyPair().pub]))[0].toString("hex"));
    c.end();
    const d = await anon(gw);
    equal(d.nonce.length, 32);
    seen.add(d.nonce.toString("hex"));
    d.end();
  }
  equal(seen.size, 40);
});
await claim("ping_is_answered_and_unknown_frames_are_skipped", async () => {
  const c = await anon(gw);
  c.tell(200, B("from the future"));
  await c.call(T.PING, []);
});
await claim("requests_without_number_are_not_answered", async () => {
  const c = await anon(gw);
  let stray = 0;
  const take = c.socket.onMessage;
  c.socket.onMessage = (m) => (m.readUInt32LE(4) === 0 && stray++, take(m));
  c.tell(T.PING, cbor([]));
  c.tell(T.CHAIN_GET, cbor([randomBytes(32), 0, false]));
  await c.call(T.PING, []);
  equal(stray, 0);
});
await claim("several_frames_in_one_message_are_all_answered", async () => {
  const c = await anon(gw);
  let messages = 0;
  const take = c.socket.onMessage;
  c.socket.onMessage = (m) => (messages++, take(m));
  const wait = [1000, 1001, 1002, 1003].map((r) => c.expect(r));
  c.socket.send(Buffer.concat([1000, 1001, 1002, 1003].map((r) => frame(T.PING, r, cbor([])))));
  await Promise.all(wait);
  equal(messages, 1, "messages");
});

// ---- accounts --------------------------------------------------------------------------------------------------------
const alice = new Account();
const bob = new Account();
let a = await alice.register(gw);
let b = await bob.register(gw);
await claim("registered_device_is_known_at_its_next_login", async () => {
  a.end();
  a = await alice.login(gw);
  equal(a.known, true);
  equal(a.ready[3], alice.inbox);
});
await claim("same_registration_again_is_done", async () => {
  const c = await alice.login(gw);
  await c.call(T.REGISTER, [alice.entries[0], alice.hpke, alice.inbox, null]);
  c.end();
});
await claim("stranger_may_only_register", async () => {
  const c = await new Account().login(gw);
  equal(c.known, false);
  for (const type of [T.KP_COUNT, T.KP_PUT, T.TOKEN_SET, T.QUOTA_GET, T.PUSH_SET]) await fails(c.call(type, []), C.MODE);
  await fails(c.call(T.BOX_NEW, []), C.MODE);
});
await claim("anonymous_may_not_do_what_devices_do_and_the_other_way_round", async () => {
  const c = await anon(gw);
  for (const type of [T.REGISTER, T.KP_PUT, T.KP_COUNT, T.TOKEN_SET, T.TOKEN_DROP, T.PUSH_SET, T.QUOTA_GET, T.RECORD_PUT, T.RECORD_GET]) await fails(c.call(type, []), C.MODE);
  for (const type of [T.KP_TAKE, T.INBOX_POST, T.BOX_NEW, T.OPEN, T.COMMIT, T.BLOB_NEW, T.RECORD_GET]) await fails(a.call(type, []), C.MODE);
});
await claim("registration_wants_a_valid_first_entry", async () => {
  const x = new Account();
  const c = await x.login(gw);
  const reg = (entry, over = {}) => c.call(T.REGISTER, [entry, over.hpke ?? x.hpke, x.inbox, null]);
  const good = x.entry({ keep: false });
  const bent = Buffer.from(good);
  bent[bent.length - 10] ^= 1;
  await fails(reg(bent), C.CHAIN);
  await fails(reg(good, { hpke: randomBytes(1216) }), C.CHAIN);
  await fails(reg(x.entry({ keep: false, devices: [keyPair()] })), C.CHAIN);
  await fails(reg(x.entry({ keep: false, unsigned: true })), C.CHAIN);
  await fails(reg(x.entry({ keep: false, devices: [x.devices[0], keyPair()] })), C.CHAIN);
  await fails(reg(B("nonsense")), C.CHAIN);
  await reg(good);
});
await claim("second_account_of_an_inbox_or_a_key_is_refused", async () => {
  const x = new Account();
  x.inbox = alice.inbox;
  const c = await x.login(gw);
  await fails(c.call(T.REGISTER, [x.entry(), x.hpke, x.inbox, null]), C.EXISTS);
  const y = new Account();
  y.devices = [alice.devices[0]];
  const d = await y.login(gw);
  await fails(d.call(T.REGISTER, [y.entry(), y.hpke, y.inbox, null]), C.EXISTS);
  const z = new Account();
  z.recovery = alice.recovery;
  const e = await z.login(gw);
  await fails(e.call(T.REGISTER, [z.entry(), z.hpke, z.inbox, null]), C.EXISTS);
});

// ---- chains ----------------------------------------------------------------------------------------------------------
await claim("linked_device_is_known_and_gets_its_own_queue", async () => {
  const x = new Account();
  const first = await x.register(gw);
  const linked = keyPair();
  const c = await x.login(gw, linked);
  equal(c.known, false);
  x.devices.push(linked);
  await x.put(first, x.entry());
  await fails(c.call(T.KP_COUNT, []), C.MODE);
  c.end();
  const d = await x.login(gw, linked);
  equal(d.known, true);
  equal(d.ready[8], x.id);
  equal([d.ready[9], d.ready[10]], [1, x.listed[1].hash]);
  const p = await anon(gw);
  await p.call(T.INBOX_POST, [x.inbox, x.token, randomBytes(8), B("to both")]);
  await Promise.all([first, d].map((s) => s.until(() => s.delivered.length === 1, "both")));
  equal(d.delivered[0].seq, 1);
});
await claim("an_entry_that_the_new_device_brings_makes_it_known", async () => {
  const x = new Account();
  await x.register(gw);
  const linked = keyPair();
  x.devices.push(linked);
  const c = await x.login(gw, linked);
  const entry = x.entry();
  await fails(c.call(T.CHAIN_PUT, [randomBytes(32), entry, null]), C.UNKNOWN);
  await x.put(c, entry);
  equal((await c.call(T.KP_COUNT, []))[0].length, 0);
  await x.put(c, entry); // the same again
});
await claim("who_brings_an_entry_does_not_matter", async () => {
  const x = new Account();
  await x.register(gw);
  x.devices.push(keyPair());
  const p = await anon(gw);
  await x.put(p, x.entry());
  x.devices.push(keyPair());
  await x.put(b, x.entry()); // a device of another account
  equal((await p.call(T.CHAIN_GET, [x.id, 0, false]))[1].length, 3);
  await b.call(T.KP_COUNT, []); // and it is still who it was
});
await claim("entries_that_do_not_continue_the_chain_are_refused", async () => {
  const x = new Account();
  const c = await x.register(gw);
  const other = keyPair();
  const more = [x.devices[0], other];
  await fails(x.put(c, x.entry({ keep: false, devices: more, by: other })), C.CHAIN); // by the new device itself
  await fails(x.put(c, x.entry({ keep: false, devices: more, unsigned: true })), C.CHAIN);
  await fails(x.put(c, x.entry({ keep: false, devices: more, id: randomBytes(32) })), C.CHAIN);
  await fails(x.put(c, x.entry({ keep: false, n: 0, home: randomBytes(32) })), C.CHAIN); // another account's first
  await x.put(c, x.entry());
  x.entry();
  x.entry();
  await fails(x.put(c, x.entries[3]), C.CHAIN); // a number left out
  await fails(x.put(c, x.entry({ keep: false, n: 1, devices: more })), C.EXISTS); // a number taken
  await x.put(c, x.entries[2]);
});
await claim("a_key_that_was_dropped_is_never_listed_again", async () => {
  const x = new Account();
  const c = await x.register(gw);
  const gone = keyPair();
  x.devices.push(gone);
  await x.put(c, x.entry());
  x.devices.pop();
  await x.put(c, x.entry());
  x.devices.push(gone);
  await fails(x.put(c, x.entry({ keep: false })), C.CHAIN);
});
await claim("revoked_device_loses_everything_and_is_told", async () => {
  const x = new Account();
  const first = await x.register(gw);
  const lost = keyPair();
  x.devices.push(lost);
  await x.put(first, x.entry());
  const c = await x.login(gw, lost);
  await c.call(T.KP_PUT, [x.packages(2)]);
  x.devices.pop();
  await x.put(first, x.entry());
  equal(await c.socket.closed, 1008);
  equal(c.bye[0], C.REVOKED);
  await fails(x.login(gw, lost), C.REVOKED);
  const p = await anon(gw);
  await fails(p.call(T.KP_TAKE, [x.inbox, x.token, [1]]), C.EMPTY);
});
await claim("devices_write_twenty_entries_a_day_the_recovery_key_goes_on", async () => {
  const x = new Account();
  const c = await x.register(gw);
  for (let i = 0; i < 20; i++) {
    await x.put(c, x.entry());
    await sleep(i > 15 ? 600 : 0); // new things are limited to a few a second
  }
  await sleep(2000);
  await fails(x.put(c, x.entry({ keep: false })), C.RATE);
  await x.put(c, x.entry({ by: x.recovery }));
});
await claim("chain_is_read_by_id_and_in_parts", async () => {
  const x = new Account();
  const c = await x.register(gw);
  for (let i = 0; i < 15; i++) {
    x.devices.push(keyPair());
    await x.put(c, x.entry());
    await sleep(i > 10 ? 600 : 0);
  }
  const p = await anon(gw);
  await fails(p.call(T.CHAIN_GET, [randomBytes(32), 0, false]), C.UNKNOWN);
  const [id, entries, none] = await p.call(T.CHAIN_GET, [x.id, 0, false]);
  equal(id, x.id);
  equal(none, null);
  equal(entries.map((e) => e.toString("hex")), x.entries.map((e) => e.toString("hex")));
  equal((await p.call(T.CHAIN_GET, [x.id, 15, false]))[1].length, 1);
  equal((await p.call(T.CHAIN_GET, [x.id, 16, false]))[1].length, 0);
  equal((await p.call(T.CHAIN_GET, [x.id, 16, true]))[2], x.hpke);
});

// ---- the recovery code -----------------------------------------------------------------------------------------------
const recover = async (x, key = x.recovery) => (await Conn.open(gw, {})).device(key, { mode: 2 });
await claim("a_record_is_given_to_the_recovery_key_alone_and_every_device_is_told", async () => {
  const x = new Account();
  const c = await x.register(gw);
  const second = keyPair();
  x.devices.push(second);
  await x.put(c, x.entry());
  const d = await x.login(gw, second);
  const head = x.listed[1].hash;
  await c.call(T.RECORD_PUT, [10, head, B("part one")]);
  await fails(c.call(T.RECORD_PUT, [9, head, B("older")]), C.STALE);
  await c.call(T.RECORD_PUT, [10, head, B("part one")]); // the same again
  await d.call(T.RECORD_PUT, [3, head, B("part two")]); // a part a device
  const nobody = await recover(x, keyPair());
  equal(nobody.known, false);
  await fails(nobody.call(T.RECORD_GET, [0]), C.AUTH);
  const r = await recover(x);
  equal(r.known, true);
  equal([r.ready[8], r.ready[3]], [x.id, x.inbox]);
  equal(await r.call(T.RECORD_GET, [0]), [x.devices[0].pub, 10, head, B("part one"), 1]);
  equal(await r.call(T.RECORD_GET, [1]), [second.pub, 3, head, B("part two"), 0]);
  await fails(r.call(T.RECORD_GET, [2]), C.UNKNOWN);
  await Promise.all([c, d].map((s) => s.until(() => s.delivered.length === 1, "told")));
  equal([c.delivered[0].kind, c.delivered[0].body.length], [3, 0]);
});
await claim("recovering_ends_the_old_code_and_what_dropped_devices_wrote_goes_later", async () => {
  const x = new Account();
  const old = await x.register(gw);
  await old.call(T.RECORD_PUT, [1, x.listed[0].hash, B("all there is")]);
  const r = await recover(x);
  const code = x.recovery;
  const fresh = keyPair();
  x.devices = [fresh];
  x.recovery = keyPair();
  x.hpke = randomBytes(1216);
  const entry = x.entry({ by: code });
  await fails(x.put(r, entry, randomBytes(1216)), C.CHAIN); // not the key that the entry names
  await x.put(r, entry, x.hpke);
  equal(await old.socket.closed, 1008);
  await fails(r.call(T.RECORD_GET, [0]), C.AUTH);
  const next = await recover(x);
  equal((await next.call(T.RECORD_GET, [0]))[3], B("all there is")); // until the new device has written
  const d = await x.login(gw, fresh);
  await d.call(T.RECORD_PUT, [1, x.listed[1].hash, B("of the new one")]);
  equal((await next.call(T.RECORD_GET, [0]))[3], B("of the new one"));
  await fails(next.call(T.RECORD_GET, [1]), C.UNKNOWN);
});
await claim("a_new_code_that_nobody_proves_to_have_is_refused", async () => {
  const x = new Account();
  const c = await x.register(gw);
  const stolen = keyPair();
  const entry = x.entry({ keep: false, recovery: stolen, unsigned: true });
  await fails(x.put(c, entry), C.CHAIN);
  x.hpke = randomBytes(1216);
  await x.put(c, x.entry({ recovery: stolen, old: x.recovery }), x.hpke);
});

// ---- key packages ----------------------------------------------------------------------------------------------------
await claim("key_packages_are_taken_once_then_the_last_resort", async () => {
  const x = new Account();
  const c = await x.register(gw);
  const list = x.packages(2);
  await c.call(T.KP_PUT, [list]);
  equal(JSON.stringify((await c.call(T.KP_COUNT, []))[0][0].slice(0, 2)), "[1,2]");
  const p = await anon(gw);
  const take = async () => (await p.call(T.KP_TAKE, [x.inbox, x.token, [1]]))[2][0][2].toString("hex");
  const got = [await take(), await take(), await take(), await take()];
  const names = list.map((k) => k[4].toString("hex"));
  equal(got.slice(0, 2).sort().join(), names.slice(0, 2).sort().join());
  equal(got[2], names[2]);
  equal(got[3], names[2]);
  equal(JSON.stringify((await c.call(T.KP_COUNT, []))[0][0].slice(0, 2)), "[1,0]");
});
await claim("an_empty_list_takes_the_packages_of_this_device_away", async () => {
  const x = new Account();
  const c = await x.register(gw);
  x.devices.push(keyPair());
  await x.put(c, x.entry());
  const d = await x.login(gw, x.devices[1]);
  await c.call(T.KP_PUT, [x.packages(2)]);
  await d.call(T.KP_PUT, [x.packages(2)]);
  await c.call(T.KP_PUT, [[]]);
  equal(JSON.stringify((await c.call(T.KP_COUNT, []))[0]), "[]");
  equal(JSON.stringify((await d.call(T.KP_COUNT, []))[0][0].slice(0, 2)), "[1,2]");
  await c.call(T.KP_PUT, [x.packages(1)]);
  equal(JSON.stringify((await c.call(T.KP_COUNT, []))[0][0].slice(0, 2)), "[1,1]");
});
await claim("first_suite_that_all_devices_have_is_taken", async () => {
  const x = new Account();
  const c = await x.register(gw);
  x.devices.push(keyPair());
  await x.put(c, x.entry());
  const d = await x.login(gw, x.devices[1]);
  await c.call(T.KP_PUT, [[...x.packages(1, 79), ...x.packages(1, 1)]]);
  await d.call(T.KP_PUT, [x.packages(1, 1)]);
  const p = await anon(gw);
  const [, chain, packages] = await p.call(T.KP_TAKE, [x.inbox, x.token, [79, 1]]);
  equal(packages.length, 2);
  equal(packages[0][1], 1);
  equal(chain[0], x.entries[0]);
  equal((await p.call(T.KP_TAKE, [x.inbox, x.token, [79]]))[2].length, 1);
});
await claim("new_last_resort_replaces_the_old", async () => {
  const x = new Account();
  const c = await x.register(gw);
  const [one] = x.packages(0);
  const [two] = x.packages(0);
  await c.call(T.KP_PUT, [[one]]);
  await c.call(T.KP_PUT, [[two]]);
  const p = await anon(gw);
  equal((await p.call(T.KP_TAKE, [x.inbox, x.token, [1]]))[2][0][2], two[4]);
});
await claim("bounds_of_key_packages_hold", async () => {
  const x = new Account();
  const c = await x.register(gw);
  const now = Math.floor(Date.now() / 1000);
  await fails(c.call(T.KP_PUT, [[[randomBytes(32), 1, now - 1, false, randomBytes(10)]]]), C.LIMIT);
  await fails(c.call(T.KP_PUT, [[[randomBytes(32), 1, now + 86400 * 500, false, randomBytes(10)]]]), C.LIMIT);
  await fails(c.call(T.KP_PUT, [[[randomBytes(32), 1, now + 100, false, randomBytes(17000)]]]), C.LIMIT);
  for (let i = 0; i < 2; i++) await c.call(T.KP_PUT, [Array.from({ length: 100 }, () => [randomBytes(32), 1, now + 100, false, randomBytes(10)])]);
  await fails(c.call(T.KP_PUT, [x.packages(1, 1, false)]), C.LIMIT);
  equal((await c.call(T.KP_COUNT, []))[0][0][1], 200);
});
await claim("expired_key_packages_are_not_given", async () => {
  const x = new Account();
  const c = await x.register(gw);
  await c.call(T.KP_PUT, [[[randomBytes(32), 1, Math.floor(Date.now() / 1000) + 1, false, randomBytes(10)]]]);
  await sleep(2100);
  const p = await anon(gw);
  await fails(p.call(T.KP_TAKE, [x.inbox, x.token, [1]]), C.EMPTY);
});
await claim("twenty_takes_an_hour_and_token", async () => {
  const x = new Account();
  const c = await x.register(gw);
  await c.call(T.KP_PUT, [x.packages(0)]);
  const p = await anon(gw);
  for (let i = 0; i < 20; i++) await p.call(T.KP_TAKE, [x.inbox, x.token, [1]]);
  const e = await fails(p.call(T.KP_TAKE, [x.inbox, x.token, [1]]), C.RATE);
  check(e.retry > 0 && e.retry <= 3600000, "retry_ms");
});

// ---- tokens and inboxes ----------------------------------------------------------------------------------------------
await claim("inbox_wants_a_good_token", async () => {
  const p = await anon(gw);
  const post = (inbox, token) => p.call(T.INBOX_POST, [inbox, token, randomBytes(8), B("x")]);
  await fails(post(randomBytes(16), alice.token), C.UNKNOWN);
  await fails(post(alice.inbox, randomBytes(16)), C.TOKEN);
  await fails(post(alice.inbox, bob.token), C.TOKEN);
  const dead = randomBytes(16);
  await a.call(T.TOKEN_SET, [sha256(dead), 0, Math.floor(Date.now() / 1000) - 5]);
  await fails(post(alice.inbox, dead), C.TOKEN);
  const gone = randomBytes(16);
  await a.call(T.TOKEN_SET, [sha256(gone), 0, 0]);
  await post(alice.inbox, gone);
  await a.call(T.TOKEN_DROP, [sha256(gone)]);
  await fails(post(alice.inbox, gone), C.TOKEN);
  await fails(p.call(T.KP_TAKE, [alice.inbox, gone, [1]]), C.TOKEN);
});
await claim("token_uses_count_stored_messages_only", async () => {
  const token = randomBytes(16);
  await b.call(T.TOKEN_SET, [sha256(token), 2, 0]);
  await b.call(T.KP_PUT, [bob.packages(0)]);
  const p = await anon(gw);
  for (let i = 0; i < 3; i++) await p.call(T.KP_TAKE, [bob.inbox, token, [1]]);
  const mid = randomBytes(8);
  await p.call(T.INBOX_POST, [bob.inbox, token, mid, B("one")]);
  await p.call(T.INBOX_POST, [bob.inbox, token, mid, B("one")]); // a repeat: answered, not counted, not stored
  await p.call(T.INBOX_POST, [bob.inbox, token, randomBytes(8), B("two")]);
  await p.call(T.INBOX_POST, [bob.inbox, token, mid, B("one")]); // even when the token is used up
  await fails(p.call(T.INBOX_POST, [bob.inbox, token, randomBytes(8), B("three")]), C.TOKEN);
  await fails(p.call(T.KP_TAKE, [bob.inbox, token, [1]]), C.TOKEN);
  await b.until(() => b.delivered.length === 2, "two");
  equal(b.delivered.map((d) => d.body.toString()).join(), "one,two");
  ack(b, 2);
});
await claim("queue_is_delivered_in_order_until_acknowledged", async () => {
  const x = new Account();
  const c = await x.register(gw);
  c.end();
  const p = await anon(gw);
  for (let i = 1; i <= 10; i++) await p.call(T.INBOX_POST, [x.inbox, x.token, randomBytes(8), B(`m${i}`)]);
  const d = await x.login(gw);
  equal(d.ready[6], 1, "queue_first");
  equal(d.ready[11], 10, "queue_last");
  equal(d.ready[12], sha256(B("m10")), "queue_hash");
  await d.until(() => d.delivered.length === 10, "ten");
  equal(d.delivered.map((m) => m.seq).join(), "1,2,3,4,5,6,7,8,9,10");
  ack(d, 4);
  await d.call(T.KP_COUNT, []); // behind the ack in the writer's order
  d.end();
  const e = await x.login(gw);
  equal(e.ready[6], 5, "queue_first");
  equal(e.ready[11], 10, "queue_last, whatever was acknowledged");
  await e.until(() => e.delivered.length === 6, "six");
  equal(e.delivered[0].body, B("m5"));
  ack(e, 1000000); // more than was delivered counts as all of it
  await e.call(T.KP_COUNT, []);
  await p.call(T.INBOX_POST, [x.inbox, x.token, randomBytes(8), B("m11")]);
  await e.until(() => e.delivered.length === 7, "seven");
  equal(e.delivered[6].seq, 11);
});
await claim("at_most_256_unacknowledged", async () => {
  const x = new Account();
  const c = await x.register(gw);
  const p = await anon(gw);
  const all = [];
  for (let i = 0; i < 300; i++) all.push(p.call(T.INBOX_POST, [x.inbox, x.token, randomBytes(8), B("x")]));
  await Promise.all(all);
  await c.until(() => c.delivered.length === 256, "window");
  await sleep(200);
  equal(c.delivered.length, 256);
  ack(c, 100);
  await c.until(() => c.delivered.length === 300, "the rest");
  equal(c.delivered.map((m) => m.seq).join(), Array.from({ length: 300 }, (_, i) => i + 1).join());
});
await claim("two_connections_of_a_device_both_get_all", async () => {
  const x = new Account();
  const c = await x.register(gw);
  const d = await x.login(gw);
  const p = await anon(gw);
  await p.call(T.INBOX_POST, [x.inbox, x.token, randomBytes(8), B("x")]);
  await c.until(() => c.delivered.length === 1);
  await d.until(() => d.delivered.length === 1);
});

// ---- mailboxes -------------------------------------------------------------------------------------------------------
const p = await anon(gw);
const g = await new Group().create(p);
await claim("mailbox_address_is_taken_once", async () => {
  await fails(g.create(p), C.EXISTS);
});
await claim("mailbox_opens_by_its_read_tag_only", async () => {
  await fails(g.open(p, { tag: randomBytes(32) }), C.AUTH);
  const other = new Group();
  await fails(other.open(p), C.UNKNOWN);
  const o = await g.open(p);
  equal(o.head, 0);
  equal(o.first, 1);
  await p.call(T.CLOSE, [o.handle]);
  await fails(p.call(T.CLOSE, [o.handle]), C.UNKNOWN);
  await fails(g.send(p, o.handle, B("closed")), C.UNKNOWN);
});
await claim("posts_get_the_next_number_and_reach_all_readers_once", async () => {
  const [x, y] = await Promise.all([anon(gw), anon(gw)]);
  const ox = await g.open(x);
  const oy = await g.open(y);
  const seqs = await Promise.all(Array.from({ length: 50 }, (_, i) => g.send(i % 2 ? x : y, i % 2 ? ox.handle : oy.handle, B(`p${i}`))));
  equal([...seqs].sort((m, n) => m - n).join(), Array.from({ length: 50 }, (_, i) => i + 1).join());
  for (const c of [x, y]) {
    await c.until(() => c.delivered.length === 50, "50");
    equal(c.delivered.map((d) => d.seq).join(), Array.from({ length: 50 }, (_, i) => i + 1).join());
    equal(c.delivered[0].branch, g.branch);
    equal(c.delivered[0].kind, 0);
  }
  x.end();
  y.end();
});
await claim("open_continues_behind_the_cursor", async () => {
  const c = await anon(gw);
  const o = await g.open(c, { cursor: 45 });
  equal(o.first, 46);
  equal(o.head, 50);
  await c.until(() => c.delivered.length === 5, "five");
  equal(c.delivered[0].seq, 46);
  const past = await g.open(c, { cursor: 50 });
  equal(past.first, 51);
  const beyond = await g.open(c, { cursor: 5000 });
  equal(beyond.first, 51, "a cursor beyond the head (a gateway restored from a copy)");
  c.end();
});

// ---- the right to write ----------------------------------------------------------------------------------------------
// Asks for it, says whether it was given, and that a post shows the same.
async function mayWrite(c, h, handle, o) {
  const asked = c.call(T.WRITE, h.write(c, handle, o));
  asked.catch(() => {});
  const post = c.call(T.POST, h.post(handle, B("mine?"), { epoch: o?.epoch ?? h.epoch })).then(() => 0, (e) => e.code);
  const code = await asked.then(() => 0, (e) => e.code);
  const posted = await post;
  check((code === 0) === (posted === 0), `right ${code}, post ${posted}`);
  return code;
}
await claim("posts_need_the_signature_of_the_epochs_key", async () => {
  const c = await anon(gw);
  const h = await new Group().create(c);
  const { handle } = await h.open(c);
  const post = () => c.call(T.POST, h.post(handle, B("no right")));
  await fails(post(), C.AUTH);
  equal(await mayWrite(c, h, handle, { key: keyPair() }), C.AUTH);
  equal(await mayWrite(c, h, handle, { mailbox: g.mailbox }), C.AUTH, "of another mailbox");
  equal(await mayWrite(c, h, handle, { nonce: randomBytes(32) }), C.AUTH);
  equal(await mayWrite(c, h, handle, { epoch: 1, key: h.keys.get(0) }), C.EPOCH);
  equal(await mayWrite(c, h, 99), C.UNKNOWN);
  const bent = h.write(c, handle);
  bent[2] = Buffer.from(bent[2]);
  bent[2][40] ^= 1;
  await fails(c.call(T.WRITE, bent), C.AUTH);
  bent[1] = 1;
  await fails(c.call(T.WRITE, bent), C.EPOCH);
  equal((await h.open(c)).head, 0, "nothing was stored");
  equal(await mayWrite(c, h, handle), 0);
  c.end();
});
await claim("right_of_another_connection_or_gateway_or_a_replay_is_none", async () => {
  const [x, y] = await Promise.all([anon(gw), anon(gw)]);
  const h = await new Group().create(x);
  const ox = await h.open(x);
  const oy = await h.open(y);
  equal(ox.handle, oy.handle);
  const signed = h.write(x, ox.handle);
  await fails(y.call(T.WRITE, signed), C.AUTH); // the very bytes, before and after they were good
  await x.call(T.WRITE, signed);
  await fails(y.call(T.WRITE, signed), C.AUTH);
  await fails(y.call(T.POST, h.post(oy.handle, B("x may, y may not"))), C.AUTH);
  equal(await mayWrite(y, h, oy.handle, { nonce: x.nonce }), C.AUTH);
  equal(await mayWrite(y, h, oy.handle, { origin: "gw.evil.example" }), C.AUTH);
  equal(await mayWrite(y, h, oy.handle, { origin: `127.0.0.1:${gw.port}` }), C.AUTH);
  await x.call(T.POST, h.post(ox.handle, B("x may")));
  x.end();
  const z = await anon(gw);
  const oz = await h.open(z);
  await fails(z.call(T.WRITE, signed), C.AUTH); // a replay on a later connection
  await fails(z.call(T.POST, h.post(oz.handle, B("z may not"))), C.AUTH);
  equal((await h.open(z)).head, 1);
  y.end();
  z.end();
});
await claim("right_dies_with_its_handle", async () => {
  const c = await anon(gw);
  const h = await new Group().create(c);
  const i = new Group();
  i.keys = h.keys; // even of the same key
  await i.create(c);
  const one = await h.open(c);
  await h.openToWrite(c, one.handle);
  const signed = h.write(c, one.handle);
  await h.send(c, one.handle, B("before"));
  await c.call(T.CLOSE, [one.handle]);
  const two = await i.open(c);
  equal(two.handle, one.handle, "the number is used again");
  await fails(c.call(T.POST, i.post(two.handle, B("by the old right"))), C.AUTH);
  await fails(c.call(T.WRITE, signed), C.AUTH); // signed for the mailbox that this number was
  await c.call(T.CLOSE, [two.handle]);
  const three = await h.open(c);
  equal(three.handle, one.handle);
  await fails(c.call(T.POST, h.post(three.handle, B("the same mailbox, opened anew"))), C.AUTH);
  // Closed, opened and posted to in one message: the writer gets the post of no right that was.
  await h.openToWrite(c, three.handle);
  const rest = [7000, 7001].map((r) => c.expect(r).catch((e) => e));
  c.socket.send(Buffer.concat([frame(T.CLOSE, 0, cbor([three.handle])), frame(T.OPEN, 7000, cbor([i.mailbox, i.tag, 0, 0])), frame(T.POST, 7001, i.post(three.handle, B("in its place")))]));
  const [opened, posted] = await Promise.all(rest);
  equal(opened.body[0], three.handle);
  equal(posted.code, C.UNKNOWN);
  equal((await i.open(c)).head, 0);
  c.end();
});
await claim("right_is_for_one_epoch", async () => {
  const c = await anon(gw);
  const h = await new Group().create(c);
  const { handle } = await h.open(c);
  await h.openToWrite(c, handle);
  await h.change(c, handle, B("c0"));
  await fails(c.call(T.POST, h.post(handle, B("another epoch"))), C.AUTH);
  await c.call(T.POST, h.post(handle, B("the old one is within its grace"), { epoch: 0 }));
  equal(await mayWrite(c, h, handle), 0);
  await fails(c.call(T.POST, h.post(handle, B("no longer: one epoch a handle"), { epoch: 0 })), C.AUTH);
  equal(await mayWrite(c, h, handle, { epoch: 0 }), 0);
  c.end();
});
await claim("removal_ends_the_rights_of_older_epochs_at_once", async () => {
  const [c, out] = await Promise.all([anon(gw), anon(gw)]);
  const h = await new Group().create(c);
  const { handle } = await h.open(c);
  const theirs = await h.open(out);
  await h.change(c, handle, B("c0"));
  await h.openToWrite(out, theirs.handle, { epoch: 0 });
  const mid = randomBytes(8);
  const said = await h.send(out, theirs.handle, B("within the grace"), { epoch: 0, mid });
  const tag = randomBytes(32);
  await h.openToWrite(c, handle);
  // The commit and a post of the epoch it ends in one message: the loop, which has not heard of the commit, lets the
  // post pass; the writer does not.
  const removal = h.commit(handle, B("they are out"), { readHash: sha256(tag) });
  const both = [8000, 8001].map((r) => c.expect(r).then((a) => a.body.seq, (e) => e.code));
  c.socket.send(Buffer.concat([frame(T.COMMIT, 8000, cbor(removal.body)), frame(T.POST, 8001, h.post(handle, B("a moment late")))]));
  const [seq, late] = await Promise.all(both);
  check(seq > said, "the commit won");
  equal(late, C.STALE, "in the removal's own epoch");
  h.epoch = 2;
  h.keys.set(2, removal.next);
  await fails(out.call(T.POST, h.post(theirs.handle, B("by the right of epoch 0"), { epoch: 0 })), C.STALE);
  equal(await mayWrite(out, h, theirs.handle, { epoch: 0 }), C.STALE);
  equal(await mayWrite(out, h, theirs.handle, { epoch: 1 }), C.STALE);
  h.hint(out, theirs.handle, B("typing"), { epoch: 1 });
  equal(await h.send(out, theirs.handle, B("within the grace"), { epoch: 0, mid, flags: 1 }), said, "what was stored is still answered");
  const again = removal.body;
  equal((await c.call(T.COMMIT, again)).seq, seq, "so is the commit");
  h.tag = tag;
  const o = await h.open(c);
  equal(o.head, seq);
  // Also after the gateway has forgotten what it had in memory, nothing of the ended keys is left.
  equal(execFileSync("sqlite3", [join(gw.dir, "sotto.db"), `SELECT group_concat(epoch) FROM wkey WHERE grp = (SELECT id FROM grp WHERE mailbox = x'${h.mailbox.toString("hex")}')`], { encoding: "utf8" }).trim(), "2");
  await h.send(c, o.handle, B("without them"));
  equal(c.ephemeral.length, 0);
  c.end();
  out.end();
});
await claim("retry_sealed_anew_in_a_later_epoch_is_known_again", async () => {
  const c = await anon(gw);
  const h = await new Group().create(c);
  const { handle } = await h.open(c);
  const mid = randomBytes(8);
  const first = await h.send(c, handle, B("once"), { mid });
  const tag = randomBytes(32);
  await h.change(c, handle, B("they are out"), { readHash: sha256(tag) });
  const d = await anon(gw);
  h.tag = tag;
  const o = await h.open(d);
  equal(await mayWrite(d, h, o.handle, { epoch: 0 }), C.STALE);
  equal(await h.send(d, o.handle, B("once, sealed anew"), { mid, flags: 1 }), first);
  c.end();
  d.end();
});
await claim("all_of_a_commit_is_signed_but_its_handle", async () => {
  const c = await anon(gw);
  const x = new Account();
  await x.register(gw);
  const h = await new Group().create(c);
  const { handle } = await h.open(c);
  const good = () => h.commit(handle, B("x"), { readHash: randomBytes(32), info: B("info"), welcomes: [[x.inbox, x.token, B("w")]] }).body;
  const other = {
    mid: [1, randomBytes(8)], branch: [3, randomBytes(8)], body: [4, B("y")], next_key: [5, keyPair().pub], read_hash: [6, randomBytes(32)], no_read_hash: [6, null],
    info: [7, B("other")], no_info: [7, null], no_welcomes: [8, []], welcome: [8, [[x.inbox, x.token, B("other")]]], inbox: [8, [[randomBytes(16), x.token, B("w")]]],
    token: [8, [[x.inbox, randomBytes(16), B("w")]]], twice: [8, [[x.inbox, x.token, B("w")], [x.inbox, x.token, B("w")]]],
  };
  for (const [name, [at, value]] of Object.entries(other)) {
    const bent = good();
    bent[at] = value;
    await fails(c.call(T.COMMIT, bent), C.AUTH).catch((e) => check(false, `${name}: ${e.message}`));
  }
  const none = h.commit(handle, B("x")).body; // nothing and something empty are not the same
  none[7] = Buffer.alloc(0);
  await fails(c.call(T.COMMIT, none), C.AUTH);
  await c.call(T.COMMIT, good());
  c.end();
});
await claim("foreign_handles_and_unknown_flags_are_refused", async () => {
  const c = await anon(gw);
  await fails(c.call(T.POST, g.post(1, B("no handle of mine"))), C.UNKNOWN);
  await fails(c.call(T.POST, g.post(77777, B("x"))), C.UNKNOWN);
  const o = await g.open(c);
  const bad = g.post(o.handle, B("x"));
  bad[12] = 0x80;
  await fails(c.call(T.POST, bad), C.MALFORMED);
  equal(await c.socket.closed, 1002);
});
await claim("retry_answers_the_old_number", async () => {
  const c = await anon(gw);
  const o = await g.open(c, { cursor: 50 });
  const mid = randomBytes(8);
  const first = await g.send(c, o.handle, B("once"), { mid });
  equal(await g.send(c, o.handle, B("once"), { mid, flags: 1 }), first);
  equal((await g.open(c, { cursor: first })).head, first);
  const fresh = await g.send(c, o.handle, B("new"), { flags: 1 });
  equal(fresh, first + 1, "a retry of what never arrived is stored");
  c.end();
});
await claim("one_commit_an_epoch_wins", async () => {
  const c = await anon(gw);
  const h = await new Group().create(c);
  const o = await h.open(c);
  const one = h.commit(o.handle, B("commit one"));
  const two = h.commit(o.handle, B("commit two"));
  const results = await Promise.allSettled([c.call(T.COMMIT, one.body), c.call(T.COMMIT, two.body)]);
  equal(results[0].status, "fulfilled");
  equal(results[1].reason.code, C.EPOCH);
  equal(results[1].reason.detail, u64be(1));
  equal((await c.call(T.COMMIT, one.body)).seq, results[0].value.seq, "the winner again");
  await c.until(() => c.delivered.length === 1);
  equal(c.delivered[0].kind, 1);
  equal(c.delivered[0].epoch, 0);
  equal(await mayWrite(c, h, o.handle, { epoch: 1, key: two.next }), C.AUTH);
  equal(await mayWrite(c, h, o.handle, { epoch: 1, key: one.next }), 0);
  await c.call(T.POST, h.post(o.handle, B("in the new epoch"), { epoch: 1 }));
  await h.send(c, o.handle, B("late, from the old one"), { epoch: 0 });
  equal(await mayWrite(c, h, o.handle, { epoch: 2, key: one.next }), C.EPOCH);
  c.end();
});
await claim("keys_of_five_epochs_are_kept", async () => {
  const c = await anon(gw);
  const h = await new Group().create(c);
  const o = await h.open(c);
  const mid = randomBytes(8);
  const early = await h.send(c, o.handle, B("early"), { epoch: 0, mid });
  for (let i = 0; i < 5; i++) await h.change(c, o.handle, B(`c${i}`));
  await h.send(c, o.handle, B("five behind"), { epoch: 0 });
  await h.change(c, o.handle, B("c5"));
  await fails(h.send(c, o.handle, B("six behind"), { epoch: 0 }), C.STALE);
  equal(await h.send(c, o.handle, B("early"), { epoch: 0, mid, flags: 1 }), early, "a retry from then is still answered");
  equal(await h.send(c, o.handle, B("early"), { mid, flags: 1 }), early, "and one sealed anew");
  await h.send(c, o.handle, B("five behind"), { epoch: 1 });
  c.end();
});
await claim("commit_of_a_later_or_forged_epoch_is_refused", async () => {
  const c = await anon(gw);
  const h = await new Group(7).create(c);
  const o = await h.open(c);
  equal(o.epoch, 7);
  const key = h.keys.get(7);
  await fails(c.call(T.COMMIT, h.commit(o.handle, B("x"), { epoch: 8, key }).body), C.EPOCH);
  await fails(c.call(T.COMMIT, h.commit(o.handle, B("x"), { epoch: 6, key }).body), C.EPOCH);
  await fails(c.call(T.COMMIT, h.commit(o.handle, B("x"), { key: keyPair() }).body), C.AUTH);
  const swapped = h.commit(o.handle, B("x")).body;
  swapped[5] = keyPair().pub; // next_key is signed
  await fails(c.call(T.COMMIT, swapped), C.AUTH);
  equal(await h.change(c, o.handle, B("good")), 1);
  c.end();
});
await claim("welcomes_go_out_with_the_winning_commit_only", async () => {
  const x = new Account();
  const d = await x.register(gw);
  const c = await anon(gw);
  const h = await new Group().create(c);
  const o = await h.open(c);
  const bad = [[x.inbox, x.token, B("w0")], [x.inbox, randomBytes(16), B("w1")]];
  const e = await fails(c.call(T.COMMIT, h.commit(o.handle, B("c"), { welcomes: bad }).body), C.TOKEN);
  equal(e.detail, u64be(1), "index of the welcome");
  await fails(c.call(T.COMMIT, h.commit(o.handle, B("c"), { welcomes: [[randomBytes(16), x.token, B("w")]] }).body), C.TOKEN);
  const one = h.commit(o.handle, B("one"), { welcomes: [[x.inbox, x.token, B("from one")]] });
  const two = h.commit(o.handle, B("two"), { welcomes: [[x.inbox, x.token, B("from two")]] });
  const r = await Promise.allSettled([c.call(T.COMMIT, one.body), c.call(T.COMMIT, two.body), c.call(T.COMMIT, one.body)]);
  equal(r.map((y) => y.status).join(), "fulfilled,rejected,fulfilled");
  await d.until(() => d.delivered.length === 1);
  await sleep(100);
  equal(d.delivered.length, 1);
  equal(d.delivered[0].body, B("from one"));
  equal((await h.open(c)).head, 1);
  c.end();
});
await claim("welcomes_with_one_single_use_token_count", async () => {
  const x = new Account();
  const d = await x.register(gw);
  const token = randomBytes(16);
  await d.call(T.TOKEN_SET, [sha256(token), 1, 0]);
  const c = await anon(gw);
  const h = await new Group().create(c);
  const o = await h.open(c);
  const twice = [[x.inbox, token, B("w0")], [x.inbox, token, B("w1")]];
  await fails(c.call(T.COMMIT, h.commit(o.handle, B("c"), { welcomes: twice }).body), C.TOKEN);
  await h.change(c, o.handle, B("c"), { welcomes: twice.slice(0, 1) }); // the refusal had used nothing up
  await d.until(() => d.delivered.length === 1);
  c.end();
});
await claim("an_old_read_tag_reads_up_to_the_commit_that_replaced_it", async () => {
  const [writer, live, later, fresh] = await Promise.all([anon(gw), anon(gw), anon(gw), anon(gw)]);
  const h = await new Group().create(writer, { info: B("info 0") });
  const w = await h.open(writer);
  const o = await h.open(live);
  await h.send(writer, w.handle, B("one"));
  const old = h.tag;
  const tag = randomBytes(32);
  const forged = h.commit(w.handle, B("x"), { readHash: sha256(tag) }).body;
  forged[6] = sha256(randomBytes(32)); // the hash is signed
  await fails(writer.call(T.COMMIT, forged), C.AUTH);
  const seq = await h.change(writer, w.handle, B("they are out"), { readHash: sha256(tag), info: B("info 1") });
  h.tag = tag;
  const again = await h.open(writer, { cursor: seq });
  await h.send(writer, again.handle, B("without them"));
  h.hint(writer, again.handle, B("typing"));
  await writer.until(() => writer.delivered.some((d) => d.body.equals(B("without them"))));
  // who was reading has the commit, and nothing behind it
  await live.until(() => live.delivered.some((d) => d.body.equals(B("they are out"))));
  // who comes later with the old tag reads as far
  const past = await h.open(later, { tag: old });
  equal([past.head, past.first], [seq, 1]);
  await later.until(() => later.delivered.length === 2);
  const none = await h.open(later, { tag: old, cursor: seq });
  equal([none.head, none.first], [seq, seq + 1]);
  await fails(later.call(T.INFO_GET, [h.mailbox, old]), C.AUTH);
  await fails(h.open(later, { tag: randomBytes(32) }), C.AUTH);
  // and who has the new one reads all
  equal((await h.open(fresh)).head, seq + 1);
  await fresh.until(() => fresh.delivered.length === 3);
  equal((await fresh.call(T.INFO_GET, [h.mailbox, tag]))[0], B("info 1"));
  await h.send(writer, again.handle, B("nor this"));
  await fresh.until(() => fresh.delivered.length === 4);
  await sleep(200);
  equal([live.delivered.length, later.delivered.length], [2, 2]);
  equal((live.ephemeral).length, 0);
  for (const c of [writer, live, later, fresh]) c.end();
  void o;
});
await claim("info_is_replaced_by_commits_and_read_by_tag", async () => {
  const c = await anon(gw);
  const h = await new Group().create(c, { info: B("info 0") });
  const o = await h.open(c);
  equal((await c.call(T.INFO_GET, [h.mailbox, h.tag]))[0], B("info 0"));
  await h.change(c, o.handle, B("c"), { info: B("info 1") });
  await h.change(c, o.handle, B("c"));
  const [info, epoch, head] = await c.call(T.INFO_GET, [h.mailbox, h.tag]);
  equal(info, B("info 1"));
  equal(epoch, 2);
  equal(head, 2);
  await fails(c.call(T.INFO_GET, [h.mailbox, randomBytes(32)]), C.AUTH);
  c.end();
});
await claim("joiner_reads_from_its_epoch_on", async () => {
  const c = await anon(gw);
  const h = await new Group().create(c);
  const o = await h.open(c);
  await h.send(c, o.handle, B("before"));
  await h.change(c, o.handle, B("c0"));
  await h.send(c, o.handle, B("in 1"));
  await h.change(c, o.handle, B("c1"));
  await h.send(c, o.handle, B("in 2"));
  const d = await anon(gw);
  equal((await h.open(d, { cursor: null, epoch: 1 })).first, 3);
  await d.until(() => d.delivered.length === 3);
  equal((await h.open(d, { cursor: null, epoch: 2 })).first, 5);
  equal((await h.open(d, { cursor: null, epoch: 3 })).first, 6);
  equal((await h.open(d, { cursor: null, epoch: 0 })).first, 1);
  c.end();
  d.end();
});
await claim("ephemeral_reaches_others_and_is_never_stored", async () => {
  const [x, y] = await Promise.all([anon(gw), anon(gw)]);
  const h = await new Group().create(x);
  const ox = await h.open(x);
  await h.open(y);
  x.tell(T.EPHEMERAL, h.ephemeral(ox.handle, B("without a right")));
  h.hint(x, ox.handle, B("typing"));
  await y.until(() => y.ephemeral.length === 1);
  equal(y.ephemeral[0].body, B("typing"));
  x.tell(T.EPHEMERAL, h.ephemeral(ox.handle, B("another epoch"), { epoch: 3 }));
  y.tell(T.EPHEMERAL, h.ephemeral(ox.handle, B("the other's right")));
  await Promise.all([x, y].map((c) => c.call(T.PING, [])));
  await sleep(50);
  equal(x.ephemeral.length, 0);
  equal(y.ephemeral.length, 1);
  equal((await h.open(x)).head, 0);
});
await claim("handles_are_bounded", async () => {
  const c = await anon(gw);
  const h = await new Group().create(c);
  const list = await Promise.allSettled(Array.from({ length: 4100 }, () => h.open(c)));
  equal(list.filter((r) => r.status === "fulfilled").length, 4096);
  equal(list[4099].reason.code, C.LIMIT);
  c.end();
});
await claim("large_backlog_arrives_whole_and_in_order", async () => {
  const c = await anon(gw);
  const h = await new Group().create(c);
  const o = await h.open(c);
  const body = randomBytes(30000);
  for (let i = 0; i < 20; i++) await Promise.all(Array.from({ length: 10 }, () => h.send(c, o.handle, body)));
  const d = await anon(gw);
  await h.open(d);
  await d.until(() => d.delivered.length === 200, "200 of 30 kB", 20000);
  equal(d.delivered.map((m) => m.seq).join(), Array.from({ length: 200 }, (_, i) => i + 1).join());
  equal(d.delivered[199].body, body);
  c.end();
  d.end();
});

// ---- attachments, records, grants ------------------------------------------------------------------------------------
await claim("attachment_is_resumed_read_and_dropped", async () => {
  const c = await anon(gw);
  const id = randomBytes(16);
  const secret = randomBytes(16);
  const data = randomBytes(32785 * 3 + 17);
  const make = (over = {}) => c.call(T.BLOB_NEW, [id, over.bytes ?? data.length, 32785, null, null, over.drop ?? sha256(secret)]);
  const put = (i, bytes = data.subarray(i * 32785, (i + 1) * 32785)) => c.call(T.BLOB_PUT, Buffer.concat([id, u32le(i), bytes]));
  const get = async (i) => (await c.call(T.BLOB_GET, Buffer.concat([id, u32le(i)]))).bytes;
  await fails(put(0), C.UNKNOWN);
  equal((await make())[2], 0);
  await fails(make({ bytes: 5 }), C.EXISTS);
  await fails(make({ drop: sha256("other") }), C.EXISTS);
  equal((await put(0))[2], 1);
  equal((await put(2))[2], 1, "too early changes nothing");
  await fails(put(1, randomBytes(5)), C.LIMIT);
  await fails(get(1), C.UNKNOWN);
  equal((await Promise.all([put(1), put(2), put(3)])).map((s) => s[2]).join(), "2,3,4");
  equal((await put(1))[2], 4, "again changes nothing");
  equal((await make())[2], 4, "the same again goes on where it stopped");
  equal(Buffer.concat(await Promise.all([get(0), get(1), get(2), get(3)])), data);
  await fails(get(4), C.UNKNOWN);
  equal((await c.call(T.BLOB_STAT, [id]))[2], 4);
  const file = join(gw.dir, "blobs", id.subarray(0, 1).toString("hex"), id.toString("hex"));
  equal(statSync(file).size, data.length);
  await fails(c.call(T.BLOB_DROP, [id, randomBytes(16)]), C.AUTH);
  await c.call(T.BLOB_DROP, [id, secret]);
  await fails(c.call(T.BLOB_STAT, [id]), C.UNKNOWN);
  check(!existsSync(file), "file is gone");
  c.end();
});
await claim("bounds_of_attachments_hold", async () => {
  const c = await anon(gw);
  const make = (bytes, chunk, mailbox = null) => c.call(T.BLOB_NEW, [randomBytes(16), bytes, chunk, null, mailbox, sha256("x")]);
  await fails(make(100 * 1024 * 1024 + 1, 32785), C.LIMIT);
  await fails(make(1000, 65520), C.LIMIT);
  await fails(make(100 << 20, 64), C.LIMIT);
  await fails(make(1000, 100, randomBytes(16)), C.UNKNOWN);
  await make(1000, 100, g.mailbox);
  c.end();
});
await claim("new_things_are_limited_per_connection", async () => {
  const c = await anon(gw);
  const r = await Promise.allSettled(Array.from({ length: 60 }, () => new Group().create(c)));
  const refused = r.filter((x) => x.status === "rejected");
  check(refused.length >= 15 && refused.every((x) => x.reason.code === C.RATE), `${refused.length} refused`);
  c.end();
});
await claim("push_subscription_is_checked_and_stored", async () => {
  const good = ["https://push.example/abc", randomBytes(65), randomBytes(16)];
  await a.call(T.PUSH_SET, good);
  await fails(a.call(T.PUSH_SET, ["http://push.example/abc", good[1], good[2]]), C.LIMIT);
  await fails(a.call(T.PUSH_SET, [good[0], randomBytes(3), good[2]]), C.LIMIT);
  await a.call(T.PUSH_SET, ["", Buffer.alloc(0), Buffer.alloc(0)]);
});

// ---- other settings --------------------------------------------------------------------------------------------------
const sotto = (...args) => spawnSync(program, args, { encoding: "utf8" });
await claim("invitations_admit_as_often_as_they_say", async () => {
  const h = await Gateway.start({ settings: { registration: "invitation" } });
  try {
    const x = new Account();
    const c = await x.login(h);
    equal(c.ready[2], 1);
    const reg = (account, conn, invitation) => conn.call(T.REGISTER, [account.entries[0] ?? account.entry(), account.hpke, account.inbox, invitation]);
    await fails(reg(x, c, null), C.CLOSED);
    await fails(reg(x, c, "GUESSED"), C.CLOSED);
    const { invitation } = JSON.parse(sotto("invite", "--dir", h.dir, "--uses", "2", "--json").stdout);
    await reg(x, c, invitation);
    await reg(x, c, invitation); // the same again uses nothing up
    const y = new Account();
    await reg(y, await y.login(h), invitation);
    const z = new Account();
    await fails(reg(z, await z.login(h), invitation), C.CLOSED);
  } finally {
    await h.stop();
  }
});
await claim("closed_registration_is_closed", async () => {
  const h = await Gateway.start({ settings: { registration: "closed" } });
  try {
    const x = new Account();
    const c = await x.login(h);
    equal(c.ready[2], 0);
    await fails(c.call(T.REGISTER, [x.entry(), x.hpke, x.inbox, "ANY"]), C.CLOSED);
  } finally {
    await h.stop();
  }
});
await claim("grants_open_mailboxes_where_they_are_required", async () => {
  const h = await Gateway.start({ settings: { "require-grants": true } });
  try {
    const x = new Account();
    const d = await x.register(h);
    const c = await anon(h);
    await fails(new Group().create(c), C.QUOTA);
    await fails(new Group().create(c, { grant: randomBytes(16) }), C.QUOTA);
    const [grants, bytes] = await d.call(T.QUOTA_GET, []);
    equal(grants.length, 10);
    await new Group().create(c, { grant: grants[0] });
    await fails(new Group().create(c, { grant: grants[0] }), C.QUOTA);
    const blob = (grant, n) => c.call(T.BLOB_NEW, [randomBytes(16), n, 32785, grant, null, sha256("x")]);
    await blob(grants[1], bytes);
    await fails(blob(grants[1], 5), C.QUOTA);
    for (let i = 0; i < 4; i++) await d.call(T.QUOTA_GET, []);
    await fails(d.call(T.QUOTA_GET, []), C.QUOTA);
  } finally {
    await h.stop();
  }
});
await claim("quotas_of_mailbox_and_inbox_hold", async () => {
  const h = await Gateway.start({ settings: { "mailbox-bytes": "64k", "inbox-items": 20 } });
  try {
    const c = await anon(h);
    const box = await new Group().create(c);
    const o = await box.open(c);
    await box.send(c, o.handle, randomBytes(40000));
    await fails(box.send(c, o.handle, randomBytes(40000)), C.QUOTA);
    await box.send(c, o.handle, randomBytes(1000));
    const x = new Account();
    (await x.register(h)).end();
    const post = () => c.call(T.INBOX_POST, [x.inbox, x.token, randomBytes(8), B("x")]);
    for (let i = 0; i < 20; i++) await post();
    await fails(post(), C.QUOTA);
    const d = await x.login(h);
    await d.until(() => d.delivered.length === 20);
    ack(d, 20);
    await d.call(T.KP_COUNT, []);
    await post();
  } finally {
    await h.stop();
  }
});
await claim("several_loops_deliver_to_each_other", async () => {
  const h = await Gateway.start({ settings: { loops: 3 } });
  try {
    const conns = await Promise.all(Array.from({ length: 24 }, () => anon(h)));
    const box = await new Group().create(conns[0]);
    const handles = await Promise.all(conns.map((c) => box.open(c)));
    await Promise.all(conns.map((c, i) => box.send(c, handles[i].handle, B(`from ${i}`))));
    for (const c of conns) {
      await c.until(() => c.delivered.length === 24, "24");
      equal(c.delivered.map((d) => d.seq).join(), Array.from({ length: 24 }, (_, i) => i + 1).join());
    }
    await box.change(conns[3], handles[3].handle, B("c"));
    for (const c of conns) await c.until(() => c.delivered.length === 25, "the commit"); // what tells of the new epoch
    await Promise.all(conns.map((c, i) => box.send(c, handles[i].handle, B(`in the new epoch ${i}`))));
    box.hint(conns[5], handles[5].handle, B("typing"));
    for (const [i, c] of conns.entries()) if (i !== 5) await c.until(() => c.ephemeral.length === 1, "ephemeral");
    const x = new Account();
    const d = await x.register(h);
    await conns[7].call(T.INBOX_POST, [x.inbox, x.token, randomBytes(8), B("x")]);
    await d.until(() => d.delivered.length === 1);
  } finally {
    equal((await h.stop()).code, 0);
  }
});

// ---- the command line ------------------------------------------------------------------------------------------------
await claim("command_line_keeps_its_exit_codes", async () => {
  equal(sotto().status, 2);
  equal(sotto("--help").status, 0);
  equal(sotto("dance", "--dir", gw.dir).status, 2);
  equal(sotto("run").status, 2);
  equal(sotto("run", "--dir", gw.dir, "--app-prot", "1").status, 2);
  check(sotto("run", "--dir", gw.dir, "--app-prot", "1").stderr.includes("app-port"), "the nearest name");
  equal(sotto("run", "--dir", gw.dir, "--app-port", "x").status, 2);
  equal(sotto("run", "--dir", "/nonexistent/at/all").status, 1);
  equal(sotto("run", "--dir", "/tmp/x", "--listen", "0.0.0.0").status, 2);
  equal(sotto("stats", "--dir", "/nonexistent/at/all").status, 1);
});
await claim("taken_port_is_a_clear_error", async () => {
  const r = sotto("run", "--dir", `${gw.dir}/second`, "--app-port", String(gw.appPort), "--gw-port", String(gw.port));
  equal(r.status, 1);
  check(r.stdout.includes(`port ${gw.appPort}`) && r.stdout.includes("in use"), r.stdout);
});
await claim("stats_are_counts_only", async () => {
  const s = JSON.parse(sotto("stats", "--dir", gw.dir, "--json").stdout);
  check(s.accounts > 5 && s.mailboxes > 5, JSON.stringify(s));
  check(Object.values(s).every((v) => typeof v === "number"), "numbers");
});
await claim("backup_is_whole_while_running", async () => {
  const file = join(gw.dir, "copy.db");
  equal(sotto("backup", "--dir", gw.dir, file).status, 0);
  equal(sotto("backup", "--dir", gw.dir, file).status, 1, "does not overwrite");
  equal(statSync(file).mode & 0o77, 0);
  const out = execFileSync("sqlite3", [file, "PRAGMA integrity_check; SELECT count(*) FROM account"], { encoding: "utf8" });
  check(out.startsWith("ok\n") && Number(out.split("\n")[1]) > 5, out);
});
await claim("metrics_are_about_twenty_and_name_nobody", async () => {
  const text = await (await fetch(`http://127.0.0.1:${gw.metricsPort}/metrics`)).text();
  const names = [...text.matchAll(/^# TYPE (\S+)/gm)].map((m) => m[1]);
  check(names.length >= 20 && names.length < 40, `${names.length}`);
  check(!/[0-9a-f]{16}/.test(text), "an identifier");
  const m = await gw.metrics();
  check(m.sotto_posts_total > 100 && m.sotto_deliveries_total > 100, "counts");
});
await claim("log_names_nobody", async () => {
  check(!/[0-9a-f]{16}|127\.0\.0|::1/.test(gw.log), gw.log);
});
for (const c of [a, b, p]) c.end();
const scan = (...patterns) => spawnSync(join(root, "tests/gateway/scan.sh"), [gw.dir, ...patterns], { encoding: "utf8" });
await claim("secrets_are_stored_as_hashes_only", () => {
  // What was posted in the clear is found, so the scan works; what opens things is not.
  equal(scan("in the new epoch", `hex:${B("in the new epoch").toString("hex")}`).status, 1);
  const secrets = [alice.token, bob.token, g.tag].map((x) => `hex:${x.toString("hex")}`);
  const r = scan(...secrets);
  equal(r.status, 0, r.stdout);
});
const exit = await gw.stop();
await claim("ends_in_order", () => equal(exit.code, 0, gw.log.slice(-500)));
finish();
