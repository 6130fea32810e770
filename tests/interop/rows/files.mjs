// Files of section 14: the worked example, one between two second clients, and one that the page saves.
import { until } from '../../web/e2e/lib.mjs';
import { eq, random } from '../second/crypto.mjs';
import { fetchFile, sendFile, stream } from '../second/file.mjs';
import { must, row } from './world.mjs';

const FINAL = 3;
const EXTERNAL = 2;
const MULTI = 3;
const TYPE = 'application/octet-stream';
const bytesOf = (text) => Buffer.from(text, 'hex');

export async function files({ me, page, room }) {
  await row('a file: the chunk of 22.9', () => {
    const header = bytesOf('d787d0a14018e863293454a3eff503b778f2f26f9dad0f9a');
    const sealed = stream(Buffer.alloc(32, 5), header).seal(Buffer.from('hello, file'), FINAL);
    must(eq(sealed, bytesOf('769cceddcb74e822383a771da02700ea6e93cd92e77ee85cafdcca54')), 'other bytes');
  });
  await row('a file of two chunks with a caption: the page saves it', async () => {
    const bytes = random(50_000);
    await sendFile(room, 'two-chunks.bin', TYPE, bytes, 'see this file');
    await page.sees('Second', 'see this file');
    await page.saves('Second', 'two-chunks.bin', bytes);
  });
  await row('a file of no bytes is shown', async () => {
    await sendFile(room, 'empty.bin', TYPE, Buffer.alloc(0));
    await page.sees('Second', 'empty.bin');
  });
  await row('a file of the page arrives whole', async () => {
    const bytes = random(40_000);
    await page.sends('Second', 'from-the-page.bin', bytes);
    const part = await until('the file', () =>
      room.words.map((w) => externalOf(w.part)).find((p) => p?.at(-1) === 'from-the-page.bin'),
    );
    must(eq(await fetchFile(me, part), bytes), 'other bytes');
  });
}

const externalOf = (part) =>
  part[2] === EXTERNAL ? part : part[2] === MULTI ? part[4].find((p) => p[2] === EXTERNAL) : undefined;
