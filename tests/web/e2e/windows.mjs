// Two windows of one person in each browser: one reloads, or the one that has the store does and the other takes over, in
// turns. Each time both come to show the chats, and what is said in one is read in the other. SOTTO_ROUNDS: how often.
import { chromium, endAll, firefox, firstRun, needs, PASSPHRASE, send, startGateway, steps, until } from './lib.mjs';

const rounds = Number(process.env.SOTTO_ROUNDS ?? 4);
const step = steps('windows');
const LONG = 90_000; // a derivation, where others take the processors
const isLocked = (p) => p.eval(() => document.querySelector('input[type=password]') !== null);

async function notes(p) {
  await p.click('a.chat-row', 'Note to self', { ms: LONG });
  await p.find('field', 'Message to');
}

/** Whichever way it comes: by unlocking here, or because the other window has. */
async function opens(p) {
  await until(`${p.name} is locked or open`, () => p.eval(() => document.querySelector('input[type=password], a.chat-row') !== null), LONG);
  if (await isLocked(p)) {
    await p.fill('Passphrase', PASSPHRASE);
    await p.keys('Enter');
  }
  await p.find('a.chat-row', 'Note to self', { ms: LONG });
}

try {
  needs('build/tests/page/index.html', 'build/release/gateway/sotto-gateway');
  const gw = await startGateway();
  for (const [browser, start] of [['chromium', chromium], ['firefox', firefox]]) {
    let owner, other;
    await step(`${browser}_begins`, async () => {
      owner = await start('One');
      await firstRun(owner, gw.url, 'Window Wanda');
      await owner.click('button', 'To my chats');
      other = await owner.tab('Two');
      await other.goto(gw.url);
    });
    await step(`${browser}_two_windows_take_turns_${rounds}_times`, async () => {
      for (let i = 0; i < rounds; i++) {
        if (i % 2 === 1) {
          await owner.reload();
          [owner, other] = [other, owner];
        } else if (i > 0) await other.reload();
        if (browser === 'firefox') await owner.click('button', 'Let it in', { ms: LONG });
        await opens(other);
        await opens(owner);
        await notes(owner);
        await notes(other);
        for (const [from, to] of [[owner, other], [other, owner]]) {
          const text = `Round ${i}, said by ${from.name}`;
          await send(from, text);
          await to.sees(text, { within: '.timeline' });
        }
      }
    });
    await owner?.close();
  }
} finally {
  await endAll();
}
process.exitCode = step.failed() > 0 ? 1 : 0;
