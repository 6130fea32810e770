// Three people in Chromium, the real core, the real gateway: everything a chat does.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { again, befriend, chromium, endAll, firstRun, menuOf, myLink, needs, openChat, PASSPHRASE, recovers, saveFile, send, sleep, startGateway, steps, tempDir, unlock, until } from './lib.mjs';

const step = steps('people');
let gw, alice, bob, carol, link, code;

try {
  needs('build/tests/page/index.html', 'build/release/gateway/sotto-gateway');
  await step('gateway_starts', async () => {
    gw = await startGateway();
  });
  await step('first_run_with_recovery_code', async () => {
    alice = await chromium('Alice');
    code = await firstRun(alice, gw.url, 'Alice Arden');
    link = await myLink(alice);
    await alice.click('button', 'To my chats');
    await alice.sees('Note to self');
  });
  await step('add_by_link', async () => {
    bob = await chromium('Bob');
    await firstRun(bob, gw.url, 'Bob Brand');
    await befriend(alice, bob, link, { a: 'Alice Arden', b: 'Bob Brand' });
  });
  await step('text_both_ways', async () => {
    await send(alice, 'Hello Bob, this is Alice');
    await bob.sees('Hello Bob, this is Alice', { within: '.timeline' });
    await send(bob, 'Hello Alice, the lighthouse is lit');
    await alice.sees('the lighthouse is lit', { within: '.timeline' });
  });
  await step('read_notice_arrives', async () => {
    await until('read', () => alice.eval(() => document.querySelector('.message.mine .ticks.state3') !== null));
  });
  await step('reply', async () => {
    await menuOf(bob, 'Hello Bob');
    await bob.click('button', 'Reply');
    await bob.sees('Reply to', { within: '.composer' });
    await bob.type('An answer to it');
    await bob.keys('Enter');
    await until('quote', () => alice.eval(() => document.querySelector('.reply')?.innerText.includes('Hello Bob')));
  });
  await step('edit_by_arrow_up', async () => {
    await send(alice, 'A word mispelt');
    await bob.sees('A word mispelt', { within: '.timeline' });
    await until('sent', () => alice.eval(() => document.querySelector('article:last-of-type .ticks:not(.state0)') !== null));
    await alice.find('field', 'Message to');
    await alice.eval(() => document.getElementById('composer').focus());
    await alice.keys('ArrowUp');
    await alice.sees('Editing', { within: '.composer' });
    await alice.chord('Control', 'a');
    await alice.type('A word well spelt');
    await alice.keys('Enter');
    await bob.sees('A word well spelt', { within: '.timeline' });
    await bob.sees('edited', { within: '.timeline' });
  });
  await step('reaction', async () => {
    await menuOf(bob, 'A word well spelt');
    await bob.click('button', 'React with 👍');
    await until('reaction', () => alice.eval(() => document.querySelector('.reaction')?.innerText.includes('👍')));
  });
  await step('both_compare_the_same_numbers', async () => {
    const numbers = async (p, name) => {
      await p.goto(`${gw.url}/#/people`);
      await p.click('a', name);
      return until(`${p.name} has numbers`, () => p.eval(() => document.querySelector('.digits')?.innerText.replace(/\s/g, '')), 60_000);
    };
    const [a, b] = [await numbers(alice, 'Bob Brand'), await numbers(bob, 'Alice Arden')];
    if (a !== b || !/^\d{60}$/.test(a)) throw new Error(`${a} is not ${b}`);
    for (const [p, name] of [[alice, 'Bob Brand'], [bob, 'Alice Arden']]) {
      await p.goto(`${gw.url}/#/`);
      await openChat(p, name);
    }
  });
  await step('delete_for_everyone', async () => {
    // What is said within two seconds of another message is only counted.
    await until('nothing else is being said', () => alice.eval(() => document.querySelector('[role=status][aria-live]').textContent === ''));
    await alice.eval(() => {
      globalThis.spoken = [];
      const region = document.querySelector('[role=status][aria-live]');
      new MutationObserver(() => globalThis.spoken.push(region.textContent)).observe(region, { childList: true, characterData: true, subtree: true });
    });
    await send(bob, 'Better unsaid');
    await alice.sees('Better unsaid', { within: '.timeline' });
    await until('it was spoken', () => alice.eval(() => globalThis.spoken.some((x) => x.includes('Better unsaid'))));
    await menuOf(bob, 'Better unsaid');
    await bob.click('button', 'Delete', { exact: true });
    await bob.click('button', 'Delete for everyone');
    // Neither where it stood nor where it was spoken, previewed or quoted: in the whole document, seen or not.
    for (const p of [alice, bob]) {
      await p.seesNot('Better unsaid', { within: '.timeline' });
      await p.seesNot('Better unsaid', { within: '[role=status][aria-live]' });
      await until(`${p.name} holds it nowhere`, () => p.eval(() => !document.documentElement.outerHTML.includes('Better unsaid') && !document.title.includes('Better unsaid')));
    }
  });
  const file = join(tempDir('file'), 'thirty.bin');
  const bytes = randomBytes(30 * 1024 * 1024);
  await step('file_of_30_mb_arrives_whole', async () => {
    writeFileSync(file, bytes);
    await alice.upload(file);
    await alice.find('heading', 'Send a file');
    await alice.click('button', 'Send', { exact: true });
    await alice.sees('thirty.bin', { within: '.timeline' });
    await bob.sees('thirty.bin', { within: '.timeline', ms: 120_000 });
    await saveFile(bob, 'thirty.bin', bytes);
  });
  await step('reload_asks_to_unlock_and_keeps_all', async () => {
    await bob.fill('Message to', 'A half-written sounding');
    await sleep(600); // what was typed is kept
    await bob.reload();
    await unlock(bob);
    await bob.sees('the lighthouse is lit', { within: '.timeline' });
    await until('the draft', () => bob.eval(() => document.getElementById('composer').value === 'A half-written sounding'));
    await bob.fill('Message to', '');
    await bob.keys('Backspace');
  });
  await step('wrong_passphrase_is_told', async () => {
    await bob.reload();
    await bob.fill('Passphrase', 'not the right one');
    await bob.keys('Enter');
    await bob.sees('Wrong passphrase');
    await unlock(bob);
  });
  await step('search_finds_and_jumps', async () => {
    await bob.chord('Control', 'k');
    await until('search has the focus', () => bob.eval(() => document.activeElement?.id === 'search'));
    await bob.type('quadrant of brass'); // a word that nobody has said
    await bob.sees('Nothing found', { within: '.list' });
    await bob.chord('Control', 'a');
    await bob.type('lighthouse');
    await bob.sees('1 found', { within: '.list' }).catch(() => bob.find('a.hit', 'lighthouse'));
    await until('marked', () => bob.eval(() => document.querySelector('.hit mark')?.textContent.toLowerCase() === 'lighthouse'));
    await bob.click('a.hit', 'lighthouse');
    await until('target', () => bob.eval(() => document.querySelector('.message.target')?.innerText.includes('lighthouse')));
    await bob.eval(() => document.getElementById('search').focus());
    await bob.keys('Escape');
  });
  await step('group_of_three', async () => {
    carol = await chromium('Carol');
    await firstRun(carol, gw.url, 'Carol Cray');
    await alice.click('button', 'New chat');
    const second = await myLink(alice);
    await befriend(alice, carol, second, { a: 'Alice Arden', b: 'Carol Cray' });
    await alice.click('button', 'New chat');
    await alice.click('button', 'New group');
    await alice.fill('Name of the group', 'Night watch');
    await alice.press('switch', 'Bob Brand');
    await alice.press('switch', 'Carol Cray');
    await alice.click('button', 'Make group');
    await alice.sees('Night watch', { within: '.chat-header' });
    await openChat(bob, 'Night watch');
    await openChat(carol, 'Night watch');
    await send(alice, 'Who keeps watch tonight?');
    await bob.sees('Who keeps watch', { within: '.timeline' });
    await carol.sees('Who keeps watch', { within: '.timeline' });
    await send(carol, 'I do, says Carol');
    await alice.sees('I do, says Carol', { within: '.timeline' });
    await bob.sees('I do, says Carol', { within: '.timeline' });
  });
  await step('group_link_is_shown_and_turned_off', async () => {
    await alice.goto(`${await alice.eval(() => location.href)}/info`);
    const on = () => alice.eval(() => document.querySelector('.share input')?.value ?? '');
    await alice.press('switch', 'Anyone with the link may join');
    const first = await until('a link', on);
    if (!first.includes('#/add/')) throw new Error(`no link: ${first}`);
    await alice.press('switch', 'Anyone with the link may join');
    await until('no link', async () => (await on()) === '');
    await alice.press('switch', 'Anyone with the link may join');
    if ((await until('a link', on)) === first) throw new Error('the same link again');
    await alice.click('button', 'Close');
  });
  await step('queued_while_the_gateway_is_away', async () => {
    await gw.stop();
    await bob.sees('Offline', { ms: 60_000 }).catch(() => bob.sees('Connecting'));
    await send(bob, 'Written without a gateway');
    await gw.start();
    await alice.sees('Written without a gateway', { within: '.timeline', ms: 60_000 });
  });
  await step('offline_start_from_the_service_worker', async () => {
    await until('controlled', async () => {
      const has = await carol.eval(() => navigator.serviceWorker.controller !== null);
      if (!has) await sleep(200);
      return has;
    });
    await gw.stop();
    await carol.reload();
    await unlock(carol);
    await carol.sees('Who keeps watch', { within: '.timeline' });
    await gw.start();
  });
  await step('export_of_all_messages', async () => {
    await alice.goto(`${gw.url}/#/settings/storage`);
    await alice.click('button', 'Export all messages');
    await alice.sees('The file is not locked', { within: 'dialog' });
    const waiting = alice.page.waitForEvent('download');
    await alice.click('button', 'Save it readable');
    await again(alice, 'not the right one');
    await alice.sees('Wrong passphrase', { within: 'dialog' });
    await again(alice);
    const { readFileSync } = await import('node:fs');
    const lines = readFileSync(await (await waiting).path(), 'utf8').trim().split('\n').map((l) => JSON.parse(l));
    const chats = lines.filter((l) => l.type === 'chat').map((l) => l.title);
    for (const title of ['Bob Brand', 'Carol Cray', 'Night watch']) if (!chats.includes(title)) throw new Error(`no chat ${title}: ${chats}`);
    const texts = lines.filter((l) => l.type === 'message' && l.kind !== 2).map((l) => l.file ?? l.text);
    const wanted = ['Hello Bob, this is Alice', 'Hello Alice, the lighthouse is lit', 'An answer to it', 'A word well spelt', 'thirty.bin', 'Who keeps watch tonight?', 'I do, says Carol', 'Written without a gateway'];
    const order = wanted.map((w) => texts.indexOf(w));
    if (order.some((at) => at < 0)) throw new Error(`missing: ${wanted.filter((w) => !texts.includes(w))}`);
    const pair = order.slice(0, 5);
    if (pair.some((at, i) => i > 0 && at < pair[i - 1])) throw new Error(`order ${pair}`);
    if (texts.some((x) => x.includes('Better unsaid'))) throw new Error('it holds a deleted message');
    await alice.goto(`${gw.url}/#/`);
  });
  await step('recovery_by_code', async () => {
    const again = await chromium('Alice again');
    const next = await recovers(again, gw.url, code);
    if (next === code) throw new Error('the code is the old one');
    await again.sees('Bob Brand', { within: '.list', ms: 60_000 });
    await again.close();
  });
  await step('no_errors_on_the_console', async () => {
    const all = [alice, bob, carol].flatMap((p) => p.errors.map((e) => `${p.name}: ${e}`));
    if (all.length > 0) throw new Error(all.slice(0, 3).join(' | ').slice(0, 400));
  });
  await step('the_gateway_holds_nothing_readable', async () => {
    await gw.stop();
    const scan = (...patterns) => spawnSync('tests/gateway/scan.sh', [gw.dir, ...patterns], { encoding: 'utf8' });
    // The search itself must be able to find: the database's own words are there.
    if (scan('CREATE TABLE').status === 0) throw new Error('the scan finds nothing at all');
    const told = ['A half-written sounding', 'quadrant of brass', 'Night watch', `hex:${bytes.subarray(4096, 4128).toString('hex')}`, 'Alice Arden', 'Bob Brand', 'Carol Cray', PASSPHRASE, 'Hello Bob, this is Alice', 'lighthouse', 'An answer to it', 'mispelt'];
    const found = scan(...told, code, code.replaceAll('-', ''));
    if (found.status !== 0) throw new Error(found.stdout.split('\n').filter((l) => l.startsWith('not ok')).join(' | ').slice(0, 400));
  });
} finally {
  if (step.broken()) {
    for (const p of [alice, bob, carol]) {
      if (!p) continue;
      await p.shot(`broken-${p.name}`).catch(() => undefined);
      if (p.errors.length) console.log(`#   ${p.name}: ${p.errors.slice(0, 3).join(' | ').slice(0, 600)}`);
    }
  }
  await endAll();
}
process.exitCode = step.failed() ? 1 : 0;
