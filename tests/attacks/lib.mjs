// Scenes for attacks: a hostile gateway of its own (and so an origin of its own) for each, a browser with nothing in it, a
// person made through the real page where there must be something to steal. One Chromium and one Firefox serve all
// scenes that need no profile on disk.
import { spawn } from 'node:child_process';
import { mkdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { buildGuard } from '../../sw/guard/build.js';
import { atEnd, CHROMIUM as FLAGS, chromium, endAll, firstRun, PASSPHRASE, Person, root, sleep, startGateway, tempDir, until } from '../web/e2e/lib.mjs';
import { Hostile, startFront } from './hostile.mjs';
import { makeWorld } from './world.mjs';

export { PASSPHRASE, sleep, tempDir, until };
export const work = join(root, 'build/attacks');

/** What must never leave, each in another place of the store. */
export const CANARY = { name: 'Canary Zebulon', chat: 'Canary cage 4711', draft: 'canary half-written 0815' };

export function equal(got, want, what) {
  if (got !== want) throw new Error(`${what}: ${JSON.stringify(got)}, wanted ${JSON.stringify(want)}`);
}
export function check(holds, what) {
  if (!holds) throw new Error(what);
}

export const BOTH = ['chromium', 'firefox'];
export const CHROMIUM = ['chromium'];
/** One line of the table. cls: P, G, D; run: gives what was asserted. */
export const row = (id, cls, browsers, run) => ({ id, cls, browsers, run });

let world, gateway, front, trustFile;
/** Keys, releases and the real gateway, in a folder that is made anew. */
export async function prepare(dir = join(work, 'tests')) {
  rmSync(dir, { recursive: true, force: true });
  mkdirSync(dir, { recursive: true });
  world = await makeWorld(join(dir, 'releases'));
  atEnd(() => world.witness.close());
  trustFile = join(dir, 'trust');
  writeFileSync(trustFile, world.trust);
  front = await startFront();
  atEnd(() => front.close());
  gateway = await startGateway(world.one.dir, ['--public-gateway', front.name]);
  front.frames = gateway.frames;
  return world;
}

/** For hostile.mjs: a server with the first release. */
export async function startByHand(port) {
  await prepare(join(work, 'by-hand'));
  const s = await new Hostile(world, front).start(port);
  s.publish(world.one);
  process.on('SIGINT', () => void endAll().then(() => process.exit(0)));
  return s;
}

/** The drivers are packages of tests/web. */
const driverOf = (name) => createRequire(join(root, 'tests/web/package.json'))(name);

const shared = {};
async function sharedChromium() {
  shared.chromium ??= (async () => {
    const { chromium: driver } = driverOf('playwright-core');
    const browser = await driver.launch({ executablePath: '/usr/bin/chromium', args: FLAGS });
    atEnd(() => browser.close());
    return browser;
  })();
  return shared.chromium;
}

export async function launchFirefox(profile = tempDir('firefox')) {
  const { launch } = driverOf('puppeteer-core');
  const browser = await launch({
    browser: 'firefox', executablePath: '/usr/bin/firefox-esr', headless: true, userDataDir: profile,
    extraPrefsFirefox: { 'intl.accept_languages': 'en-GB,en', 'permissions.default.desktop-notification': 2 },
  });
  atEnd(() => browser.close());
  return browser;
}

async function sharedFirefox() {
  shared.firefox ??= launchFirefox();
  return shared.firefox;
}

/** The next scenes get browsers that have run nothing yet. */
export async function renewBrowsers() {
  for (const [name, browser] of Object.entries(shared)) {
    delete shared[name];
    await (await browser).close().catch(() => undefined);
  }
}

/** A window with nothing in it. */
async function open(browser) {
  if (browser === 'chromium') {
    const context = await (await sharedChromium()).newContext({ viewport: { width: 1400, height: 900 }, locale: 'en-GB' });
    const p = new Person('person', await context.newPage(), 'playwright', () => context.close());
    p.context = context;
    p.tab = async () => Object.assign(new Person('tab', await context.newPage(), 'playwright', () => context.close()), { context });
    return p;
  }
  const context = await (await sharedFirefox()).createBrowserContext();
  const page = await context.newPage();
  await page.setViewport({ width: 1400, height: 900 });
  const p = new Person('person', page, 'puppeteer', () => context.close());
  p.tab = async () => new Person('tab', await context.newPage(), 'puppeteer', () => context.close());
  return p;
}

// Runs in the page: what the loader says of itself.
function askLoader([message, kind]) {
  return new Promise((done, fail) => {
    setTimeout(() => fail(new Error(`the loader does not answer ${message.t}`)), 15_000);
    navigator.serviceWorker.addEventListener('message', (e) => {
      if (e.data?.t === kind) done(e.data);
    });
    navigator.serviceWorker.controller.postMessage(message);
  });
}

export class Scene {
  constructor(browser) {
    Object.assign(this, { browser, world, closers: [] });
  }

  async begin() {
    this.server = await new Hostile(world, front).start();
    this.closers.push(() => this.server.close());
    this.one = this.server.publish(world.one);
    return this;
  }

  async end() {
    for (const f of this.closers.reverse().splice(0)) await Promise.resolve().then(f).catch(() => undefined);
  }

  get origin() {
    return this.server.origin;
  }

  async fresh() {
    this.p = await open(this.browser);
    this.closers.push(() => this.p.close());
    return this.p;
  }

  /** A refused navigation is an error to the driver; what counts is what is shown. */
  go(path = '/', p = this.p) {
    return p.page.goto(/^\w+:/.test(path) ? path : `${this.origin}${path}`, { waitUntil: 'load', timeout: 20_000 }).catch(() => undefined);
  }

  async checked(p = this.p) {
    // Under Guard in Chromium there is no loader.
    const name = this.guard ? 'guarded' : 'checked';
    await until(`the code is ${name}`, () => p.eval((n) => document.querySelector(`.code-mark.${n}`) !== null && (n === 'guarded' || navigator.serviceWorker.controller !== null), name));
  }

  /** Honest so far: the loader is installed and in control. */
  async pinned() {
    if (!this.p) await this.fresh();
    await this.go('/');
    await this.checked();
    return this.p;
  }

  /** Pinned, and a person is there: named, sealed, with a chat and a half-written message. */
  async person() {
    if (!this.p) await this.fresh();
    await firstRun(this.p, this.origin, CANARY.name);
    await this.checked();
    await this.p.click('button', 'To my chats');
    await this.p.click('button', 'New chat');
    await this.p.click('button', 'New group');
    await this.p.fill('Name of the group', CANARY.chat);
    await this.p.click('button', 'Make group');
    await this.p.find('field', 'Message to');
    await this.p.fill('Message to', CANARY.draft);
    await this.online();
    await sleep(600); // what was typed is kept
    return this.p;
  }

  /** A window whose profile outlives the browser; gives the profile. */
  async persistent(profile = tempDir('profile')) {
    if (this.browser === 'chromium') {
      this.p = await chromium('person', { profile, permissions: [] });
      // The lock of the profile names the process.
      this.pid = Number(readlinkSync(join(profile, 'SingletonLock')).split('-').pop());
    } else {
      const browser = await launchFirefox(profile);
      const page = (await browser.pages())[0] ?? (await browser.newPage());
      await page.setViewport({ width: 1400, height: 900 });
      this.p = new Person('person', page, 'puppeteer', () => browser.close());
      this.pid = browser.process().pid;
      this.running = browser;
    }
    const { p } = this;
    this.closers.push(() => p.close());
    return profile;
  }

  /** As if the power were cut. */
  async kill() {
    process.kill(this.pid, 'SIGKILL');
    await until('the browser is gone', () => {
      try {
        process.kill(this.pid, 0);
        return false;
      } catch {
        return true;
      }
    });
    await sleep(500);
  }

  /** The first run in a file that was opened from disk: the person says which gateway. */
  async portablePerson(gateway) {
    await this.p.fill('Name', CANARY.name);
    await this.p.fill('Gateway', gateway);
    await this.p.keys('Enter');
    await this.p.fill('Passphrase', PASSPHRASE);
    await this.p.keys('Enter');
    await this.p.find('button', 'I have kept it', { ms: 60_000 });
  }

  /** Another window with nothing in it. */
  async other() {
    const other = await open(this.browser);
    this.closers.push(() => other.close());
    return other;
  }

  /** Argon2id over 256 MiB: a second or two, and 20 where others take the processors. What never comes is what fails. */
  async unlocked(p = this.p) {
    await p.fill('Passphrase', PASSPHRASE);
    await p.keys('Enter');
    await p.find('a.chat-row', CANARY.chat, { ms: 90_000 });
  }

  /** The link by which others find this person. */
  async link() {
    await this.p.click('button', 'New chat');
    return until('own link', () => this.p.eval(() => document.querySelector('.share input')?.value));
  }

  /** Guard has accepted the release of this origin. */
  async guardOpen() {
    if (this.guard) return until('Guard accepts the release', async () => (await this.guard())?.result === 'ok');
    return until('Guard asks for the proofs', () => this.server.asked('/.well-known/sotto/proof/1') > 0);
  }

  /** What the real gateway sends with the index. */
  async honestHeaders(path = '/') {
    const answer = await fetch(`${gateway.url}${path}`);
    return Object.fromEntries(answer.headers);
  }

  /** Signed in at the real gateway. */
  online(p = this.p) {
    return until('the line is up', async () => (await p.has('a.chat-row', CANARY.chat)) && !/Connecting|Offline/.test(await p.text('.line')));
  }

  /** Runs until `f` resolves although another page may come in between. */
  async read(f, arg, p = this.p) {
    return p ? p.eval(f, arg).catch(() => null) : null;
  }

  marker(p = this.p) {
    return this.read(() => String(globalThis.marker ?? document.documentElement.dataset.marker ?? ''), undefined, p);
  }

  title(p = this.p) {
    return this.read(() => document.title, undefined, p);
  }

  state() {
    return this.p.eval(askLoader, [{ t: 'state' }, 'release']);
  }

  async checkNow() {
    return this.p.eval(askLoader, [{ t: 'check' }, 'release']);
  }

  /** Looks again until that is so: a look that began before may be what answers first. */
  settled(what, holds) {
    return until(what, async () => {
      const news = await this.checkNow();
      return holds(news) ? news : Promise.reject(new Error(JSON.stringify({ ...news, active: news.active?.seq, staged: news.staged?.seq })));
    });
  }

  /** The loader refuses what is offered, and says why. */
  trouble(code, path) {
    return this.settled(`the loader says ${code} ${path ?? ''}`, ({ trouble }) => trouble?.code === code && (path === undefined || trouble.path === path));
  }

  async activeSeq() {
    return (await this.state()).active?.seq ?? 0;
  }

  registrations(p = this.p) {
    return p.eval(() => navigator.serviceWorker.getRegistrations().then((r) => r.length));
  }

  /** Shown on request, in the dialog behind the mark. */
  async markSays(text) {
    await this.p.eval(() => document.querySelector('.code-mark').click());
    await this.p.sees(text, { within: 'dialog' });
    await this.closeDialog();
  }

  /** One Escape at a time: another one would go to the page behind. */
  async closeDialog() {
    await until('the dialog closes', async () => {
      if (await this.p.eval(() => document.querySelector('dialog[open]') === null)) return true;
      await this.p.keys('Escape');
      await sleep(400);
      return false;
    });
  }

  /** Nothing readable left, nothing of the attacker's ran. */
  async safe({ marker = '', p = this.p } = {}) {
    const got = await this.marker(p);
    check(got === marker || got === null, `the marker was set: ${got}`);
    this.noCanary();
    return this;
  }

  noCanary() {
    const all = this.server.stolen();
    for (const text of [...Object.values(CANARY), PASSPHRASE]) {
      for (const code of ['utf8', 'utf16le']) check(!all.includes(Buffer.from(text, code)), `the sink saw “${text}”`);
    }
  }

  noSink() {
    equal(this.server.sinks.map((s) => s.url).join(' '), '', 'requests at the sink');
  }

  /** `sotto-verify ARGS` with the trust of this world. */
  verify(...args) {
    return new Promise((done, fail) => {
      const child = spawn(join(root, 'build/release/deploy/tools/sotto-verify'), [...args, '--trust', trustFile], { stdio: ['ignore', 'pipe', 'pipe'] });
      let out = '';
      for (const stream of [child.stdout, child.stderr]) stream.on('data', (d) => { out += d; });
      child.on('error', fail);
      child.on('close', (code) => done({ code, out }));
    });
  }

  /** One round of the monitor, which looks at the origin, at the log and at what a witness shows. */
  async monitored(code, line, ...more) {
    this.monitorState ??= tempDir('monitor');
    const { code: got, out } = await this.verify('monitor', '--origin', this.origin, '--log', `${this.server.gw}/log`, '--state', this.monitorState, '--patience', '0', ...more);
    const odd = out.split('\n').filter((l) => !l.startsWith('ok ')).join(' | ').slice(0, 600);
    equal(got, code, `exit code of the monitor (${odd})`);
    check(line.test(out), `no ${line} in ${odd}`);
  }

  /** What somebody sees who checks the origin from outside: it differs, and the line says where. */
  async seenOutside(line) {
    const { code, out } = await this.verify('origin', this.origin);
    equal(code, 1, `exit code of sotto-verify (${out.split('\n').at(-2)})`);
    check(line.test(out), `no ${line} in ${out.slice(0, 600)}`);
    return line.exec(out)[0];
  }

  /** A browser whose every profile is guarded. Chromium keeps extensions to profiles on disk. */
  async guarded({ profile = tempDir('guarded'), running = null } = {}) {
    const out = tempDir('guard');
    await buildGuard({ trust: world.trust, sites: [this.origin], out });
    if (running) {
      await running.installExtension(join(out, 'firefox'));
    } else if (this.browser === 'firefox') {
      const browser = await launchFirefox(profile);
      this.closers.push(() => browser.close());
      const page = (await browser.pages())[0] ?? (await browser.newPage());
      await page.setViewport({ width: 1400, height: 900 });
      this.p = new Person('guarded', page, 'puppeteer', () => browser.close());
      await browser.installExtension(join(out, 'firefox'));
    } else {
      const ext = join(out, 'chromium');
      this.p = await chromium('guarded', { profile, ignoreDefaultArgs: ['--disable-extensions'], args: [`--disable-extensions-except=${ext}`, `--load-extension=${ext}`], permissions: [] });
      this.closers.push(() => this.p.close());
      const worker = this.p.context.serviceWorkers()[0] ?? (await this.p.context.waitForEvent('serviceworker'));
      this.guard = () => worker.evaluate(() => globalThis.chrome.storage.local.get('guard').then((g) => g.guard?.sites[0] ?? null));
    }
    return this.p;
  }
}

export { world };
