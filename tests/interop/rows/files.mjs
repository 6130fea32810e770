// Files (section 14), between the second client and the page.
// Sections are those of wasm/schema/PROTOCOL.md.
import { until } from '../../web/e2e/lib.mjs';
import { eq, random } from '../second/crypto.mjs';
import { externalOf, fetchFile, sendFile } from '../second/file.mjs';
import { must, row } from './world.mjs';

const TYPE = 'application/octet-stream';

export async function files({ me, page, room }) {
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
