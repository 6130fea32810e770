// kill -9 of a whole browser, twenty times in the middle of sending. It opens again each time; what its page had shown is
// not missing, nothing is shown twice, and the other side has it all once and in order. SOTTO_SEED repeats a run's delays.
import { spawn, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import { chromium, endAll, firstRun, myLink, needs, openChat, root, sleep, startGateway, steps, tempDir, unlock, until, PASSPHRASE, atEnd } from './lib.mjs';

const step = steps('kill');
const ROUNDS = Number(process.env.SOTTO_ROUNDS ?? 20);
const FILE_BYTES = 4 * 1024 * 1024;
const BURST_MAX = 40;
const seed = Number(process.env.SOTTO_SEED ?? Date.now() % 1_000_000);
const profile = tempDir('killed');
const folder = tempDir('kill-files');
/** What Alice's page has shown: text or file name -> how far it had come when last seen. */
const shown = new Map();
const errors = [];
let gw, alice, bob, bobChat;

/** Numbers from 0 to 1 that only the seed decides (mulberry32). */
let state = seed;
function random() {
  state = (state + 0x6d2b79f5) | 0;
  let x = Math.imul(state ^ (state >>> 15), 1 | state);
  x = (x + Math.imul(x ^ (x >>> 7), 61 | x)) ^ x;
  return ((x ^ (x >>> 14)) >>> 0) / 2 ** 32;
}

// ---- Bob, on the command line --------------------------------------------------------------------

const cli = join(root, 'build/release/wasm/sotto');
const home = tempDir('bob');
writeFileSync(join(folder, 'passphrase'), `${PASSPHRASE}\n`);
const env = { ...process.env, SOTTO_PASSPHRASE_FILE: join(folder, 'passphrase') };

const lines = (text) => text.split('\n').filter(Boolean).map((l) => JSON.parse(l));

function sotto(seconds, ...args) {
  const run = spawnSync(cli, ['--home', home, '--seconds', String(seconds), ...args], { env, encoding: 'utf8', maxBuffer: 1 << 26 });
  if (run.status !== 0) throw new Error(`sotto ${args[0]}: ${run.stdout}${run.stderr}`);
  return lines(run.stdout);
}

/** Bob stays connected; gives what ends it. */
function watch() {
  const child = spawn(cli, ['--home', home, '--seconds', '600', 'watch'], { env, stdio: ['ignore', 'pipe', 'ignore'] });
  createInterface({ input: child.stdout }).on('line', () => undefined);
  const gone = new Promise((done) => child.once('exit', done));
  const end = () => {
    child.kill('SIGTERM');
    return gone;
  };
  atEnd(end);
  return end;
}

// ---- Alice's browser -----------------------------------------------------------------------------

/** The browser of this profile with all that it has started, children of children too. */
function browserProcesses() {
  const parents = new Map();
  const roots = [];
  for (const pid of readdirSync('/proc').filter((n) => /^\d+$/.test(n))) {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      parents.set(Number(pid), Number(stat.slice(stat.lastIndexOf(')') + 4).split(' ')[0]));
      if (readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(`--user-data-dir=${profile}`)) roots.push(Number(pid));
    } catch {
      // it ended while it was looked at
    }
  }
  const all = new Set(roots);
  for (let before = -1; before !== all.size; ) {
    before = all.size;
    for (const [pid, parent] of parents) if (all.has(parent)) all.add(pid);
  }
  return [...all];
}

function killBrowser() {
  const all = browserProcesses();
  for (const pid of all) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // it ended with its parent
    }
  }
  return all.length;
}

// Runs in the page from its beginning: tells, whenever something changes, which messages stand in the timeline.
function lookout() {
  const told = new Map();
  const look = () => {
    const news = [];
    for (const a of document.querySelectorAll('article.message')) {
      const name = /r\d\dm\d\d\d|r\d\d\.bin/.exec(a.textContent)?.[0];
      if (!name) continue;
      const bar = a.querySelector('.file-progress progress');
      const far = a.querySelector('.file') ? (bar ? bar.value / bar.max : 1) : 1;
      if (told.get(name) === far) continue;
      told.set(name, far);
      news.push([name, far]);
    }
    if (news.length > 0) globalThis.shownNow(news);
  };
  new MutationObserver(look).observe(document, { subtree: true, childList: true, characterData: true, attributes: true });
}

async function open() {
  alice = await chromium('Alice', { profile });
  alice.errors = errors;
  await alice.context.exposeBinding('shownNow', (_, news) => {
    for (const [name, far] of news) shown.set(name, far);
  });
  await alice.context.addInitScript(lookout);
  await alice.goto(gw.url);
}

const two = (n) => String(n).padStart(2, '0');

/** Sends until the browser dies under it. */
async function burst(round, n) {
  for (let i = 0; i < n; i++) {
    await alice.page.keyboard.insertText(`r${two(round)}m${String(i).padStart(3, '0')}`);
    await alice.page.keyboard.press('Enter');
  }
}

async function sendFile(round) {
  const file = join(folder, `r${two(round)}.bin`);
  writeFileSync(file, randomBytes(FILE_BYTES));
  await alice.upload(file);
  await alice.find('heading', 'Send a file');
  await alice.click('button', 'Send', { exact: true });
}

// Runs in the page: what stands in the timeline, by the ids of the articles.
function look() {
  return Array.from(document.querySelectorAll('article.message'), (a) => ({
    id: Number(a.id.slice(1)),
    name: /r\d\dm\d\d\d|r\d\d\.bin/.exec(a.textContent)?.[0] ?? a.textContent,
    waits: a.querySelector('.ticks.state0') !== null,
    file: a.querySelector('.file') !== null,
    bad: a.querySelector('.unreadable') !== null,
  }));
}

/** As a person would: to the newest, then upwards until nothing older comes. `each` may end it by giving true. */
async function upwards(each) {
  const newest = await alice.eval(() => {
    const button = document.querySelector('button.to-end');
    button?.click();
    return button === null;
  });
  if (!newest) await until('the newest messages', () => alice.eval(() => document.querySelector('button.to-end') === null));
  for (;;) {
    const first = await alice.eval(() => document.querySelector('article.message').id);
    if (await each()) return;
    const more = await alice.eval(() => {
      document.querySelector('.timeline').scrollTop = 0;
      const button = document.querySelector('.older button');
      button?.click();
      return button !== null;
    });
    if (!more && (await alice.eval(() => document.querySelector('article.message').id)) === first) return;
    await until('older messages', () => alice.eval((id) => document.querySelector('article.message').id !== id || !document.querySelector('.older button'), first));
  }
}

/** Everything of the timeline, from the oldest. Pages far away leave the document, so it is gathered on the way. */
async function timeline() {
  const all = new Map();
  await upwards(async () => {
    const seen = await alice.eval(look);
    const again = twice(seen.map((m) => m.id));
    if (again.length > 0) throw new Error(`the page shows twice: ${again}`);
    for (const m of seen) all.set(m.id, m);
    return false;
  });
  return [...all.values()].sort((a, b) => a.id - b.id);
}

function twice(list) {
  return list.filter((x, i) => list.indexOf(x) !== i);
}

function same(what, a, b) {
  const at = a.findIndex((x, i) => x !== b[i]);
  if (at >= 0 || a.length !== b.length) throw new Error(`${what}: ${a.length} and ${b.length}, from ${at}: ${a.slice(at, at + 3)} and ${b.slice(at, at + 3)}`);
}

try {
  needs('build/tests/page/index.html', 'build/release/gateway/sotto-gateway', 'build/release/wasm/sotto');
  console.log(`# seed ${seed}`);
  await step('two_people', async () => {
    gw = await startGateway();
    const { gateway } = await (await fetch(`${gw.url}/config.json`)).json();
    alice = await chromium('Alice', { profile });
    await firstRun(alice, gw.url, 'Alice Arden');
    const link = await myLink(alice);
    await alice.click('button', 'To my chats');
    sotto(60, 'init', 'Bob Brand', gateway);
    bobChat = sotto(60, 'add', link)[0].id;
    await alice.click('link', 'Requests', { ms: 60_000 });
    await alice.click('button', 'Accept');
    await alice.sees('Bob Brand', { within: '.chat-header', ms: 60_000 });
    await alice.close();
    bob = watch();
  });
  await step(`${ROUNDS}_kills`, async () => {
    const delays = [];
    let most = 0;
    for (let round = 0; round < ROUNDS; round++) {
      await open();
      await unlock(alice);
      await openChat(alice, 'Bob Brand');
      await alice.eval(() => document.getElementById('composer').focus());
      if (round % 6 === 4) await sendFile(round);
      const delay = Math.floor(random() * 1500);
      delays.push(delay);
      const sending = burst(round, BURST_MAX).catch(() => undefined);
      await sleep(delay);
      most = Math.max(most, killBrowser());
      await sending;
      await until('the browser is gone', () => browserProcesses().length === 0);
    }
    console.log(`# delays ${delays.join(' ')} ms; ${shown.size} messages were shown; up to ${most} processes each time`);
  });
  await step('it_opens_again_and_the_queue_empties', async () => {
    await open();
    await unlock(alice);
    await openChat(alice, 'Bob Brand');
    await until('nothing waits', async () => {
      const seen = await alice.eval(look);
      return seen.length > 0 && seen.every((m) => m.file || !m.waits);
    }, 60_000);
  });
  await step('a_file_whose_page_was_killed_is_chosen_again', async () => {
    const half = [...shown].filter(([name, far]) => name.endsWith('.bin') && far < 1).map(([name]) => name);
    console.log(`# ${half.length} files were shown half taken in: ${half.join(' ')}`);
    for (const name of half) {
      await upwards(() => alice.eval((n) => document.querySelector('.timeline').textContent.includes(n), name));
      // The row may be drawn anew between being found and being given the file: then it is looked for again.
      await until(`“choose it again” at ${name}`, async () => {
        await alice.eval((n) => Array.from(document.querySelectorAll('article')).find((x) => x.textContent.includes(n))?.querySelector('.failed input')?.setAttribute('data-again', n), name);
        const field = await alice.page.$(`[data-again="${name}"]`);
        return field !== null && field.setInputFiles(join(folder, name)).then(() => true, () => false);
      });
    }
    await until('every file is sent', async () => (await timeline()).every((m) => !m.file || !m.waits), 90_000);
  });
  let mine;
  await step('all_that_was_shown_is_there_once_and_readable', async () => {
    mine = await timeline();
    const names = mine.map((m) => m.name);
    if (twice(names).length > 0) throw new Error(`twice: ${twice(names).slice(0, 5)}`);
    const missing = [...shown.keys()].filter((n) => !names.includes(n));
    if (missing.length > 0) throw new Error(`missing: ${missing.slice(0, 5)} (${missing.length} of ${shown.size})`);
    const bad = mine.filter((m) => m.bad || !/^r\d\d(m\d\d\d|\.bin)$/.test(m.name));
    if (bad.length > 0) throw new Error(`unreadable: ${bad[0].name}`);
    const texts = names.filter((n) => !n.endsWith('.bin'));
    same('the order in which they were written', texts, [...texts].sort());
    console.log(`# ${names.length} messages are there, ${shown.size} of them had been shown before a kill`);
  });
  await step('the_other_side_has_the_same_once_and_in_order', async () => {
    await bob();
    const his = sotto(30, 'read', String(bobChat)).filter((m) => m.type === 'message' && m.kind !== 2);
    const unreadable = his.filter((m) => m.kind === 3);
    if (unreadable.length > 0) throw new Error(`${unreadable.length} cannot be read`);
    const names = his.map((m) => m.file ?? m.text);
    if (twice(names).length > 0) throw new Error(`twice: ${twice(names).slice(0, 5)}`);
    const isFile = (n) => n.endsWith('.bin');
    // A file is told when all of it is on the gateway, so its place among the texts is its own.
    same('the texts', names.filter((n) => !isFile(n)), mine.map((m) => m.name).filter((n) => !isFile(n)));
    same('the files', names.filter(isFile).sort(), mine.map((m) => m.name).filter(isFile).sort());
    const short = his.filter((m) => m.file && m.bytes !== FILE_BYTES);
    if (short.length > 0) throw new Error(`${short[0].file} has ${short[0].bytes} bytes`);
  });
  await step('no_errors_on_the_console', async () => {
    if (errors.length > 0) throw new Error(errors.slice(0, 3).join(' | ').slice(0, 400));
  });
} finally {
  if (step.broken()) {
    await alice?.shot('broken-killed').catch(() => undefined);
    if (alice?.errors.length) console.log(`#   ${alice.errors.slice(0, 3).join(' | ').slice(0, 600)}`);
  }
  await endAll();
}
process.exitCode = step.failed() ? 1 : 0;
