// Two people in Chromium: saying no and yes after all, deleting, a group by its link, roles, leaving, blocking.
import { chromium, endAll, firstRun, menuOf, myLink, needs, openChat, send, sleep, startGateway, steps, until } from './lib.mjs';

const step = steps('company');
let gw, ada, ben, adasLink, bensLink, door;

const rows = (p) => p.eval(() => Array.from(document.querySelectorAll('a.chat-row'), (a) => a.innerText).join('\n'));
const lists = (p, name, ms = 30_000) => until(`${p.name} lists ${name}`, async () => (await rows(p)).includes(name), ms);
const listsNot = (p, name) => until(`${p.name} lists ${name} no more`, async () => !(await rows(p)).includes(name));

async function chatMenu(p, item) {
  await p.click('button', 'Chat menu');
  await p.click('button', item, { exact: true });
}
async function memberMenu(p, name, item) {
  await p.click('button', `Menu for ${name}`);
  await p.click('button', item, { exact: true });
}
async function addByLink(p, link, button) {
  await p.click('button', 'New chat');
  await p.fill('Somebody’s link', link);
  await p.click('button', button, { exact: true });
}

try {
  needs('build/tests/page/index.html', 'build/release/gateway/sotto-gateway');
  await step('two_people', async () => {
    gw = await startGateway();
    ada = await chromium('Ada');
    await firstRun(ada, gw.url, 'Ada Ash');
    adasLink = await myLink(ada);
    ben = await chromium('Ben');
    await firstRun(ben, gw.url, 'Ben Birch');
    bensLink = await myLink(ben);
    await ada.click('button', 'To my chats');
    await ben.click('button', 'To my chats');
  });
  await step('no_to_a_request_and_yes_after_all', async () => {
    await addByLink(ben, adasLink, 'Add');
    await ben.find('field', 'Message to', { ms: 60_000 });
    await send(ben, 'Is this the lighthouse?');
    await ada.click('link', 'Requests', { ms: 60_000 });
    if ((await ada.text()).includes('lighthouse')) throw new Error('shown before it was accepted');
    await ada.click('button', 'Decline');
    await ada.sees('No requests', { ms: 20_000 }).catch(() => undefined);
    await listsNot(ada, 'Ben Birch');
    await addByLink(ada, bensLink, 'Add');
    await ada.sees('Is this the lighthouse?', { within: '.timeline', ms: 60_000 });
    await send(ada, 'It is, come in');
    await ben.sees('It is, come in', { within: '.timeline', ms: 60_000 });
    await ben.sees('Ada Ash', { within: '.chat-header' });
  });
  await step('a_deleted_chat_comes_back_with_the_next_word', async () => {
    await chatMenu(ada, 'Delete chat');
    await ada.click('button', 'Delete', { exact: true });
    await listsNot(ada, 'Ben Birch');
    await send(ben, 'Are you there?');
    await lists(ada, 'Ben Birch');
    await openChat(ada, 'Ben Birch');
    await ada.sees('Are you there?', { within: '.timeline' });
    if ((await ada.text('.timeline')).includes('lighthouse')) throw new Error('what was deleted is back');
    await chatMenu(ada, 'Delete chat');
    await ada.click('button', 'Delete', { exact: true });
    await listsNot(ada, 'Ben Birch');
    await ada.goto(`${gw.url}/#/people`);
    await ada.click('a', 'Ben Birch');
    await ada.click('button', 'Open chat');
    await send(ada, 'I am');
    await ben.sees('I am', { within: '.timeline' });
  });
  await step('a_group_is_joined_by_its_link', async () => {
    await ada.click('button', 'New chat');
    await ada.click('button', 'New group');
    await ada.fill('Name of the group', 'Open watch');
    await ada.click('button', 'Make group');
    await ada.sees('Open watch', { within: '.chat-header' });
    await ada.goto(`${await ada.eval(() => location.href)}/info`);
    await ada.press('switch', 'Anyone with the link may join');
    door = await until('the link', () => ada.eval(() => document.querySelector('.share input')?.value));
    await addByLink(ben, door, 'Join group');
    await lists(ben, 'Open watch', 60_000);
    await openChat(ben, 'Open watch');
    await send(ben, 'Came by the link');
    await ada.sees('Came by the link', { within: '.timeline', ms: 60_000 });
    await ada.sees('Ben Birch joined', { within: '.timeline' });
  });
  await step('roles_are_given_and_told', async () => {
    await memberMenu(ada, 'Ben Birch', 'Make admin');
    await ben.sees('You are an admin now', { within: '.timeline' });
    await ada.sees('Ben Birch is an admin now', { within: '.timeline' });
    await ben.goto(`${await ben.eval(() => location.href)}/info`);
    await ben.click('button', 'Name and picture');
    await ben.fill('Name of the group', 'Watch of all');
    await ben.click('button', 'Save', { exact: true });
    await ada.sees('Watch of all', { within: '.chat-header' });
    await memberMenu(ada, 'Ben Birch', 'Remove as admin');
    await ada.sees('Ben Birch is no longer an admin', { within: '.timeline' });
    await until('Ben may not edit', async () => !(await ben.has('button', 'Name and picture')));
    await ben.click('button', 'Close');
  });
  await step('who_leaves_may_come_back', async () => {
    await chatMenu(ben, 'Leave group');
    await ben.click('button', 'Leave', { exact: true });
    await ben.sees('You are no longer in this group');
    await ada.sees('Ben Birch left', { within: '.timeline', ms: 60_000 });
    await chatMenu(ben, 'Delete chat');
    await ben.click('button', 'Delete', { exact: true });
    await listsNot(ben, 'Watch of all');
    await send(ada, 'Said without Ben');
    await ada.click('button', 'Add members');
    await ada.press('switch', 'Ben Birch');
    await ada.click('button', 'Add', { exact: true });
    // What one has left is over: being taken in again is a chat of its own.
    await ben.find('a.chat-row', 'Watch of all', { ms: 60_000 });
    await openChat(ben, 'Watch of all');
    await send(ben, 'Here again');
    await ada.sees('Here again', { within: '.timeline', ms: 60_000 });
    if ((await ben.text('.timeline')).includes('Said without Ben')) throw new Error('read while outside');
  });
  await step('who_is_removed_is_told', async () => {
    await memberMenu(ada, 'Ben Birch', 'Remove from group');
    await ben.sees('You are no longer in this group', { ms: 60_000 });
    await ben.sees('You were removed', { within: '.timeline' });
    await ada.sees('Ben Birch was removed', { within: '.timeline' });
    await chatMenu(ben, 'Delete chat');
    await ben.click('button', 'Delete', { exact: true });
    await listsNot(ben, 'Watch of all');
  });
  await step('who_is_blocked_is_not_heard', async () => {
    await ada.goto(`${gw.url}/#/people`);
    await ada.click('a', 'Ben Birch');
    await ada.click('button', 'Block');
    await ada.find('button', 'Cancel');
    await ada.click('button', 'Block', { exact: true });
    await ada.find('button', 'Unblock');
    await openChat(ben, 'Ada Ash');
    await send(ben, 'Not to be heard');
    await until('it is sent', () => ben.eval(() => document.querySelector('article:last-of-type .ticks:not(.state0)') !== null));
    await sleep(1500); // it reaches her, and is dropped there
    await ada.click('button', 'Unblock');
    await send(ben, 'To be heard again');
    await ada.goto(`${gw.url}/#/`);
    await lists(ada, 'Ben Birch');
    await openChat(ada, 'Ben Birch');
    await ada.sees('To be heard again', { within: '.timeline', ms: 60_000 });
    if ((await ada.text('.timeline')).includes('Not to be heard')) throw new Error('heard');
  });
  await step('a_starred_message_is_found_in_its_list', async () => {
    await menuOf(ada, 'To be heard again');
    await ada.click('button', 'Star', { exact: true });
    await ada.goto(`${gw.url}/#/starred`);
    await ada.sees('To be heard again');
  });
  await step('no_errors_on_the_console', async () => {
    const all = [ada, ben].flatMap((p) => p.errors.map((e) => `${p.name}: ${e}`));
    if (all.length > 0) throw new Error(all.slice(0, 3).join(' | ').slice(0, 400));
  });
} finally {
  if (step.broken()) {
    for (const p of [ada, ben]) {
      if (!p) continue;
      await p.shot(`broken-${p.name}`).catch(() => undefined);
      console.log(`#   ${p.name}: ${(await p.text().catch(() => '')).replace(/\n+/g, ' | ').slice(0, 700)}`);
    }
  }
  await endAll();
}
process.exitCode = step.failed() ? 1 : 0;
