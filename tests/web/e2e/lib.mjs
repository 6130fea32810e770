// What the browser tests share: a gateway on ports of its own, browsers with fresh profiles, and a page that is used as a
// person would: by names, by keys. The same calls drive Chromium (playwright-core) and Firefox (puppeteer-core, BiDi).
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../..', import.meta.url));
export const shots = join(root, 'build/screenshots');
export const CHROMIUM = ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];
mkdirSync(shots, { recursive: true });

const endings = [];
/** Run, last first, when the tests end. */
export function atEnd(f) {
  endings.push(f);
}
export async function endAll() {
  for (const f of endings.reverse().splice(0)) await Promise.resolve().then(f).catch(() => undefined);
}

export const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

/** How long something may take that takes no time on a quiet machine. */
const PATIENCE_MS = 60_000;

/** Until `f` gives something true; what it gave last goes into the message. */
export async function until(what, f, ms = PATIENCE_MS) {
  const end = Date.now() + ms;
  for (let last; ; await sleep(100)) {
    try {
      last = await f();
    } catch (e) {
      last = e;
    }
    if (last && !(last instanceof Error)) return last;
    if (Date.now() > end) throw new Error(`waited ${ms} ms: ${what} (last: ${last instanceof Error ? last.message.split('\n')[0] : JSON.stringify(last)})`);
  }
}

const given = new Set();
async function freePort() {
  for (;;) {
    const port = await new Promise((done) => {
      const s = createServer().listen(0, '127.0.0.1', () => {
        const { port: p } = s.address();
        s.close(() => done(p));
      });
    });
    if (port > 20_000 && port < 60_000 && !given.has(port)) {
      given.add(port); // closed again, it may be offered a second time
      return port;
    }
  }
}

export function tempDir(name) {
  const dir = mkdtempSync(join(tmpdir(), `sotto-${name}-`));
  atEnd(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

const GATEWAY = join(root, 'build/release/gateway/sotto-gateway');

/** `stop` and `start` keep the data, so that a gateway can be away for a while. */
export async function startGateway(appDir = join(root, 'build/tests/page'), more = []) {
  const dir = tempDir('gateway');
  const [app, gw] = [await freePort(), await freePort()];
  const log = openSync(join(dir, 'log'), 'a');
  const init = spawnSync(GATEWAY, ['init', '--dir', dir], { stdio: ['ignore', log, log] });
  if (init.status !== 0) throw new Error(`gateway init: ${readFileSync(join(dir, 'log'), 'utf8')}`);
  let child = null;
  const url = `http://localhost:${app}`;
  const self = {
    url,
    dir,
    /** Where it listens for frames, whatever its public name is. */
    frames: `http://127.0.0.1:${gw}`,
    async start() {
      child = spawn(GATEWAY, ['run', '--dir', dir, '--app-port', String(app), '--gw-port', String(gw), '--app-dir', appDir, '--metrics-port', '0', ...more], { stdio: ['ignore', log, log] });
      await until('the gateway answers', async () => (await fetch(`${url}/`)).status === 200, 60_000).catch((e) => {
        throw new Error(`${e.message}: ${readFileSync(join(dir, 'log'), 'utf8').slice(-500)}`);
      });
    },
    async stop() {
      const ending = child;
      child = null;
      if (!ending) return;
      const gone = new Promise((done) => ending.once('exit', done));
      ending.kill('SIGTERM');
      const late = setTimeout(() => ending.kill('SIGKILL'), 5000);
      await gone;
      clearTimeout(late);
    },
  };
  await self.start();
  atEnd(() => self.stop());
  return self;
}

// Runs in the page: the visible element with this role (or selector) and name.
function findInPage([kind, name, exact]) {
  const ROLES = {
    button: 'button, label.button, [role=button], [role=menuitem], summary',
    link: 'a[href]',
    field: 'input:not([type=checkbox]):not([type=file]), textarea',
    switch: 'input[type=checkbox]',
    article: 'article',
    heading: 'h1, h2',
    any: '*',
  };
  const seen = (el) => el.getClientRects().length > 0 && getComputedStyle(el).visibility !== 'hidden';
  const rawName = (el) => {
    const label = el.getAttribute('aria-label');
    if (label) return label;
    if (el.labels?.length) return el.labels[0].innerText || el.labels[0].textContent;
    return el.innerText ?? el.textContent ?? '';
  };
  const nameOf = (el) => rawName(el).replace(/[\u2066-\u2069]/g, '').trim();
  const open = document.querySelectorAll('dialog[open]');
  const scope = open.length ? open[open.length - 1] : document;
  const all = Array.from(scope.querySelectorAll(ROLES[kind] ?? kind)).filter(seen);
  const fits = (el) => {
    if (name === undefined) return true;
    const n = nameOf(el).trim();
    return exact ? n === name : n.toLowerCase().includes(name.toLowerCase());
  };
  const found = all.find((el) => nameOf(el).trim() === name) ?? all.find(fits);
  if (!found) return null;
  globalThis.__e2e = (globalThis.__e2e ?? 0) + 1;
  found.setAttribute('data-e2e', String(globalThis.__e2e));
  return `[data-e2e="${globalThis.__e2e}"]`;
}

const people = new Set();
/** What the pages show when a step fails: a failure that is seldom is not seen a second time. */
async function tellPages() {
  for (const p of people) {
    const shown = await Promise.race([p.text().catch((e) => `(${String(e.message).split('\n')[0]})`), sleep(3000).then(() => '(no answer)')]);
    console.log(`# ${p.name} shows: ${shown.replace(/\s+/g, ' ').slice(0, 400)}`);
    for (const e of p.errors) console.log(`# ${p.name} error: ${e.slice(0, 300)}`);
  }
}

export class Person {
  constructor(name, page, driver, close) {
    Object.assign(this, { name, page, driver, close, errors: [] });
    people.add(this);
    page.on('pageerror', (e) => this.errors.push(String(e.message ?? e)));
    page.on('console', (m) => {
      const text = m.text();
      if (m.type() === 'error' && !/WebSocket connection|ERR_CONNECTION_REFUSED|ERR_INTERNET_DISCONNECTED|Failed to load resource/.test(text)) this.errors.push(text);
    });
  }
  eval(f, arg) {
    return this.page.evaluate(f, arg);
  }
  async goto(url) {
    await this.page.goto(url, { waitUntil: 'load' }).catch((e) => {
      // Guard loads a tab anew once a release is accepted; what is shown then tells how it went.
      if (!/NS_BINDING_ABORTED|ERR_ABORTED|interrupted by another navigation/.test(String(e.message))) throw e;
    });
  }
  async reload() {
    await this.page.reload({ waitUntil: 'load' });
  }
  find(kind, name, { ms = PATIENCE_MS, exact = false } = {}) {
    return until(`${this.name}: ${kind} “${name}”`, () => this.eval(findInPage, [kind, name, exact]), ms);
  }
  async has(kind, name) {
    return (await this.eval(findInPage, [kind, name, false])) !== null;
  }
  async click(kind, name, options) {
    const selector = await this.find(kind, name, options);
    const el = await this.page.$(selector);
    await el.click();
  }
  /** By its own click, where a pointer cannot reach (hidden file fields, things under a hover). */
  async press(kind, name) {
    const selector = await this.find(kind, name);
    await this.eval((s) => document.querySelector(s).click(), selector);
  }
  async fill(name, text) {
    const selector = await this.find('field', name);
    await this.eval((s) => {
      const el = document.querySelector(s);
      el.focus();
      el.select?.();
    }, selector);
    if (text.length > 200) {
      await this.eval(([s, v]) => {
        const el = document.querySelector(s);
        const proto = el instanceof HTMLTextAreaElement ? HTMLTextAreaElement : HTMLInputElement;
        Object.getOwnPropertyDescriptor(proto.prototype, 'value').set.call(el, v);
        el.dispatchEvent(new Event('input', { bubbles: true }));
      }, [selector, text]);
    } else {
      await this.page.keyboard.type(text);
    }
  }
  keys(...list) {
    return list.reduce((p, k) => p.then(() => this.page.keyboard.press(k)), Promise.resolve());
  }
  async chord(mod, key) {
    await this.page.keyboard.down(mod);
    await this.page.keyboard.press(key);
    await this.page.keyboard.up(mod);
  }
  type(text) {
    return this.page.keyboard.type(text);
  }
  text(selector = 'body') {
    return this.eval((s) => (document.querySelector(s)?.innerText ?? '').replace(/[\u2066-\u2069]/g, ''), selector);
  }
  sees(text, { within = 'body', ms = PATIENCE_MS } = {}) {
    return until(`${this.name} sees “${text}” in ${within}`, async () => (await this.text(within)).includes(text), ms);
  }
  seesNot(text, { within = 'body', ms = PATIENCE_MS } = {}) {
    return until(`${this.name} no longer sees “${text}”`, async () => !(await this.text(within)).includes(text), ms);
  }
  async upload(file, selector = '.composer input[type=file]') {
    const el = await until('file field', () => this.page.$(selector));
    if (this.driver === 'playwright') await el.setInputFiles(file);
    else await el.uploadFile(file);
  }
  async size(width, height) {
    if (this.driver === 'playwright') await this.page.setViewportSize({ width, height });
    else await this.page.setViewport({ width, height });
  }
  async shot(name) {
    await this.page.screenshot({ path: join(shots, `${name}.png`) });
  }
}

export async function chromium(name, { profile = tempDir('chromium'), args = [], width = 1400, height = 900, permissions = ['clipboard-read', 'clipboard-write'], ...more } = {}) {
  const { chromium: driver } = await import('playwright-core');
  const context = await driver.launchPersistentContext(profile, { executablePath: '/usr/bin/chromium', args: [...CHROMIUM, ...args], viewport: { width, height }, locale: 'en-GB', permissions, ...more });
  const close = () => context.close();
  atEnd(close);
  const page = context.pages()[0] ?? (await context.newPage());
  const person = new Person(name, page, 'playwright', close);
  person.context = context;
  person.profile = profile;
  person.tab = async (label) => {
    const tab = new Person(label, await context.newPage(), 'playwright', close);
    tab.context = context;
    tab.tab = person.tab;
    return tab;
  };
  return person;
}

export async function firefox(name, { width = 1400, height = 900, prefs = {} } = {}) {
  const { launch } = await import('puppeteer-core');
  const downloads = tempDir('downloads');
  const browser = await launch({
    browser: 'firefox',
    executablePath: '/usr/bin/firefox-esr',
    headless: true,
    userDataDir: tempDir('firefox'),
    extraPrefsFirefox: {
      'intl.accept_languages': 'en-GB,en',
      'permissions.default.desktop-notification': 2,
      'browser.download.dir': downloads,
      'browser.download.folderList': 2,
      'browser.download.useDownloadDir': true,
      'browser.download.always_ask_before_handling_new_types': false,
      ...prefs,
    },
  });
  const close = () => browser.close();
  atEnd(close);
  const page = (await browser.pages())[0] ?? (await browser.newPage());
  await page.setViewport({ width, height });
  const person = new Person(name, page, 'puppeteer', close);
  person.browser = browser;
  person.downloads = downloads;
  person.tab = async (label) => {
    const more = await browser.newPage();
    await more.setViewport({ width, height });
    const tab = new Person(label, more, 'puppeteer', close);
    tab.downloads = downloads;
    tab.tab = person.tab;
    return tab;
  };
  return person;
}

export const PASSPHRASE = 'quiet paper lantern river';

/** The menu of the last message with this text, by the keyboard. */
export async function menuOf(p, text) {
  await until(`message “${text}”`, () =>
    p.eval((t) => {
      const found = Array.from(document.querySelectorAll('article')).reverse().find((a) => a.innerText.includes(t));
      found?.focus();
      return Boolean(found);
    }, text),
  );
  await p.keys('Enter');
  await until('menu', () => p.eval(() => document.querySelector('.menu') !== null));
}

const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');

/** Loads the file of a message, saves it as a person would, and compares it. */
export async function saveFile(p, name, bytes) {
  await p.click('button', `Load ${name}`, { ms: 120_000 });
  await p.find('button', `Save ${name}`, { ms: 120_000 });
  let path = join(p.downloads ?? '', name);
  if (p.driver === 'playwright') {
    const waiting = p.page.waitForEvent('download');
    await p.press('button', `Save ${name}`);
    path = await (await waiting).path();
  } else {
    await p.press('button', `Save ${name}`);
    await until(`${path} is saved`, () => existsSync(path) && statSync(path).size === bytes.length, 60_000);
  }
  if (sha256(readFileSync(path)) !== sha256(bytes)) throw new Error(`${name}: the saved file differs`);
}

/** The three screens of the first run; gives the recovery code. */
export async function firstRun(p, url, name) {
  await p.goto(url);
  await p.fill('Name', name);
  await p.keys('Enter');
  await p.fill('Passphrase', PASSPHRASE);
  await p.keys('Enter');
  const code = await writesDown(p);
  await p.find('button', 'To my chats');
  return code;
}

/** A recovery code is shown, kept, and one group of it asked. */
export async function writesDown(p) {
  await p.find('button', 'I have kept it', { ms: 60_000 });
  const groups = await p.eval(() => Array.from(document.querySelectorAll('.code li'), (li) => li.textContent));
  await p.click('button', 'I have kept it');
  const label = await until('question', () => p.eval(() => document.querySelector('form label')?.textContent));
  const place = Number(/(\d+)/.exec(label)[1]);
  await p.fill('What is group', groups[place - 1]);
  await p.keys('Enter');
  return groups.join('-');
}

export async function myLink(p) {
  return until('own link', () => p.eval(() => document.querySelector('.share input')?.value));
}

/** The code brings the account back to a fresh browser; no other device stays. Gives the new code. */
export async function recovers(p, url, code) {
  await p.goto(url);
  await p.click('button', 'I have Sotto elsewhere');
  await p.click('button', 'Use the recovery code');
  await p.fill('Recovery code', code);
  await p.click('button', 'Continue');
  await p.fill('Passphrase', PASSPHRASE);
  await p.keys('Enter');
  await p.find('heading', 'Your devices', { ms: 60_000 });
  await p.click('button', 'Continue');
  const next = await writesDown(p);
  await again(p);
  await p.find('heading', 'Chats', { ms: 60_000 });
  return next;
}

/** The one other device is removed, with a new code, which is given. */
export async function removesOther(p, url) {
  await p.goto(`${url}/#/settings/devices`);
  await p.click('button', 'Remove');
  const code = await writesDown(p);
  await again(p);
  await until('one device is left', async () => !(await p.has('button', 'Remove')));
  return code;
}

/** A code that was replaced brings nothing back. */
export async function findsNothing(p, url, code) {
  await p.goto(url);
  await p.click('button', 'I have Sotto elsewhere');
  await p.click('button', 'Use the recovery code');
  await p.fill('Recovery code', code);
  await p.click('button', 'Continue');
  await p.fill('Passphrase', PASSPHRASE);
  await p.keys('Enter');
  await p.sees('No account with this code answered', { ms: 90_000 });
  await p.click('button', 'Start again');
  await p.find('button', 'I have Sotto elsewhere', { ms: 60_000 });
}

/** `then`: a field that is shown when it has worked; without one, the list of chats. */
export async function unlock(p, passphrase = PASSPHRASE, then = '') {
  await p.fill('Passphrase', passphrase);
  await p.keys('Enter');
  if (then) await p.find('field', then, { ms: 60_000 });
  else await p.find('heading', 'Chats', { ms: 60_000 });
}

/** Before what would hand over the account the secret is asked for once more. */
export async function again(p, passphrase = PASSPHRASE) {
  await p.find('heading', 'Your passphrase again');
  await p.fill('Passphrase', passphrase);
  await p.keys('Enter');
}

/** By its title: what was said last, in another row, may begin with the same name. */
export function openChat(p, name) {
  return chooseChat(p, name, 'field', `Message to ${name}`);
}

/** Until what it shows is there: rows change places as news come, so a click may have met another one. */
export async function chooseChat(p, name, kind, shown) {
  for (const end = Date.now() + PATIENCE_MS; ; ) {
    await p.click('.chat-row-title', name);
    const last = Date.now() > end;
    const there = await p.find(kind, shown, { ms: 5000 }).catch((e) => (last ? Promise.reject(e) : null));
    if (there) return;
  }
}

export async function send(p, text) {
  await p.fill('Message to', text);
  await p.keys('Enter');
  await p.sees(text, { within: '.timeline' });
}

/** Both are past the first run; `a` gives the link, `b` opens it, `a` accepts. Both end in the chat. */
export async function befriend(a, b, link, names) {
  await b.fill('Somebody’s link', link);
  await b.click('button', 'Add', { exact: true });
  await b.find('field', 'Message to', { ms: 60_000 });
  await a.click('link', 'Requests', { ms: 60_000 });
  await a.click('button', 'Accept');
  await a.find('field', 'Message to', { ms: 60_000 });
  await a.sees(names.b, { within: '.chat-header', ms: 60_000 });
  await b.sees(names.a, { within: '.chat-header', ms: 60_000 });
}

/** Steps one after the other; the rest is skipped, and said to be, when one fails. */
export function steps(suite) {
  let broken = '';
  let failed = 0;
  const step = async (name, f) => {
    if (broken) {
      console.log(`not ok ${suite}_${name}: after ${broken}`);
      failed++;
      return;
    }
    const start = Date.now();
    try {
      await f();
      console.log(`ok ${suite}_${name} (${((Date.now() - start) / 1000).toFixed(1)} s)`);
    } catch (e) {
      failed++;
      broken = name;
      console.log(`not ok ${suite}_${name}: ${String(e.message ?? e).split('\n')[0]}`);
      if (process.env.SOTTO_STACK) console.log(e.stack);
      await tellPages();
    }
  };
  step.failed = () => failed;
  step.broken = () => broken;
  return step;
}

export function needs(...paths) {
  const missing = paths.filter((p) => !existsSync(join(root, p)));
  if (missing.length > 0) throw new Error(`missing: ${missing.join(', ')}`);
}

/** Both devices show three words, the same; the old one's person says yes, by keys in one browser, then the new one's. */
async function sameWords(fresh, old, owner) {
  const words = (p) => until(`words on ${p.name}`, () => p.eval(() => /^[a-z]+ [a-z]+ [a-z]+$/.exec(document.querySelector('.link-words')?.textContent ?? '')?.[0]), 60_000);
  await old.sees('asks for your account', { ms: 180_000 });
  const shown = await words(old);
  if ((await words(fresh)) !== shown) throw new Error('the two devices show different words');
  if (old.driver === 'playwright') await old.keys('Tab', 'Enter'); // the question has the focus, yes is next
  else await old.click('button', 'Yes, the same words');
  await fresh.sees(`the account of “${owner}”`, { ms: 60_000 });
  if ((await words(fresh)) !== shown) throw new Error('the new device shows other words when it asks');
  await fresh.click('button', 'Yes, the same words');
}

/** A fresh browser becomes another device of the account that `old` is unlocked with, and shows its chats. */
export async function links(fresh, old, url, owner) {
  await fresh.goto(url);
  await fresh.click('button', 'I have Sotto elsewhere');
  await fresh.click('button', 'Link this device');
  await fresh.fill('Passphrase', PASSPHRASE);
  await fresh.keys('Enter');
  const shown = await until('code', () => fresh.eval(() => document.querySelector('.link-code')?.innerText.trim()), 60_000);
  await old.goto(`${url}/#/settings/devices`);
  await old.click('button', 'Link a device');
  await old.fill('Text of the code', shown);
  await old.keys('Enter');
  await again(old);
  await sameWords(fresh, old, owner);
  await old.sees('Linked.', { ms: 300_000 }); // files go along
  await fresh.click('button', 'To my chats', { ms: 180_000 });
}
