// Where the rows are played: a real gateway, the page in Chromium, three command lines, and the second client. A row is
// a claim of its own: one that fails does not end the others.
// Sections are those of wasm/schema/PROTOCOL.md.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, needs, PASSPHRASE, startGateway, tempDir, until } from '../../web/e2e/lib.mjs';
import { hex } from '../second/crypto.mjs';
import { CommandLine } from './command-line.mjs';
import { Page } from './page.mjs';

const LINES = 3;
let failed = 0;

/** How many rows have failed. */
export const failures = () => failed;

/** Prints the claim; a row gives up by throwing. */
export async function row(name, play) {
  const start = Date.now();
  try {
    await play();
    console.log(`ok ${name} (${((Date.now() - start) / 1000).toFixed(1)} s)`);
  } catch (e) {
    failed++;
    console.log(`not ok ${name}: ${String(e.message ?? e).split('\n')[0]}`);
    console.log(`${e.stack ?? ''}`.replace(/^/gm, '#   '));
  }
}

export function must(holds, why) {
  if (!holds) throw new Error(why);
}

/** The gateway refuses it by the name of section 5.3. */
export async function refused(code, asked) {
  const answer = await asked.then(
    () => 'it was taken',
    (e) => e.code ?? e.message,
  );
  must(answer === code, `expected ${code}, got: ${answer}`);
}

/** What a room of the second client has refused, for the message of a row that fails. */
export const told = (room) => [room.stopped, ...room.refused].filter(Boolean).join(', ') || 'nothing refused';

/** The room of `client` for which `is` holds. */
export const roomWhere = (client, what, is) =>
  until(`${what} (refused: ${client.refused.join(', ')})`, () => [...client.rooms.values()].find(is), 40_000);

/** The second client asks `peer` by its link; the peer says yes. */
export async function pairWith(client, peer, text) {
  const room = await client.add(await peer.link());
  await room.say(text);
  await peer.accept();
  await until(`the profile of ${peer.name}`, () => client.people.get(hex(room.other))?.token, 40_000);
  return room;
}

export async function hears(room, text) {
  await until(`“${text}” (${told(room)})`, () => room.sees(text), 40_000);
}

/** The gateway's address, the page, and the command lines, whose accounts are there when `ready` is. */
export async function openWorld() {
  needs('build/tests/page/index.html', 'build/release/gateway/sotto-gateway', 'build/release/wasm/sotto');
  const gateway = await startGateway(undefined, ['--registration', 'open', '--rate-new', '1000']);
  const address = `http://localhost:${new URL(gateway.frames).port}`;
  const home = tempDir('lines');
  const passphrase = join(home, 'passphrase');
  writeFileSync(passphrase, `${PASSPHRASE}\n`);
  const line = (name) => new CommandLine(name, { home: join(home, name.replaceAll(' ', '-')), passphrase, address });
  const page = new Page('Page', await chromium('Page'), gateway.url);
  const lines = Array.from({ length: LINES }, (_, i) => line(`Line ${'ABC'[i]}`));
  const ready = Promise.all(lines.map((p) => p.start()));
  ready.catch(() => undefined); // whoever waits for it is told
  await page.start();
  return { address, page, lines, line, ready, pairs: new Map() };
}
