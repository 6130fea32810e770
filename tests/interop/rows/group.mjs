// Groups of five: the second client, the page, and three command lines. Sections 11.5, 11.4, 15 and 9.4.
// Sections are those of wasm/schema/PROTOCOL.md.
import { until } from '../../web/e2e/lib.mjs';
import { Client } from '../second/client.mjs';
import { eq, hex } from '../second/crypto.mjs';
import { GROUP } from '../second/room-form.mjs';
import { T, writeSignature } from '../second/wire.mjs';
import { hears, must, refused, roomWhere, row, told } from './world.mjs';

const named = (name) => (room) => room.room.type === GROUP && room.room.name === name;

export async function group(world) {
  const { lines, page } = world;
  const all = [page, ...lines];
  await row('is added by three command lines, by its link', async () => {
    await world.ready;
    await Promise.all(lines.map((p) => addsMe(world, p)));
  });
  await row('group of five: made by the second client', () => makeFive(world));
  await row('group of five: everybody hears it', () => Promise.all(all.map((p) => p.sees('Five', 'five of us'))));
  await row('group of five: it hears everybody, and the page too', async () => {
    await Promise.all(all.map((p) => p.say('Five', `I am ${p.name}`)));
    for (const p of all) await hears(world.five, `I am ${p.name}`);
    for (const p of lines) await page.sees('Five', `I am ${p.name}`);
  });
  await row('group of five: it removes one, the rest goes on', () => removesOne(world));
  await row('group of five: one leaves by itself, the second client commits it', () => oneLeaves(world));
  await row('group of five: made by the page', () => pageMakesFive(world));
  await row('is removed from a group by the page', () => isRemoved(world));
  await row('its group link: the page, which has a chat with it, joins', async () => {
    const linked = await world.me.makeRoom(GROUP, { name: 'Linked' });
    await page.join(await world.me.groupLink(linked));
    await until(`it is let in (${told(linked)})`, () => linked.accounts.size === 2, 40_000);
    await linked.say('by the chat');
    await page.sees('Linked', 'by the chat');
  });
  await row('its group link: the page, which knows nobody there, joins (0xF0A4)', () => throughTheDoor(world));
}

async function addsMe(world, peer) {
  await peer.add(await world.me.link());
  const who = await until(
    `the profile of ${peer.name}`,
    () => [...world.me.people.values()].find((p) => p.name === peer.name),
    40_000,
  );
  world.pairs.set(
    peer,
    await roomWhere(world.me, `a pair with ${peer.name}`, (r) => r.from && eq(r.from, who.account)),
  );
}

async function makeFive(world) {
  const five = await world.me.makeRoom(GROUP, { name: 'Five' });
  const accounts = [world.room.other, ...world.lines.map((p) => world.pairs.get(p).from)];
  for (const a of accounts) await five.addPerson(world.me.people.get(hex(a)));
  must(five.accounts.size === 5, `${five.accounts.size} accounts`);
  await five.profile();
  await five.say('five of us');
  world.five = five;
}

async function removesOne(world) {
  const [first, , gone] = world.lines;
  await world.five.removeAccount(world.pairs.get(gone).from);
  await world.five.say('four of us');
  await Promise.all([world.page.sees('Five', 'four of us'), first.sees('Five', 'four of us')]);
  must(!(await gone.shows('Five', 'four of us')), 'who was removed reads on');
  await first.say('Five', 'still here');
  await hears(world.five, 'still here');
}

async function oneLeaves(world) {
  await world.lines[1].leave('Five');
  await until(`three are left (${told(world.five)})`, () => world.five.accounts.size === 3, 40_000);
  await world.five.say('three of us');
  await world.page.sees('Five', 'three of us');
}

async function pageMakesFive(world) {
  const { lines, page } = world;
  const link = await page.link();
  await Promise.all(lines.map((p) => p.add(link)));
  for (const _ of lines) await page.accept();
  for (const p of lines) {
    await until(`the page knows ${p.name}`, () => page.person.has('.chat-row-title', p.name), 40_000);
  }
  await page.makeGroup('Made there', ['Second', ...lines.map((p) => p.name)]);
  const room = await roomWhere(world.me, 'the group', named('Made there'));
  await until(`five are in (${told(room)})`, () => room.accounts.size === 5, 40_000);
  world.theirs = room;
  await room.say('here I am');
  await Promise.all([page, lines[0]].map((p) => p.sees('Made there', 'here I am')));
  await lines[0].say('Made there', 'me too');
  await hears(room, 'me too');
}

async function isRemoved({ me, page }) {
  await page.makeGroup('Not for long', ['Second']);
  const room = await roomWhere(me, 'the group', named('Not for long'));
  await room.say('in your group');
  await page.sees('Not for long', 'in your group');
  await page.remove('Not for long', 'Second');
  await until(`it is removed (${told(room)})`, () => room.gone, 40_000);
  await page.say('Not for long', 'said behind its back');
  must(!room.sees('said behind its back'), 'it reads on');
  // The write keys of before the removal have ended (section 5.5).
  const [handle] = await me.anonAsk(T.OPEN, [room.mailbox, room.room.read_tag, room.cursor, 0]);
  const signature = writeSignature(me.anon, room.mailbox, room.epoch, room.keys.writeSeed);
  await refused('STALE', me.anonAsk(T.WRITE, [handle, room.epoch, signature]));
}

async function throughTheDoor({ address, page }) {
  const maker = new Client(address, 'Maker');
  await maker.register();
  await maker.publish(2);
  const room = await maker.makeRoom(GROUP, { name: 'Behind the door' });
  await page.join(await maker.groupLink(room));
  await roomWhere(maker, 'a pair with proof', (r) => r.byDoor);
  await until(`it is let in (${told(room)})`, () => room.accounts.size === 2, 40_000);
  await room.profile();
  await room.say('through the door');
  await page.sees('Behind the door', 'through the door');
  maker.close();
}
