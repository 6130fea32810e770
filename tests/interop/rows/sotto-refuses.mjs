// What the page has to refuse: nothing of it is shown, and it goes on. An entry of a log or of an inbox has been judged
// when what was put behind it has arrived.
// Sections are those of wasm/schema/PROTOCOL.md.
import { sleep, until } from '../../web/e2e/lib.mjs';
import * as C from '../second/cbor.mjs';
import { Client } from '../second/client.mjs';
import { makeLink, parseLink } from '../second/contact-link.mjs';
import { content, TEXT } from '../second/content.mjs';
import { b64u, cat, eq, hex, random, sha256, u8 } from '../second/crypto.mjs';
import { PAIR } from '../second/room-form.mjs';
import { packPost, T } from '../second/wire.mjs';
import { hears, must, row, told } from './world.mjs';

const COMMITTED_MS = 2500; // whoever had kept a proposal would have committed it by then (section 10.2)
const FIRST_EDIT = [[-2, 1]];

export async function sottoRefuses(world) {
  await entries(world);
  await words(world);
  await contents(world);
  await links(world);
  await welcomes(world);
  await row('Sotto refuses: a proposal of a plain member to remove another (10.1)', () => plainRemoves(world));
}

/** The word behind it is shown, and `bad` is not. */
async function goesOn({ room, page }, what, bad) {
  const text = `behind ${what}`;
  await room.say(text);
  await page.sees('Second', text);
  if (bad) must(!(await page.shows('Second', bad)), `${bad} is shown`);
}

async function entries(world) {
  const { room } = world;
  await row('Sotto refuses: an entry that does not open under the outer key (8.1)', async () => {
    await room.run(async () => {
      await room.write();
      const body = packPost(room.handle, room.epoch, room.keys.branch, random(300));
      await world.me.anonAsk(T.POST, body);
    });
    await goesOn(world, 'what does not open');
  });
  await row('Sotto refuses: an entry that holds no MLSMessage (8.2)', async () => {
    await room.run(() => room.post(random(300)));
    await goesOn(world, 'what is no MLSMessage');
  });
}

/** A word that would be right, but for `over`. */
function word({ me }, text, over) {
  const sound = { version: 3, ...me, ms: Date.now(), content: content(TEXT, Buffer.from(text)), hash: null };
  const w = { ...sound, ...over };
  return [w.version, w.run, w.counter, w.prev, w.prevEpoch, w.ms, w.content, w.hash];
}

async function words(world) {
  const { room } = world;
  const refuses = (what, bad, bytes) =>
    row(`Sotto refuses: ${what} (12.1)`, async () => {
      await room.run(async () => room.post(await room.seal(bytes(bad))));
      await goesOn(world, what, bad);
    });
  const other = (over) => (bad) => C.encode(word(room, bad, over()));
  await refuses(
    'a word of version 2',
    'BAD version',
    other(() => ({ version: 2 })),
  );
  await refuses('a word of nine items', 'BAD nine', (bad) => C.encode([...word(room, bad, {}), 0]));
  await refuses('a word with a byte behind it', 'BAD behind', (bad) => cat(C.encode(word(room, bad, {})), u8(0)));
  const above = () => ({ run: room.epoch + 5, counter: 0, prev: null, prevEpoch: 0 });
  await refuses('a word whose run is above its epoch', 'BAD run', other(above));
  await refuses(
    'a word 0 with a prev',
    'BAD prev',
    other(() => ({ counter: 0, prev: random(32) })),
  );
}

async function contents(world) {
  const { page, room } = world;
  await row('Sotto refuses: content whose map is out of order (1)', async () => {
    const sound = content(TEXT, Buffer.from('BAD map'));
    const at = sound.indexOf(Buffer.from('a085016001', 'hex')); // the empty map and the part behind it
    await room.sayContent(cat(sound.subarray(0, at), Buffer.from('a222012001', 'hex'), sound.subarray(at + 1)));
    await goesOn(world, 'a map out of order', 'BAD map');
  });
  await row('Sotto refuses: a text that is not UTF-8 (13.2)', async () => {
    await room.sayContent(content(TEXT, cat('BAD text', Buffer.from([0xff, 0xfe]))));
    await goesOn(world, 'what is not UTF-8', 'BAD text');
  });
  await row('Sotto refuses: an edit by another than the author (13.2)', async () => {
    await page.say('Second', 'nobody else edits this');
    await hears(room, 'nobody else edits this');
    const { id } = room.words.find((w) => w.text === 'nobody else edits this');
    await room.say('BAD edit', { replaces: id, ext: FIRST_EDIT });
    await goesOn(world, 'an edit of another', 'BAD edit');
    must(await page.shows('Second', 'nobody else edits this'), 'the text has gone');
  });
}

async function links({ address, me, page }) {
  const { person } = page;
  await row('Sotto refuses: a link with an item too many (4.2)', async () => {
    const l = parseLink(await me.link());
    const items = [3, address, l.account, l.inbox, l.token, random(16)];
    await page.enter(`web+sotto:#/add/${b64u(C.encode(items))}`);
    await person.sees('This is not a Sotto link.');
  });
  await row('Sotto refuses: a link to another gateway (4.2)', async () => {
    const stranger = random(32);
    await page.enter(makeLink('http://localhost:9', stranger, random(16), random(16)));
    await person.click('button', 'Add', { exact: true });
    await until('an error is said', () => person.eval(() => document.querySelector('.field-error')?.textContent));
    must(!(await person.has('field', 'Message to')), 'a chat was made');
  });
}

/** A stranger's Welcome that is wrong, and a right one of another behind it in the inbox: one request is shown. */
async function oneRequest({ address, page }, wrong) {
  const to = parseLink(await page.link());
  const stranger = async (room, commit) => {
    const x = new Client(address, 'Stranger');
    await x.register();
    await x.publish(1);
    const pair = [x.account, room(x, to)].sort(Buffer.compare);
    const made = await x.makeRoom(PAIR, { pair });
    await made.commit({ adds: await x.packages(to), mutate: commit(x) });
    x.close();
    return x.account;
  };
  await stranger(wrong.other ?? ((_, l) => l.account), wrong.mutate ?? (() => ({})));
  const right = await stranger(
    (_, l) => l.account,
    () => ({}),
  );
  const shown = await until(
    'a request',
    async () => {
      const list = await page.requests();
      return list.length > 0 && list;
    },
    40_000,
  );
  const fingerprint = hex(sha256(right).subarray(0, 20)).match(/.{4}/g).join(' ');
  must(shown.length === 1 && shown[0] === fingerprint, `requests of ${shown.join(' and ')}, wanted ${fingerprint}`);
  await page.decline();
}

async function welcomes(world) {
  await row('Sotto refuses: a Welcome whose chains are of somebody else (10.5)', async () => {
    const chains = (x) => C.encode([[x.account, [world.me.chain[0].bytes]]]);
    await oneRequest(world, { mutate: (x) => ({ chains: chains(x) }) });
  });
  await row('Sotto refuses: a Welcome to a pair that does not name it (10.5)', () =>
    oneRequest(world, { other: () => random(32) }),
  );
}

async function plainRemoves({ page, pairs, lines, theirs }) {
  const account = pairs.get(lines[0]).from;
  const { index } = theirs.leaves.find((l) => eq(l.account, account));
  await theirs.proposeRemove(index);
  await theirs.say('behind a proposal');
  await page.sees('Made there', 'behind a proposal');
  await sleep(COMMITTED_MS);
  await page.say('Made there', 'nobody is removed');
  await hears(theirs, 'nobody is removed');
  must(
    theirs.leaves.some((l) => eq(l.account, account)),
    `it was removed (${told(theirs)})`,
  );
}
