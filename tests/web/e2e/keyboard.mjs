// The first run, adding somebody and writing, by the keyboard alone: no pointer is used and nothing is focused by script.
import { chromium, endAll, firstRun, myLink, needs, startGateway, steps, until } from './lib.mjs';

const step = steps('keyboard');
let gw, alice, bob;

/** Tab until the focused element has this name. */
async function tabTo(p, name, back = false) {
  for (let i = 0; i < 60; i++) {
    const at = await p.eval(() => {
      const el = document.activeElement;
      const own = el?.getAttribute('aria-label') || (el?.labels?.length ? el.labels[0].innerText : '') || el?.innerText || '';
      const ring = el && el !== document.body ? getComputedStyle(el).outlineStyle !== 'none' || getComputedStyle(el).boxShadow !== 'none' || el.closest('.composer-row, .search') !== null : true;
      return { name: own.replace(/[\u2066-\u2069]/g, '').trim(), ring };
    });
    if (at.name.startsWith(name)) {
      if (!at.ring) throw new Error(`no focus ring on ${name}`);
      return;
    }
    if (back) await p.chord('Shift', 'Tab');
    else await p.keys('Tab');
  }
  throw new Error(`no way to “${name}” by Tab`);
}

try {
  needs('build/tests/page/index.html');
  await step('first_run', async () => {
    gw = await startGateway();
    bob = await chromium('Bob');
    await firstRun(bob, gw.url, 'Bob Brand');
    alice = await chromium('Alice');
    await alice.goto(gw.url);
    await alice.find('field', 'Name');
    await tabTo(alice, 'Name');
    await alice.type('Alice Arden');
    await alice.keys('Enter');
    await alice.find('field', 'Passphrase');
    await tabTo(alice, 'Passphrase');
    await alice.type('quiet paper lantern river');
    await alice.keys('Enter');
    await alice.find('button', 'I have kept it', { ms: 60_000 });
    const groups = await alice.eval(() => Array.from(document.querySelectorAll('.code li'), (li) => li.textContent));
    await tabTo(alice, 'I have kept it');
    await alice.keys('Enter');
    const label = await until('question', () => alice.eval(() => document.querySelector('form label')?.textContent));
    await tabTo(alice, 'What is group');
    await alice.type(groups[Number(/(\d+)/.exec(label)[1]) - 1]);
    await alice.keys('Enter');
    await alice.find('button', 'To my chats');
  });
  await step('add_and_write', async () => {
    const link = await myLink(bob);
    await tabTo(alice, 'Somebody’s link');
    await alice.type(link);
    await alice.sees('The link of a person');
    await alice.keys('Enter');
    await alice.find('field', 'Message to', { ms: 60_000 });
    await tabTo(alice, 'Message to');
    await alice.type('Typed without a pointer');
    await alice.keys('Enter');
    await alice.sees('Typed without a pointer', { within: '.timeline' });
  });
  await step('messages_by_arrows_and_their_menu', async () => {
    await tabTo(alice, 'You, Typed without', true);
    await alice.keys('Enter');
    await until('menu', () => alice.eval(() => document.activeElement?.closest('.menu') !== null));
    await alice.keys('ArrowDown', 'ArrowDown', 'Escape');
    await until('focus is back', () => alice.eval(() => document.activeElement?.matches('article')));
    await alice.keys('Escape');
    await until('composer', () => alice.eval(() => document.activeElement?.id === 'composer'));
  });
  await step('switcher_and_sheet', async () => {
    await alice.chord('Control', 'k');
    await until('search', () => alice.eval(() => document.activeElement?.id === 'search'));
    await alice.type('without a pointer');
    await alice.find('a.hit', 'without a pointer');
    await alice.keys('Escape');
    await tabTo(alice, 'Chats');
    await alice.keys('?');
    await alice.find('heading', 'Keyboard');
    await alice.keys('Escape');
    await until('closed', () => alice.eval(() => document.querySelector('dialog[open]') === null));
  });
} finally {
  if (step.broken()) for (const p of [alice, bob]) await p?.shot(`broken-${p.name}`).catch(() => undefined);
  await endAll();
}
process.exitCode = step.failed() ? 1 : 0;
