// A second device: the second client beside one of Sotto's, and the other way round. Section 17.
// Sections are those of wasm/schema/PROTOCOL.md.
import { Client } from '../second/client.mjs';
import { linkNew, linkOld } from '../second/link.mjs';
import { PAIR } from '../second/room-form.mjs';
import { hears, must, roomWhere, row } from './world.mjs';

const MESSAGE = 3; // a record of section 17.4
const TEXT_OF_MESSAGE = 8;
const any = () => true;

async function account(address, name) {
  const client = new Client(address, name);
  await client.register();
  await client.publish(4);
  return client;
}

export async function devices(world) {
  await row('is linked as the second device of a command line’s account', () => isLinked(world));
  await row('links a command line as the second device of its account', () => links(world));
}

async function isLinked({ address, line }) {
  const [old, pal] = [line('Old device'), await account(address, 'Pal')];
  await old.start();
  await old.add(await pal.link());
  const room = await roomWhere(pal, 'the Welcome', any);
  await old.say('Pal', 'from the first device');
  let letIn;
  const onCode = (code) => {
    letIn = old.linkAccept(code);
  };
  const { client: me, handed } = await linkNew(address, 'New device', onCode);
  const mine = await roomWhere(me, 'the chat', (r) => r.room.type === PAIR);
  await letIn;
  const whole = handed.some((r) => r[0] === MESSAGE && r[TEXT_OF_MESSAGE] === 'from the first device');
  must(whole, 'the message was not handed over');
  await mine.say('from the second device');
  await hears(room, 'from the second device');
  await old.sees('Pal', 'from the second device');
  await room.say('to both of you');
  await hears(mine, 'to both of you');
  await old.sees('Pal', 'to both of you');
  me.close();
  pal.close();
}

async function links({ address, line }) {
  const [me, pal] = [await account(address, 'Owner'), await account(address, 'Mate')];
  const room = await me.add(await pal.link());
  const theirs = await roomWhere(pal, 'the Welcome', any);
  const peer = line('New line');
  let linked;
  await peer.linkDevice((code) => {
    linked = linkOld(me, code, () => true);
  });
  must(linked, 'no code was shown');
  await linked;
  must(room.leaves.length === 3, `${room.leaves.length} leaves`);
  await room.say('to my other device');
  await peer.sees('Mate', 'to my other device');
  await peer.say('Mate', 'from my other device');
  await hears(theirs, 'from my other device');
  await hears(room, 'from my other device');
  me.close();
  pal.close();
}
