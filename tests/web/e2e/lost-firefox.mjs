// A device is lost, in Firefox: linked, removed with a new code, and what the two codes are good for then.
import { befriend, chooseChat, chromium, endAll, findsNothing, firefox, firstRun, links, myLink, needs, openChat, recovers, removesOther, send, startGateway, steps } from './lib.mjs';

const step = steps('lost_firefox');
let gw, fox, chrome, phone, code, newCode;

try {
  needs('build/tests/page/index.html', 'build/release/gateway/sotto-gateway');
  await step('a_second_device_is_linked', async () => {
    gw = await startGateway();
    fox = await firefox('Fox');
    code = await firstRun(fox, gw.url, 'Fiona Fox');
    const link = await myLink(fox);
    await fox.click('button', 'To my chats');
    chrome = await chromium('Chrome');
    await firstRun(chrome, gw.url, 'Conrad Crome');
    await befriend(fox, chrome, link, { a: 'Fiona Fox', b: 'Conrad Crome' });
    phone = await firefox('Phone', { width: 400, height: 800 });
    await links(phone, fox, gw.url, 'Fiona Fox');
    await openChat(chrome, 'Fiona Fox');
  });
  await step('a_lost_device_is_removed_with_a_new_code', async () => {
    await fox.click('button', 'Close', { exact: true });
    newCode = await removesOther(fox, gw.url);
    if (newCode === code) throw new Error('the code is the old one');
    // Its person is in the list of chats, and has none open.
    await phone.sees('has removed this one', { within: '.lines', ms: 60_000 });
    await chooseChat(phone, 'Conrad Crome', 'heading', 'Conrad Crome');
    await phone.sees('has removed this one', { within: '.lines' });
    if (await phone.eval(() => document.querySelector('.composer-row') !== null)) throw new Error('the lost device is offered to write');
    await send(chrome, 'Only for those who are left');
    await fox.goto(`${gw.url}/#/`);
    await openChat(fox, 'Conrad Crome');
    await fox.sees('Only for those who are left', { within: '.timeline', ms: 60_000 });
    if ((await phone.text()).includes('Only for those who are left')) throw new Error('the lost device reads on');
  });
  await step('the_old_code_finds_nothing_and_the_new_one_brings_the_account_back', async () => {
    const fresh = await firefox('Fox anew');
    await findsNothing(fresh, gw.url, code);
    await recovers(fresh, gw.url, newCode);
    await openChat(fresh, 'Conrad Crome');
    await send(fresh, 'Back with the new code');
    await chrome.sees('Back with the new code', { within: '.timeline', ms: 60_000 });
  });
} finally {
  if (step.broken()) {
    for (const p of [fox, chrome, phone]) {
      await p?.shot(`broken-${p.name.replaceAll(' ', '-')}`).catch(() => undefined);
      if (p?.errors.length) console.log(`#   ${p.name}: ${p.errors.slice(0, 3).join(' | ').slice(0, 600)}`);
    }
  }
  await endAll();
}
process.exitCode = step.failed() ? 1 : 0;
