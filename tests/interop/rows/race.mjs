// Two commits of one epoch: one wins, the loser makes another (section 9.1), and the page follows both.
// Sections are those of wasm/schema/PROTOCOL.md.
import { until } from '../../web/e2e/lib.mjs';
import { Client } from '../second/client.mjs';
import { parseLink } from '../second/contact-link.mjs';
import { GROUP } from '../second/room-form.mjs';
import { roomWhere, row, told } from './world.mjs';

const TIMES = 5;

export async function race({ address, me, page, room }) {
  await row(`two commits at once, ${TIMES} times: one wins, the other is made anew, the page follows`, async () => {
    const other = new Client(address, 'Racer');
    await other.register();
    await other.publish(4);
    const mine = await me.makeRoom(GROUP, { name: 'Race' });
    await mine.addPerson(me.people.get(room.other.toString('hex')));
    await mine.addPerson(parseLink(await other.link()));
    const its = await roomWhere(other, 'the group', (r) => r.room.type === GROUP);
    for (let i = 0; i < TIMES; i++) {
      await Promise.all([mine.commit(), its.commit()]);
      await Promise.all([mine.say(`mine ${i}`), its.say(`its ${i}`)]);
    }
    const last = TIMES - 1;
    const together = () => mine.epoch === its.epoch && mine.sees(`its ${last}`) && its.sees(`mine ${last}`);
    await until(`both are together (${told(mine)}; ${told(its)})`, together);
    for (const i of [0, last]) {
      await page.sees('Race', `mine ${i}`);
      await page.sees('Race', `its ${i}`);
    }
    other.close();
  });
}
