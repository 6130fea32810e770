// Commits that won and may not be followed: the room stops, and its signer is named (section 10.1). And what the reader
// of a commit does not ask of its maker: there the room goes on.
// Sections are those of wasm/schema/PROTOCOL.md.
import { Client } from '../second/client.mjs';
import { parseLink } from '../second/contact-link.mjs';
import { eq, random } from '../second/crypto.mjs';
import { GROUP } from '../second/room-form.mjs';
import { must, roomWhere, row } from './world.mjs';

const STOPPED = 'Second changed the group in a way that is not allowed';

async function member(address, name) {
  const client = new Client(address, name);
  await client.register();
  await client.publish(2);
  return client;
}

/** A group of the second client, the page, and a third who can be removed. */
async function trio({ address, me, page, room }, name) {
  const third = await member(address, 'Third');
  const group = await me.makeRoom(GROUP, { name });
  await group.addPerson(me.people.get(room.other.toString('hex')));
  await group.addPerson(parseLink(await third.link()));
  await group.say('to begin with');
  await page.sees(name, 'to begin with');
  const leaves = group.leaves.filter((l) => eq(l.account, third.account)).map((l) => l.index);
  third.close();
  return { group, third: leaves };
}

async function stops(world, name, commit) {
  const { group, third } = await trio(world, name);
  await commit(group, third);
  await staysStopped(world, group, name);
}

/** It is said why, and what comes behind the commit is not shown. */
async function staysStopped({ page, room }, group, name) {
  await group.say('BAD behind the commit');
  await page.sees(name, STOPPED);
  await room.say(`behind ${name}`); // what was sent before it on this connection is here by then
  await page.sees('Second', `behind ${name}`);
  must(!(await page.shows(name, 'BAD behind the commit')), 'it goes on');
}

export async function sottoStops(world) {
  const { address, me, page } = world;
  await row('Sotto stops at: a commit that brings the chain of a stranger (10.1, 5)', async () => {
    const x = await member(address, 'Stranger');
    const brought = [[x.account, [x.chain[0].bytes]]];
    x.close();
    await stops(world, 'Brings a stranger', (group) => group.commit({ mutate: { brought } }));
  });
  await row('Sotto stops at: a commit that gives a seat which nobody is to have (9.3)', () =>
    stops(world, 'Gives a seat', (group, removes) =>
      group.commit({ removes, mutate: { seats: [[me.account, 0, me.chain[0].hash]] } }),
    ),
  );
  await row('Sotto stops at: a commit that changes the mailbox of a room (7.1)', () =>
    stops(world, 'Moves', (group, removes) => group.commit({ removes, change: { mailbox: random(16) } })),
  );
  await row('Sotto stops at: a commit by which a plain member adds a stranger (10.1, 4)', async () => {
    await page.makeGroup('Plain', ['Second']);
    const group = await roomWhere(me, 'the group', (r) => r.room.name === 'Plain');
    const x = await member(address, 'Stranger');
    await group.commit({ adds: await x.packages(parseLink(await x.link())) });
    x.close();
    await staysStopped(world, group, 'Plain');
  });
  await row('Sotto follows: a removal that keeps read tag and join secret (10.1)', async () => {
    const { group, third } = await trio(world, 'Keeps');
    await group.commit({ removes: third, mutate: { keepSecrets: true } });
    await group.say('goes on');
    await page.sees('Keeps', 'goes on');
  });
}
