// The portable file, opened from disk in both browsers: the whole messenger from one file, no page from any server.
// Two people talk, restart, search; the gateway's app port is never asked for anything.
import { copyFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { befriend, chromium, endAll, firefox, myLink, needs, openChat, PASSPHRASE, root, saveFile, send, sleep, startGateway, steps, tempDir, unlock, until } from './lib.mjs';

const step = steps('portable');
const built = join(root, 'build/tests/page');
let gw, socket, url, alice, bob;

/** As firstRun, with the question that only a file from disk has to ask: which gateway. */
async function begin(p, name) {
  await p.goto(url);
  await p.fill('Name', name);
  await p.fill('Gateway', socket);
  await p.keys('Enter');
  await p.fill('Passphrase', PASSPHRASE);
  await p.keys('Enter');
  await p.find('button', 'I have kept it', { ms: 60_000 });
  await p.click('button', 'Later');
  await p.find('button', 'To my chats');
}

try {
  needs('build/tests/page/index.html', 'build/release/gateway/sotto-gateway');
  await step('gateway_starts', async () => {
    gw = await startGateway();
    socket = (await (await fetch(`${gw.url}/config.json`)).json()).gateway;
    const name = readdirSync(built).find((f) => /^sotto-.*\.html$/.test(f));
    const dir = tempDir('portable');
    copyFileSync(join(built, name), join(dir, name));
    url = pathToFileURL(join(dir, name)).href;
  });
  await step('first_run_in_chromium', async () => {
    alice = await chromium('Alice');
    alice.asked = [];
    alice.page.on('request', (r) => alice.asked.push(r.url()));
    await begin(alice, 'Alice');
  });
  await step('first_run_in_firefox', async () => {
    bob = await firefox('Bob');
    await begin(bob, 'Bob');
  });
  await step('the_mark_says_what_it_is', async () => {
    await alice.find('button', 'Portable file');
    await bob.find('button', 'Portable file');
  });
  await step('add_by_link_and_talk', async () => {
    const link = await myLink(alice);
    await alice.click('button', 'To my chats');
    await befriend(alice, bob, link, { a: 'Alice', b: 'Bob' });
    await send(alice, 'from one file to another');
    await bob.sees('from one file to another', { within: '.timeline' });
    await send(bob, 'and back, past the lighthouse');
    await alice.sees('and back, past the lighthouse', { within: '.timeline' });
  });
  await step('a_file_arrives_whole', async () => {
    const { writeFileSync } = await import('node:fs');
    const bytes = Buffer.alloc(300_000, 7);
    const file = join(tempDir('file'), 'rope.bin');
    writeFileSync(file, bytes);
    await alice.upload(file);
    await alice.find('heading', 'Send a file');
    await alice.click('button', 'Send', { exact: true });
    await saveFile(bob, 'rope.bin', bytes);
  });
  await step('a_restart_asks_to_unlock_and_keeps_all', async () => {
    for (const p of [alice, bob]) {
      await p.reload();
      await p.find('field', 'Passphrase');
      await unlock(p, PASSPHRASE);
      await openChat(p, p === alice ? 'Bob' : 'Alice');
      await p.sees('and back, past the lighthouse', { within: '.timeline' });
    }
  });
  await step('search_finds', async () => {
    await bob.eval(() => {
      location.hash = '#/';
    });
    await bob.fill('Search', 'lighthouse');
    await bob.find('a.hit', 'lighthouse');
  });
  await step('it_is_one_window_and_the_next_takes_over', async () => {
    const second = await bob.tab('Bob’s second window');
    await second.goto(url);
    await second.find('heading', 'Sotto is open in another window');
    if (/lighthouse|Alice/.test(await second.text())) throw new Error('it shows something');
    await second.click('button', 'Ask again'); // nobody hands out ports here
    await bob.page.close();
    await second.find('field', 'Passphrase', { ms: 60_000 });
    await unlock(second, PASSPHRASE);
    bob = second;
  });
  await step('nothing_was_fetched', async () => {
    await sleep(300);
    const asked = alice.asked.filter((u) => !u.startsWith('blob:') && !u.startsWith('data:') && u !== url && !u.startsWith(`${url}#`));
    const foreign = asked.filter((u) => !u.startsWith(socket));
    if (foreign.length > 0) throw new Error(foreign.slice(0, 3).join(', '));
  });
  await step('no_errors_on_the_console', async () => {
    for (const p of [alice, bob]) if (p.errors.length > 0) throw new Error(`${p.name}: ${p.errors.slice(0, 3).join(' | ').slice(0, 400)}`);
  });
} finally {
  if (step.broken()) {
    for (const p of [alice, bob]) {
      await p?.shot(`broken-portable-${p.name}`).catch(() => undefined);
      if (p?.errors.length) console.log(`#   ${p.name}: ${p.errors.slice(0, 3).join(' | ').slice(0, 600)}`);
    }
  }
  await endAll();
}
process.exitCode = step.failed() ? 1 : 0;
