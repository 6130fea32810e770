// Recovering by the code (sections 16.2, 18): the second client its own account, Sotto another account of it, and the
// second client the account of the page.
// Sections are those of wasm/schema/PROTOCOL.md.
import { until } from '../../web/e2e/lib.mjs';
import { b32 } from '../second/base32.mjs';
import { Client } from '../second/client.mjs';
import { eq, hex } from '../second/crypto.mjs';
import { PAIR } from '../second/room-form.mjs';
import { Conn, DEVICE } from '../second/wire.mjs';
import { hears, must, refused, row, told } from './world.mjs';

export async function recovery(world) {
  const { page } = world;
  await row('recovers its account by the code, and goes on with the page', () => recovers(world));
  for (const [name, of] of [
    ['the group it made', 'five'],
    ['the group of five that the page made: its tree is in a parcel', 'theirs'],
  ]) {
    await row(`recovered: it is in ${name}`, async () => {
      const room = world.again.rooms.get(hex(world[of].mailbox));
      must(room, `not entered: ${world.again.refused}`);
      await room.say('here again');
      await page.sees(world[of].room.name, 'here again');
    });
  }
  await row('recovers the account of the page by its code', () => recoversThePage(world));
}

async function recovers(world) {
  const { address, me, page } = world;
  const again = new Client(address, '?');
  await me.putRecord();
  me.close();
  await again.recover(b32(me.code));
  world.again = again;
  must(eq(again.account, me.account) && again.chain.length === 2, 'another account');
  must(again.parts.length > 0 && again.name === me.name, `no record: ${again.refused}`);
  const room = again.rooms.get(hex(world.room.mailbox));
  must(room, `the pair was not entered: ${again.refused}`);
  await room.say('back again');
  await page.sees('Second', 'back again');
  await page.say('Second', 'welcome back');
  await hears(room, 'welcome back');
  const old = new Conn(address);
  await old.dial();
  await refused('REVOKED', old.hello(DEVICE, me.seed, me.key));
  old.close();
}

export const sottoRecovers = (world) =>
  row('Sotto recovers an account of the second client, by its code', () => recoversMine(world));

async function recoversMine({ address, line }) {
  const [lost, friend] = [new Client(address, 'Lost'), new Client(address, 'Friend')];
  for (const c of [lost, friend]) {
    await c.register();
    await c.publish(3);
  }
  await lost.add(await friend.link());
  const room = await until('the Welcome', () => [...friend.rooms.values()][0]);
  await until('a profile of the friend', () => lost.people.size > 0);
  await lost.putRecord();
  lost.close();
  const peer = line('Recovered');
  await peer.do('recover', b32(lost.code), address);
  await room.say('are you there');
  await peer.sees('Friend', 'are you there');
  await peer.say('Friend', 'I am');
  await hears(room, 'I am');
  friend.close();
}

async function recoversThePage({ address, again, page, room }) {
  const other = again.rooms.get(hex(room.mailbox));
  const mine = new Client(address, '?');
  await mine.recover(page.code);
  must(mine.name === page.name, `it is called ${mine.name}: ${mine.refused}`);
  const entered = mine.rooms.get(hex(room.mailbox));
  must(entered && entered.room.type === PAIR, `the pair was not entered: ${mine.refused}`);
  await entered.say('I am the page now');
  await hears(other, 'I am the page now');
  await other.say('so you are');
  await until(`“so you are” (${told(entered)})`, () => entered.sees('so you are'));
  await page.person.sees('This device was removed from your account', { ms: 40_000 });
  mine.close();
}
