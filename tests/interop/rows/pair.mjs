// A chat of two between the second client and the page: sections 11.4, 12, 13 and 9.1.
// Sections are those of wasm/schema/PROTOCOL.md.
import { until } from '../../web/e2e/lib.mjs';
import { Client } from '../second/client.mjs';
import { content } from '../second/content.mjs';
import { eq, hex } from '../second/crypto.mjs';
import { examples } from '../second/examples.mjs';
import { Conn, T } from '../second/wire.mjs';
import { hears, must, pairWith, roomWhere, row } from './world.mjs';

const SUITE = 0x4f;
const PACKAGES = 12;
const FIRST_EDIT = [[-2, 1]]; // extension -2 of section 13.2

export async function pair(world) {
  const { address, page } = world;
  await row('examples of section 22', () => examples());
  await row('registers', () => registers(world));
  await row('adds the page by its link', async () => {
    world.room = await pairWith(world.me, page, 'knock');
    await page.sees('Second', 'knock');
  });
  await row('pair: a text each way', async () => {
    await page.say('Second', 'from the page');
    await hears(world.room, 'from the page');
    await world.room.say('from the second client');
    await page.sees('Second', 'from the second client');
  });
  await row('pair: an edit and a reaction', async () => {
    const id = await world.room.say('to be edited');
    await world.room.say('was edited', { replaces: id, ext: FIRST_EDIT });
    await page.sees('Second', 'was edited');
    await page.seesNot('Second', 'to be edited');
    const reply = world.room.words.find((w) => w.text === 'from the page').id;
    const thumb = Buffer.from('\u{1f44d}');
    await world.room.sayContent(content('text/plain;charset=utf-8', thumb, { disposition: 2, reply }));
    await page.person.sees('\u{1f44d}', { within: '.reaction' });
  });
  await row('pair: a receipt comes', async () => {
    await until('a status', () => world.room.words.some((w) => w.type?.includes('sotto-status')));
  });
  await row('pair: healing, a path commit and words behind it', async () => {
    await world.room.commit();
    await world.room.say('healed');
    await page.sees('Second', 'healed');
    await page.say('Second', 'healed as well');
    await hears(world.room, 'healed as well');
  });
  await row('is added by its link and its last resort: a path commit comes first', async () => {
    const last = new Client(address, 'Last resort');
    await last.register();
    await last.publish(0);
    await page.add(await last.link());
    const room = await roomWhere(last, 'a Welcome', () => true);
    await until('a path commit', () => room.epoch === 2);
    await room.say('by my last resort');
    await page.sees('Last resort', 'by my last resort');
    last.close();
  });
}

async function registers(world) {
  const me = new Client(world.address, 'Second');
  world.me = me;
  await me.register();
  await me.publish(PACKAGES);
  const device = await Conn.open(world.address, 1, me.seed, me.key);
  const { known, account, head } = device.ready;
  device.close();
  must(known && eq(account, me.account) && head === 0, `READY does not know ${hex(me.account)}`);
  const [[[suite, left, lastResort]]] = await me.device.ask(T.KP_COUNT, []);
  must(suite === SUITE && left === PACKAGES && lastResort > 0, `KP_COUNTS says ${left} of suite ${suite}`);
}
