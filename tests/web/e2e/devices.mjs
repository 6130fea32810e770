// One person, several tabs and several devices: tabs with the owner killed, a linked device with history, a revoked one.
import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { befriend, chromium, endAll, findsNothing, firstRun, links, myLink, needs, openChat, PASSPHRASE, recovers, removesOther, send, sleep, startGateway, steps, tempDir, unlock, until } from './lib.mjs';

const step = steps('devices');
const bytes = randomBytes(24 * 1024 * 1024);
const file = join(tempDir('file'), 'going.bin');
let gw, alice, bob, second, third, phone, code, newCode;

try {
  needs('build/tests/page/index.html', 'build/release/gateway/sotto-gateway');
  await step('two_people', async () => {
    gw = await startGateway();
    alice = await chromium('Alice');
    await alice.goto(gw.url);
    await alice.find('field', 'Name'); // the owner, to whom another tab makes the account
    const early = await alice.tab('Early tab');
    code = await firstRun(early, gw.url, 'Alice Arden');
    const link = await myLink(early);
    await alice.find('heading', 'Chats');
    await early.page.close();
    bob = await chromium('Bob');
    await firstRun(bob, gw.url, 'Bob Brand');
    await befriend(alice, bob, link, { a: 'Alice Arden', b: 'Bob Brand' });
    await send(alice, 'Before the second tab');
    await bob.sees('Before the second tab', { within: '.timeline' });
  });
  await step('second_and_third_tab_are_whole_windows', async () => {
    second = await alice.tab('Second tab');
    await second.goto(gw.url);
    await second.find('heading', 'Chats'); // the owner is unlocked, so nothing is asked
    await openChat(second, 'Bob Brand');
    await second.sees('Before the second tab', { within: '.timeline' });
    await send(second, 'From the second tab');
    await bob.sees('From the second tab', { within: '.timeline' });
    await alice.sees('From the second tab', { within: '.timeline' });
    third = await alice.tab('Third tab');
    await third.goto(gw.url);
    await third.find('heading', 'Chats');
    await openChat(third, 'Bob Brand');
    await send(bob, 'To all three');
    for (const p of [alice, second, third]) {
      await p.sees('To all three', { within: '.timeline' });
      const n = await p.eval(() => document.querySelectorAll('article.message').length);
      const once = await p.eval(() => new Set(Array.from(document.querySelectorAll('article.message'), (a) => a.id)).size);
      if (n !== once || n !== 3) throw new Error(`${p.name} shows ${n} messages, ${once} of them different`);
    }
  });
  await step('the_owner_is_closed_and_another_takes_over', async () => {
    writeFileSync(file, bytes);
    await second.upload(file);
    await second.find('heading', 'Send a file');
    await second.click('button', 'Send', { exact: true });
    await until('the upload runs', () => second.eval(() => document.querySelector('.file-progress progress')?.value > 0));
    await alice.page.close();
    // The core of the next owner starts locked: no tab keeps the secret of another.
    await second.find('heading', 'Locked');
    await third.find('heading', 'Locked');
    await unlock(third, PASSPHRASE, 'Message to');
    await second.find('field', 'Message to');
    await send(bob, 'Is anyone there?');
    await second.sees('Is anyone there?', { within: '.timeline', ms: 60_000 });
    await third.sees('Is anyone there?', { within: '.timeline', ms: 60_000 });
    await send(third, 'Still here');
    await bob.sees('Still here', { within: '.timeline' });
  });
  await step('an_upload_of_another_tab_goes_on_after_it', async () => {
    await bob.click('button', 'Load going.bin', { ms: 60_000 });
    await bob.find('button', 'Save going.bin', { ms: 60_000 });
    const waiting = bob.page.waitForEvent('download');
    await bob.press('button', 'Save going.bin');
    if (!readFileSync(await (await waiting).path()).equals(bytes)) throw new Error('the saved file differs');
    await second.seesNot('Sending', { within: '.timeline' });
  });
  await step('the_owner_crashes_and_another_takes_over', async () => {
    // Which of the two is the owner is not visible from outside: each in turn would do, one must be it.
    const cdp = await second.context.newCDPSession(second.page);
    await Promise.race([cdp.send('Page.crash').catch(() => undefined), sleep(1500)]);
    await until('the third tab is locked or goes on', () => third.eval(() => document.querySelector('.composer, h1') !== null), 60_000);
    await sleep(2000); // a core starts meanwhile, if the crashed one was the owner
    if (await third.has('heading', 'Locked')) await unlock(third, PASSPHRASE, 'Message to');
    await send(bob, 'After the crash');
    await third.sees('After the crash', { within: '.timeline', ms: 60_000 });
    await send(third, 'And the third lives on');
    await bob.sees('And the third lives on', { within: '.timeline' });
    alice = third;
  });
  await step('locking_one_tab_locks_them_all', async () => {
    const other = await alice.tab('Fourth tab');
    await other.goto(gw.url);
    await other.find('heading', 'Chats');
    await alice.goto(`${gw.url}/#/settings/safety`);
    await alice.click('button', 'Lock now');
    await other.find('heading', 'Locked');
    await alice.find('heading', 'Locked');
    await unlock(other);
    await alice.find('heading', 'Lock and recovery');
    await other.page.close();
  });
  await step('a_device_is_linked_with_all_history', async () => {
    phone = await chromium('Phone', { width: 400, height: 800 });
    await links(phone, alice, gw.url, 'Alice Arden');
    await openChat(phone, 'Bob Brand');
    await phone.sees('Before the second tab', { within: '.timeline', ms: 60_000 });
    await phone.sees('And the third lives on', { within: '.timeline' });
  });
  await step('both_devices_write_and_read', async () => {
    await send(phone, 'From the new device');
    await bob.sees('From the new device', { within: '.timeline', ms: 60_000 });
    await send(bob, 'Seen, says Bob');
    await phone.sees('Seen, says Bob', { within: '.timeline', ms: 60_000 });
    await alice.goto(`${gw.url}/#/`);
    await alice.click('a.chat-row', 'Bob Brand');
    await alice.sees('From the new device', { within: '.timeline', ms: 60_000 });
    await alice.sees('Seen, says Bob', { within: '.timeline', ms: 60_000 });
  });
  await step('search_on_the_new_device_without_a_network', async () => {
    await gw.stop();
    await phone.page.goBack();
    await phone.fill('Search', 'second');
    await phone.find('a.hit', 'Before the second tab');
    await gw.start();
    await sleep(500);
  });
  await step('a_lost_device_is_removed_with_a_new_code', async () => {
    await phone.eval(() => document.getElementById('search').focus());
    await phone.keys('Escape');
    await openChat(phone, 'Bob Brand');
    newCode = await removesOther(alice, gw.url);
    if (newCode === code) throw new Error('the code is the old one');
    await phone.sees('has removed this one', { ms: 60_000 });
    await send(bob, 'Only for those who are left');
    await alice.goto(`${gw.url}/#/`);
    await openChat(alice, 'Bob Brand');
    await alice.sees('Only for those who are left', { within: '.timeline', ms: 60_000 });
    if ((await phone.text()).includes('Only for those who are left')) throw new Error('the lost device reads on');
    await phone.shot('devices-removed');
  });
  await step('the_old_code_finds_nothing_and_the_new_one_brings_the_account_back', async () => {
    const fresh = await chromium('Alice anew');
    await findsNothing(fresh, gw.url, code);
    await recovers(fresh, gw.url, newCode);
    await openChat(fresh, 'Bob Brand');
    await send(fresh, 'Back with the new code');
    await bob.sees('Back with the new code', { within: '.timeline', ms: 60_000 });
  });
} finally {
  if (step.broken()) {
    for (const p of [alice, second, third, bob, phone]) {
      if (!p) continue;
      await p.shot(`broken-${p.name.replaceAll(' ', '-')}`).catch(() => undefined);
      if (p.errors.length) console.log(`#   ${p.name}: ${p.errors.slice(0, 3).join(' | ').slice(0, 600)}`);
    }
  }
  await endAll();
}
process.exitCode = step.failed() ? 1 : 0;
