// A second client of the Sotto protocol, from PROTOCOL.md alone, against live peers of the first.
//   node second-client.mjs
// From the environment: GATEWAY (its address), RUN (a folder with `pass`, the passphrase, and the homes cli1 to cli4, each
// made by `sotto --home DIR init PeerN GATEWAY`), SOTTO_BIN (the command-line client),
// PEER_MODULE (another peer behind the methods of second/peer-cli.mjs), ONLY (beginnings of test names,
// comma separated), SECOND_LOG=1, SECOND_TRACE=1.
import fs from 'node:fs';
import path from 'node:path';
import { Client, Room, sleep, content, wordHash, roomBytes, parseLink } from './second/client.mjs';
import { Conn, T } from './second/wire.mjs';
import * as X from './second/crypto.mjs';
import * as C from './second/cbor.mjs';
import * as H from './second/chain.mjs';
import * as M from './second/mls.mjs';
import { stream, sendFile, fetchFile } from './second/file.mjs';
import { linkNew, linkOld } from './second/link.mjs';
import { examples } from './second/examples.mjs';
const { Peer } = await import(process.env.PEER_MODULE ?? './second/peer-cli.mjs'); // another peer: the same methods
const here = path.dirname(new URL(import.meta.url).pathname);
const gateway = process.env.GATEWAY ?? 'http://localhost:18581';
const run = process.env.RUN;
const pass = `${run}/pass`;
const homes = [1, 2, 3, 4].map((n) => `${run}/cli${n}`);
export const peers = homes.map((home, i) =>
  Object.assign(new Peer({ bin: process.env.SOTTO_BIN, home, pass, gateway }), { name: 'Peer' + (i + 1) }),
);
let failed = 0;
const only = process.env.ONLY?.split(',');
async function test(name, f) {
  if (only && !only.some((o) => name.startsWith(o))) return;
  const t = Date.now();
  try {
    await f();
    console.log(`ok ${name} (${((Date.now() - t) / 1000).toFixed(1)} s)`);
  } catch (e) {
    failed++;
    console.log(`not ok ${name}: ${e.message}`);
    if (process.env.SECOND_LOG) console.error(e);
  }
}
const must = (x, why) => {
  if (!x) throw new Error(why);
};
const until = async (f, why, ms = 15000) => {
  const t = Date.now();
  while (!(await f())) {
    if (Date.now() - t > ms) throw new Error(why);
    await sleep(200);
  }
};
const fails = async (p, code) => {
  try {
    await p;
  } catch (e) {
    if (e.code === code || e.message === code || (code === 'close' && /closed/.test(e.message))) return;
    throw new Error('expected ' + code + ', got ' + e.message);
  }
  throw new Error('expected ' + code + ', was taken');
};
const pairWith = async (me, peer, text) => {
  const r = await me.add(await peer.link());
  await r.say(text);
  await peer.accept();
  await until(() => me.people.get(X.hex(r.other))?.token, 'no profile of the peer');
  return r;
};
const tag = Date.now().toString(36);
const me = new Client(gateway, 'Second ' + tag);
const [p1] = peers;
let room, room2, group;
await test('examples of section 22', async () => examples());
await test('registers', async () => {
  await me.register();
  await me.publish(12);
  const d = await Conn.open(gateway, 1, me.seed, me.key);
  must(d.ready.known && X.eq(d.ready.account, me.account) && d.ready.head === 0, 'READY does not know me');
  d.close();
  const [items] = await me.device.ask(T.KP_COUNT, []);
  must(items[0][0] === 0x4f && items[0][1] === 12 && items[0][2] > 0, 'KP_COUNTS');
});
await test('is added by a link of its own', async () => {
  const n = me.rooms.size;
  await p1.add(await me.link());
  await until(() => me.rooms.size > n, 'no Welcome: ' + me.refused);
  room = [...me.rooms.values()].at(-1);
  room.other = room.from;
  await until(() => me.people.get(X.hex(room.from)), 'no profile');
});
await test('pair: a text each way', async () => {
  await p1.say('from Sotto ' + tag);
  await until(() => room.sees('from Sotto ' + tag), 'its text did not come: ' + room.refused + room.stopped);
  await room.say('from Second ' + tag);
  must(await p1.sees('from Second ' + tag), 'my text was not shown');
});
await test('pair: an edit and a reaction', async () => {
  const id = await room.say('to be edited ' + tag);
  await room.say('edited ' + tag, { replaces: id, ext: [[-2, 1]] });
  await room.sayContent(
    content('text/plain;charset=utf-8', Buffer.from('\u{1f44d}'), {
      disposition: 2,
      reply: room.words.find((w) => w.text).id,
    }),
  );
  must(await p1.sees('edited ' + tag), 'edit not shown');
  must(!(await p1.sees('to be edited ' + tag, undefined, 1)), 'the old text is still there');
});
await test('pair: a receipt comes', async () => {
  await room.say('tell me ' + tag);
  await p1.watch(9);
  await until(() => room.words.some((w) => w.type?.includes('status')), 'no receipt', 3000);
});
await test('pair: healing (a path commit of mine, then words)', async () => {
  await room.commit([], {});
  await room.say('healed ' + tag);
  must(await p1.sees('healed ' + tag), 'not shown after my path');
  await p1.say('after healing ' + tag);
  await until(() => room.sees('after healing ' + tag), 'nothing back');
});
await test('adds by a link', async () => {
  room2 = await pairWith(me, peers[1], 'knock ' + tag);
  must(await peers[1].sees('knock ' + tag), 'not shown');
  await peers[1].say('come in ' + tag);
  await until(() => room2.sees('come in ' + tag), 'nothing back ' + room2.refused);
});
const pairs = new Map();
await test('group of five: made here', async () => {
  pairs.set(0, room);
  pairs.set(1, room2);
  for (const i of [2, 3]) pairs.set(i, await pairWith(me, peers[i], 'hello ' + i + tag));
  group = await me.makeRoom(2, { name: 'Five ' + tag });
  for (const i of [0, 1, 2, 3]) {
    const p = me.people.get(X.hex(pairs.get(i).other));
    await group.addPerson(p);
  }
  must(group.accounts.size === 5, 'accounts ' + group.accounts.size);
  await group.profile();
  await group.say('five of us ' + tag);
  for (const p of peers) {
    await until(
      async () => (p.group = (await p.chats()).find((c) => c.title === 'Five ' + tag)?.id),
      p.name + ' does not see the group',
      40000,
    );
  }
});
await test('group of five: each hears me', async () => {
  for (const p of peers) must(await p.sees('five of us ' + tag, p.group), p.name + ' did not show it');
});
await test('group of five: I and the others hear each', async () => {
  for (const p of peers) {
    await p.say(`I am ${p.name} ${tag}`, p.group);
    await until(
      () => group.sees(`I am ${p.name} ${tag}`),
      'not heard: ' + p.name + ' ' + group.refused + group.stopped,
      20000,
    );
  }
  must(await p1.sees(`I am Peer4 ${tag}`, p1.group), 'Peer1 did not hear Peer4');
});
await test('group: I remove one, the rest goes on', async () => {
  const gone = pairs.get(3).other;
  await group.removeAccount(gone);
  await group.say('four of us ' + tag);
  must(await p1.sees('four of us ' + tag, p1.group), 'Peer1');
  must(!(await peers[3].sees('four of us ' + tag, peers[3].group, 1)), 'the removed one reads on');
  await peers[1].say('still here ' + tag, peers[1].group);
  await until(() => group.sees('still here ' + tag), 'Peer2 not heard ' + group.refused + group.stopped, 20000);
});
await test('group: one leaves by itself, I commit it', async () => {
  const r = await peers[2].leave(peers[2].group);
  await until(() => group.accounts.size === 3, 'still ' + group.accounts.size + ' ' + r.out + group.refused, 20000);
  await group.say('three of us ' + tag);
  must(await p1.sees('three of us ' + tag, p1.group), 'Peer1');
});
let sgroup;
await test('is removed from a group of Sotto', async () => {
  const chats = await p1.chats();
  const mine = chats.find((c) => c.id === p1.chat);
  const n = me.rooms.size;
  const id = await p1.makeGroup('Theirs ' + tag, [mine.person]);
  await until(() => me.rooms.size > n, 'not added ' + me.refused, 20000);
  sgroup = [...me.rooms.values()].at(-1);
  must(sgroup.room.type === 2 && sgroup.room.name === 'Theirs ' + tag, 'another room');
  await sgroup.say('in your group ' + tag);
  must(await p1.sees('in your group ' + tag, id), 'not shown');
  await p1.removePerson(id, mine.person);
  await until(() => sgroup.gone, 'not removed ' + sgroup.refused + sgroup.stopped, 20000);
  await fails(
    sgroup.client.anonAsk(T.OPEN, [sgroup.mailbox, sgroup.room.read_tag, sgroup.cursor + 0, 0]).then(async (o) => {
      await me.anonAsk(T.WRITE, [
        o[0],
        sgroup.epoch,
        X.sign(
          sgroup.keys.writeSeed,
          X.cat(
            'sotto write 1',
            X.u8(me.anon.origin.length),
            me.anon.origin,
            me.anon.ready.nonce,
            sgroup.mailbox,
            X.u64(sgroup.epoch),
          ),
        ),
      ]);
    }),
    'STALE',
  );
});
let sfive;
await test('is added by its last resort (path commit first)', async () => {
  const y = new Client(gateway, 'Last ' + tag);
  await y.register();
  await y.publish(0);
  const keep = p1.chat;
  const id = await p1.add(await y.link());
  await until(() => y.rooms.size, 'no Welcome ' + y.refused);
  const r = [...y.rooms.values()][0];
  await until(() => r.epoch === 2, 'no path commit');
  await r.say('last ' + tag);
  must(await p1.sees('last ' + tag, id), 'not shown');
  p1.chat = keep;
  y.close();
});
await test('group of five: made by Sotto', async () => {
  const keep = p1.chat;
  const mine = (await p1.chats()).find((c) => c.id === keep).person;
  const persons = [mine];
  for (const p of peers.slice(1)) {
    const mc = p.chat;
    await p1.add(await p.link());
    const id = p1.chat;
    await p.acceptIfAsked();
    await p1.watch(3);
    persons.push((await p1.chats()).find((c) => c.id === id).person);
    p.chat = mc;
  }
  p1.chat = keep;
  const n = me.rooms.size;
  p1.sfive = await p1.makeGroup('SFive ' + tag, persons);
  await until(
    () => [...me.rooms.values()].some((x) => x.room.name === 'SFive ' + tag),
    'not added ' + me.refused,
    20000,
  );
  sfive = [...me.rooms.values()].find((x) => x.room.name === 'SFive ' + tag);
  await p1.watch(4);
  await until(() => sfive.accounts.size === 5, 'accounts ' + sfive.accounts.size + sfive.stopped, 20000);
  await sfive.say('here I am ' + tag);
  must(await p1.sees('here I am ' + tag, p1.sfive), 'Peer1');
  const p2 = peers[1];
  const id = (await p2.chats()).find((c) => c.title === 'SFive ' + tag)?.id;
  must(id, 'Peer2 has no group');
  must(await p2.sees('here I am ' + tag, id), 'Peer2');
  await p2.say('me too ' + tag, id);
  await until(() => sfive.sees('me too ' + tag), 'Peer2 not heard ' + sfive.refused + sfive.stopped, 20000);
});
await test('group link of mine: a Sotto client with a chat asks in (join content)', async () => {
  const g = await me.makeRoom(2, { name: 'Linked ' + tag });
  const l = await me.groupLink(g);
  must(await peers[1].takesLink(l), 'it does not take the link');
  await until(() => g.accounts.size === 2, 'not let in ' + me.refused + room2.refused, 20000);
});
await test('group link of mine: a Sotto client without a chat (0xF0A4 in the Welcome)', async () => {
  const m = new Client(gateway, 'Maker ' + tag);
  await m.register();
  await m.publish(2);
  const g = await m.makeRoom(2, { name: 'Door ' + tag });
  const l = await m.groupLink(g);
  const keep = p1.chat;
  must(await p1.takesLink(l), 'it does not take the link');
  await until(() => [...m.rooms.values()].some((x) => x.byDoor), 'no proof in the Welcome ' + m.refused);
  await until(() => g.accounts.size === 2, 'not let in ' + m.refused, 20000);
  await g.profile();
  await g.say('through the door ' + tag);
  await p1.watch(4);
  const id = (await p1.chats()).find((c) => c.title === 'Door ' + tag)?.id;
  must(id, 'no group there');
  must(await p1.sees('through the door ' + tag, id), 'not shown');
  p1.chat = keep;
  m.close();
});
// ---- malformed
const { malformed } = await import('./second/malformed.mjs');
await malformed({
  test,
  must,
  until,
  fails,
  me,
  room,
  group,
  peers,
  tag,
  gateway,
  pairs,
  sfive,
  mineOf: async () => (await p1.chats()).find((c) => c.id === p1.chat).person,
});
// ---- recovery
await test('recovers its account by the code', async () => {
  await me.putRecord();
  const code = X.b32(me.code);
  const account = me.account;
  me.close();
  const again = new Client(gateway, '?');
  await again.recover(code);
  must(X.eq(again.account, account) && again.chain.length === 2, 'another account');
  must(again.parts.length >= 1, 'no record: ' + again.refused);
  must(again.name === me.name, 'name');
  const r = again.rooms.get(X.hex(room.mailbox));
  must(r, 'the pair was not entered: ' + again.refused);
  await r.say('back again ' + tag);
  must(await p1.sees('back again ' + tag), 'not shown');
  await p1.say('welcome back ' + tag);
  await until(() => r.sees('welcome back ' + tag), 'nothing back ' + r.refused + r.stopped, 20000);
  const d = new Conn(gateway);
  await d.dial();
  await fails(d.hello(1, me.seed, me.key), 'REVOKED');
  d.close();
  globalThis.again = again;
});
await test('recovered: the group is entered too', async () => {
  const a = globalThis.again;
  must(a, 'not recovered');
  const r = a.rooms.get(X.hex(group.mailbox));
  must(r, 'not entered: ' + a.refused);
  await r.say('group again ' + tag);
  must(await p1.sees('group again ' + tag, p1.group), 'not shown');
});
await test('recovered: the group of five made by Sotto (tree in a parcel)', async () => {
  const a = globalThis.again;
  must(a && sfive, 'not recovered');
  const r = a.rooms.get(X.hex(sfive.mailbox));
  must(r, 'not entered: ' + a.refused);
  await r.say('five again ' + tag);
  must(await p1.sees('five again ' + tag, p1.sfive), 'not shown');
});
const extra = (n) => new Peer({ bin: process.env.SOTTO_BIN, home: `${run}/x${n}${tag}`, pass, gateway });
await test('recovers an account of Sotto by its code (record of Sotto)', async () => {
  const x = extra('a');
  const code = await x.start('Lost ' + tag);
  const you = new Client(gateway, 'Friend ' + tag);
  await you.register();
  await you.publish(3);
  const r = await you.add(await x.link());
  await r.say('before ' + tag);
  await x.accept();
  await x.watch(6);
  await until(() => you.people.size, 'no profile');
  const b = new Client(gateway, '?');
  await b.recover(code);
  must(b.name === 'Lost ' + tag, 'name: ' + b.name + b.refused);
  const q = b.rooms.get(X.hex(r.mailbox));
  must(q, 'chat not entered ' + b.refused);
  await q.say('I am Lost ' + tag);
  await until(() => r.sees('I am Lost ' + tag), 'not heard ' + r.refused + r.stopped);
  await r.say('good ' + tag);
  await until(() => q.sees('good ' + tag), 'nothing back');
  b.close();
  you.close();
});
await test('Sotto recovers an account of mine by its code (my record)', async () => {
  const b = new Client(gateway, 'Mine ' + tag),
    you = new Client(gateway, 'Friend2 ' + tag);
  for (const c of [b, you]) {
    await c.register();
    await c.publish(3);
  }
  const r = await b.add(await you.link());
  await sleep(1500);
  await b.putRecord();
  const yr = you.rooms.get(X.hex(r.mailbox));
  const code = X.b32(b.code);
  b.close();
  const x = extra('b');
  const q = await x.recover(code);
  must(q.rc === 0, 'cli recover: ' + q.out + q.err);
  await x.watch(6);
  const c = (await x.chats()).find((l) => l.kind === 1);
  must(c, 'no chat: ' + q.out);
  must(c.title === 'Friend2 ' + tag, 'title ' + c.title);
  await yr.say('are you there ' + tag);
  must(await x.sees('are you there ' + tag, c.id), 'not shown ' + yr.stopped + yr.refused);
  await x.say('yes ' + tag, c.id);
  await until(() => yr.sees('yes ' + tag), 'nothing back ' + yr.refused + yr.stopped);
  you.close();
});
await test('linked as a second device of a Sotto account (section 17)', async () => {
  const x = extra('c');
  await x.start('Two ' + tag);
  const y = new Client(gateway, 'Pal ' + tag);
  await y.register();
  await y.publish(4);
  const id = await x.add(await y.link());
  await until(() => y.rooms.size, 'no Welcome');
  const yr = [...y.rooms.values()][0];
  await x.say('first device ' + tag, id);
  let out;
  const c = await linkNew(gateway, 'second device', {
    onCode(code) {
      out = x.linkAccept(code);
    },
    onWords() {},
  });
  await until(() => [...c.rooms.values()].some((r) => r.room.type === 1), 'not in the chat ' + c.refused, 20000);
  await out;
  must(
    c.records.some((r) => r[0] === 3 && r[8] === 'first device ' + tag),
    'the message was not handed over',
  );
  const r = [...c.rooms.values()].find((q) => q.room.type === 1);
  await r.say('second device ' + tag);
  await until(() => yr.sees('second device ' + tag), 'not heard ' + yr.refused + yr.stopped);
  must(await x.sees('second device ' + tag, id), 'the first device does not show it');
  await yr.say('both of you ' + tag);
  await until(() => r.sees('both of you ' + tag), 'nothing back');
  must(await x.sees('both of you ' + tag, id), 'first device');
  c.close();
  y.close();
});
await test('links a Sotto client as a second device of mine (section 17)', async () => {
  const b = new Client(gateway, 'Old ' + tag),
    y = new Client(gateway, 'Pal2 ' + tag);
  for (const c of [b, y]) {
    await c.register();
    await c.publish(4);
  }
  const r = await b.add(await y.link());
  await until(() => y.rooms.size, 'no Welcome');
  const yr = [...y.rooms.values()][0];
  const x = extra('d');
  let bad;
  let done;
  await x.linkDevice((code) => {
    done = linkOld(b, code, { yes: async () => true }).catch((e) => {
      bad = e;
    });
  });
  await done;
  if (bad) throw bad;
  must(r.leaves.length === 3, 'leaves ' + r.leaves.length);
  await r.say('to my other device ' + tag);
  const c = (await x.chats()).find((l) => l.kind === 1);
  must(c?.title === 'Pal2 ' + tag, 'chat ' + JSON.stringify(c));
  must(await x.sees('to my other device ' + tag, c.id), 'not shown');
  await x.say('from my other device ' + tag, c.id);
  await until(
    () => yr.sees('from my other device ' + tag) && r.sees('from my other device ' + tag),
    'not heard ' + yr.refused + r.refused,
  );
  b.close();
  y.close();
});
await test('two commits at once, five times: one wins, the other is made anew, Sotto follows', async () => {
  const a = new Client(gateway, 'RaceA ' + tag),
    y = new Client(gateway, 'RaceB ' + tag);
  for (const c of [a, y]) {
    await c.register();
    await c.publish(4);
  }
  const p1 = extra('e');
  await p1.start('Third ' + tag);
  const r = await pairWith(a, p1, 'race ' + tag);
  const g = await a.makeRoom(2, { name: 'Race ' + tag });
  await g.addPerson(a.people.get(X.hex(r.other)));
  await g.addPerson(parseLink(await y.link()));
  await until(() => [...y.rooms.values()].some((q) => q.room.type === 2), 'not in');
  const yg = [...y.rooms.values()].find((q) => q.room.type === 2);
  for (let i = 0; i < 5; i++) {
    await Promise.all([g.commit([], {}), yg.commit([], {})]);
    await Promise.all([g.say(`a${i} ${tag}`), yg.say(`b${i} ${tag}`)]);
  }
  await until(
    () => g.epoch === yg.epoch && g.sees('b4 ' + tag) && yg.sees('a4 ' + tag),
    `apart ${g.epoch} ${yg.epoch} ${g.refused} ${yg.refused}`,
  );
  await p1.watch(5);
  const id = await p1.chatOf('Race ' + tag);
  for (const t of ['a0', 'b0', 'a4', 'b4']) must(await p1.sees(`${t} ${tag}`, id), 'Sotto did not show ' + t);
  a.close();
  y.close();
});
await test('a file of 22.9, and one of two chunks with a caption', async () => {
  must(
    X.hex(
      stream(Buffer.alloc(32, 5), Buffer.from('d787d0a14018e863293454a3eff503b778f2f26f9dad0f9a', 'hex')).seal(
        Buffer.from('hello, file'),
        3,
      ),
    ) === '769cceddcb74e822383a771da02700ea6e93cd92e77ee85cafdcca54',
    '22.9',
  );
  const a = new Client(gateway, 'Files ' + tag),
    y = new Client(gateway, 'Files2 ' + tag);
  for (const c of [a, y]) {
    await c.register();
    await c.publish(2);
  }
  const r0 = await a.add(await y.link());
  await until(() => y.rooms.size, 'no Welcome');
  const bytes = X.random(50000);
  await sendFile(r0, 'b.bin', 'application/octet-stream', bytes, 'cap');
  const yr = [...y.rooms.values()][0];
  await until(() => yr.words.some((w) => w.part[2] === 3), 'no file');
  must(X.eq(await fetchFile(y, yr.words.find((w) => w.part[2] === 3).part[4][1]), bytes), 'another file');
  const x = extra('f');
  await x.start('Reader ' + tag);
  const r = await pairWith(a, x, 'file ' + tag);
  await sendFile(r, 'name' + tag + '.bin', 'application/octet-stream', bytes, 'see this ' + tag);
  await sendFile(r, 'empty' + tag + '.txt', 'text/plain', Buffer.alloc(0));
  must(await x.sees('see this ' + tag), 'caption not shown');
  const l = await x.read();
  must(
    JSON.stringify(l).includes('name' + tag) || l.some((m) => m.kind === 1),
    'no file in ' + JSON.stringify(l).slice(0, 600),
  );
  a.close();
  y.close();
});
process.exitCode = failed ? 1 : 0;
me.close();
globalThis.again?.close();
console.log(failed ? `# ${failed} failed` : '# all fine');
setTimeout(() => process.exit(), 500);
