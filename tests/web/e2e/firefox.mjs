// Chromium with Firefox: two engines, one gateway.
import { writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { befriend, chromium, endAll, firefox, firstRun, myLink, needs, send, sleep, startGateway, steps, tempDir, unlock, until } from './lib.mjs';

const step = steps('firefox');
let gw, fox, chrome;

try {
  needs('build/web/index.html', 'build/release/gateway/sotto-gateway');
  await step('first_run', async () => {
    gw = await startGateway();
    fox = await firefox('Fox');
    await firstRun(fox, gw.url, 'Fiona Fox');
  });
  await step('add_by_link_from_chromium', async () => {
    const link = await myLink(fox);
    await fox.click('button', 'To my chats');
    chrome = await chromium('Chrome');
    await firstRun(chrome, gw.url, 'Conrad Crome');
    await befriend(fox, chrome, link, { a: 'Fiona Fox', b: 'Conrad Crome' });
  });
  await step('text_both_ways', async () => {
    await send(fox, 'From Firefox');
    await chrome.sees('From Firefox', { within: '.timeline' });
    await send(chrome, 'From Chromium');
    await fox.sees('From Chromium', { within: '.timeline' });
  });
  await step('file_of_one_mb', async () => {
    const file = join(tempDir('file'), 'million.bin');
    writeFileSync(file, randomBytes(1 << 20));
    await chrome.upload(file);
    await chrome.find('heading', 'Send a file');
    await chrome.click('button', 'Send', { exact: true });
    await fox.click('button', 'Load million.bin', { ms: 60_000 });
    await fox.find('button', 'Save million.bin', { ms: 60_000 });
  });
  await step('reload_and_offline_start', async () => {
    await until('the door is open', () => fox.eval(() => navigator.serviceWorker.ready.then((r) => r.active !== null)));
    await sleep(500);
    await gw.stop();
    await fox.reload();
    await unlock(fox);
    await fox.sees('From Chromium', { within: '.timeline' });
    await gw.start();
    await send(chrome, 'Back again');
    await fox.sees('Back again', { within: '.timeline', ms: 60_000 });
  });
} finally {
  if (step.broken()) {
    for (const p of [fox, chrome]) {
      await p?.shot(`broken-${p.name}`).catch(() => undefined);
      if (p?.errors.length) console.log(`#   ${p.name}: ${p.errors.slice(0, 3).join(' | ').slice(0, 600)}`);
    }
  }
  await endAll();
}
process.exitCode = step.failed() ? 1 : 0;
