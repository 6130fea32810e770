// Chromium with Firefox: two engines, one gateway. All that people.mjs and devices.mjs show in Chromium, with one side in
// Firefox: its files, its locks, its service worker, its tabs.
import { writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { befriend, chromium, endAll, firefox, firstRun, links, menuOf, myLink, needs, openChat, PASSPHRASE, saveFile, send, sleep, startGateway, steps, tempDir, unlock, until } from './lib.mjs';

const step = steps('firefox');
let gw, fox, second, third, chrome, carol, phone;

async function attach(p, name, bytes) {
  const file = join(tempDir('file'), name);
  writeFileSync(file, bytes);
  await p.upload(file);
  await p.find('heading', 'Send a file');
  await p.click('button', 'Send', { exact: true });
}

try {
  needs('build/tests/page/index.html', 'build/release/gateway/sotto-gateway');
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
  await step('edit_reaction_delete', async () => {
    await send(fox, 'A word mispelt');
    await chrome.sees('A word mispelt', { within: '.timeline' });
    await until('sent', () => fox.eval(() => document.querySelector('article:last-of-type .ticks:not(.state0)') !== null));
    await fox.eval(() => document.getElementById('composer').focus());
    await fox.keys('ArrowUp');
    await fox.sees('Editing', { within: '.composer' });
    await fox.chord('Control', 'a');
    await fox.type('A word well spelt');
    await fox.keys('Enter');
    await chrome.sees('A word well spelt', { within: '.timeline' });
    await menuOf(fox, 'From Chromium');
    await fox.click('button', 'React with 👍');
    await until('reaction', () => chrome.eval(() => document.querySelector('.reaction')?.innerText.includes('👍')));
    await send(fox, 'Better unsaid');
    await chrome.sees('Better unsaid', { within: '.timeline' });
    await menuOf(fox, 'Better unsaid');
    await fox.click('button', 'Delete', { exact: true });
    await fox.click('button', 'Delete for everyone');
    await chrome.seesNot('Better unsaid');
  });
  await step('files_of_30_mb_both_ways', async () => {
    const [there, back] = [randomBytes(30 << 20), randomBytes(30 << 20)];
    await attach(chrome, 'there.bin', there);
    await saveFile(fox, 'there.bin', there);
    await attach(fox, 'back.bin', back);
    await saveFile(chrome, 'back.bin', back);
  });
  await step('search', async () => {
    await fox.chord('Control', 'k');
    await until('search has the focus', () => fox.eval(() => document.activeElement?.id === 'search'));
    await fox.type('chromi');
    await fox.find('a.hit', 'From Chromium');
    await fox.keys('Escape');
  });
  await step('group_of_three', async () => {
    carol = await chromium('Carol');
    await firstRun(carol, gw.url, 'Carol Cray');
    await fox.goto(`${gw.url}/#/`);
    await fox.click('button', 'New chat');
    await befriend(fox, carol, await myLink(fox), { a: 'Fiona Fox', b: 'Carol Cray' });
    await fox.click('button', 'New chat');
    await fox.click('button', 'New group');
    await fox.fill('Name of the group', 'Two engines');
    await fox.press('switch', 'Conrad Crome');
    await fox.press('switch', 'Carol Cray');
    await fox.click('button', 'Make group');
    await fox.sees('Two engines', { within: '.chat-header' });
    await openChat(chrome, 'Two engines');
    await openChat(carol, 'Two engines');
    await send(fox, 'All three?');
    for (const p of [chrome, carol]) await p.sees('All three?', { within: '.timeline' });
    await send(carol, 'All three');
    for (const p of [chrome, fox]) await p.sees('All three', { within: '.timeline' });
  });
  await step('reload_and_offline_start', async () => {
    await until('the door is open', () => fox.eval(() => navigator.serviceWorker.ready.then((r) => r.active !== null)));
    await sleep(500);
    await gw.stop();
    await fox.reload();
    await unlock(fox);
    await fox.sees('All three?', { within: '.timeline' });
    await gw.start();
    await send(chrome, 'Back again');
    await fox.sees('Back again', { within: '.timeline', ms: 60_000 });
  });
  await step('second_and_third_tab_and_the_first_is_killed', async () => {
    second = await fox.tab('Second tab');
    await second.goto(gw.url);
    // Firefox leaves openers their handle: the first window is asked whose the others are.
    await second.find('heading', 'Let this window in');
    await fox.page.bringToFront();
    await fox.click('button', 'Not mine');
    await second.find('heading', 'This window was not let in');
    await second.click('button', 'Ask again');
    await fox.click('button', 'Let it in');
    await openChat(second, 'Two engines');
    third = await fox.tab('Third tab');
    await third.goto(gw.url);
    await fox.click('button', 'Let it in');
    await openChat(third, 'Two engines');
    await send(second, 'From the second tab');
    for (const p of [fox, third, chrome]) await p.sees('From the second tab', { within: '.timeline' });
    await fox.page.close();
    await second.find('heading', 'Locked', { ms: 60_000 });
    await unlock(second, PASSPHRASE, 'Message to');
    await second.click('button', 'Let it in');
    await third.find('field', 'Message to');
    await send(chrome, 'Who is left?');
    for (const p of [second, third]) await p.sees('Who is left?', { within: '.timeline', ms: 60_000 });
    await send(third, 'Two of us');
    await chrome.sees('Two of us', { within: '.timeline', ms: 60_000 });
    const twice = await second.eval(() => document.querySelectorAll('article').length - new Set(Array.from(document.querySelectorAll('article'), (a) => a.id)).size);
    if (twice !== 0) throw new Error(`${twice} shown twice`);
    fox = second;
  });
  await step('a_device_in_firefox_is_linked_with_all_history', async () => {
    await fox.page.bringToFront(); // a tab behind another is drawn after 1 s, 2, 4, ... 64 in Firefox
    phone = await firefox('Phone', { width: 400, height: 800 });
    await links(phone, fox, gw.url, 'Fiona Fox');
    await openChat(phone, 'Conrad Crome');
    await phone.sees('From Firefox', { within: '.timeline', ms: 60_000 });
    await phone.find('button', 'Save there.bin', { ms: 60_000 }); // the file itself came along
    await send(phone, 'From the new device');
    await openChat(chrome, 'Fiona Fox');
    await chrome.sees('From the new device', { within: '.timeline', ms: 60_000 });
  });
} finally {
  if (step.broken()) {
    for (const p of [fox, second, third, chrome, carol, phone]) {
      await p?.shot(`broken-${p.name.replaceAll(' ', '-')}`).catch(() => undefined);
      if (p?.errors.length) console.log(`#   ${p.name}: ${p.errors.slice(0, 3).join(' | ').slice(0, 600)}`);
    }
  }
  await endAll();
}
process.exitCode = step.failed() ? 1 : 0;
