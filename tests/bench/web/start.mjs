// How long the page takes to its list of chats, in Chromium with a warm cache, from the real gateway on loopback:
// node tests/bench/web/start.mjs FOLDER
// Two spans, with the typing between them left out: navigation to the passphrase field, Enter to the list of chats.
import { resolve } from 'node:path';
import { chromium, endAll, firstRun, PASSPHRASE, startGateway } from '../../web/e2e/lib.mjs';

const RUNS = 7;

// Runs in the page before anything else: when things were first seen.
function watch() {
  const seen = (globalThis.__seen = {});
  const look = () => {
    if (!seen.field && document.querySelector('input[type=password]')) seen.field = performance.now();
    const chats = Array.from(document.querySelectorAll('h1, h2')).some((h) => h.textContent.replace(/[\u2066-\u2069]/g, '').trim() === 'Chats');
    if (seen.enter && !seen.chats && chats) seen.chats = performance.now();
  };
  new MutationObserver(look).observe(document, { subtree: true, childList: true, characterData: true });
  addEventListener('keydown', (e) => e.key === 'Enter' && (seen.enter ??= performance.now()), true);
}

try {
  const gw = await startGateway(resolve(process.argv[2]));
  const ada = await chromium('Ada');
  await firstRun(ada, gw.url, 'Ada');
  await ada.click('button', 'To my chats');
  await ada.find('heading', 'Chats');
  await ada.context.addInitScript(watch);
  const spans = { to_passphrase_ms: [], unlock_to_chats_ms: [] };
  for (let i = 0; i < RUNS; i++) {
    await ada.goto(gw.url);
    await ada.fill('Passphrase', PASSPHRASE);
    await ada.keys('Enter');
    await ada.find('heading', 'Chats');
    const seen = await ada.eval(() => globalThis.__seen);
    spans.to_passphrase_ms.push(seen.field);
    spans.unlock_to_chats_ms.push(seen.chats - seen.enter);
  }
  for (const [name, list] of Object.entries(spans)) {
    const sorted = list.map(Math.round).sort((a, b) => a - b);
    console.log(JSON.stringify({ what: 'start', side: 'ours', name, median: sorted[RUNS >> 1], min: sorted[0], max: sorted.at(-1) }));
  }
} catch (e) {
  console.error(`start: ${String(e.stack)}`);
  process.exitCode = 1;
} finally {
  await endAll();
}
