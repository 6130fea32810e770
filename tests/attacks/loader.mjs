// Attacks on the loader itself: another script in its place, its store, its faults, what goes past it; and the portable
// file, which has none.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { attacks, part } from './hostile.mjs';
import { BOTH, CANARY, check, CHROMIUM, equal, row, sleep, tempDir, until } from './lib.mjs';

/** sw.js is asked for, or not, and its answer is thrown away. */
const update = (s) => s.p.eval(() => navigator.serviceWorker.getRegistration().then((r) => r.update()).then(() => 'fine', (e) => e.name));
const isHome = (s) => s.server.sinks.some((k) => k.url.includes('from=rogue-worker') && k.url.includes('what=done'));

/** A second window of the honest page, to look and to act from while the first shows an error. */
async function beside(s) {
  const tab = await s.p.tab();
  await s.go('/beside', tab);
  await s.checked(tab);
  return tab;
}

/** Firefox leaves openers their handle: the window that has the store is asked whether another one may come in. */
const letIn = (s, tab) => (s.browser === 'firefox' ? tab.click('button', 'Let it in') : undefined);

/** What any script of this origin could do to the files that are kept. */
const poison = (tab, text) =>
  tab.eval(async (body) => {
    const cache = await caches.open('sotto-files');
    for (const key of await cache.keys()) await cache.put(key, new Response(body));
  }, text);
const empty = (tab) =>
  tab.eval(async () => {
    const cache = await caches.open('sotto-files');
    for (const key of await cache.keys()) await cache.delete(key);
  });

const documents = (s, from) => s.server.seen.slice(from).filter((q) => q.app && (q.dest === 'document' || q.path === '101')).length;

export const loader = [
  row('A06', 'GD', CHROMIUM, async (s) => {
    attacks.A06(s.server);
    await s.fresh();
    await s.go('/');
    await until('the rogue loader is home', () => isHome(s));
    await until('and in control', async () => {
      await s.go('/');
      return (await s.marker()) === 'rogue-page';
    });
    await s.p.close();
    s.server.sinks.length = 0;
    const from = s.server.seen.length;
    await s.guarded();
    await s.guardOpen();
    await s.go('/');
    await until('the page runs under Guard', () => s.p.eval(() => document.querySelector('.code-mark.guarded') !== null));
    equal(s.server.asked('/sw.js', from), 0, 'requests for sw.js');
    equal(await s.registrations(), 0, 'registrations');
    await s.safe();
    s.noSink();
    await s.seenOutside(/^differs loader \/sw\.js: GET as serviceworker/m);
    return 'told apart by its headers, the first installation gets a rogue loader and the page cannot know (the loss); with Guard sw.js is never asked for and the page runs from checked files; sotto-verify, which asks as a browser does: differs loader /sw.js';
  }),
  row('A07', 'P', BOTH, async (s) => {
    await s.person();
    attacks.A07(s.server);
    const from = s.server.seen.length;
    for (let i = 0; i < 3; i++) {
      await s.go(`/?${i}`);
      await s.p.find('field', 'Passphrase');
    }
    // Firefox asks past its cache on update(); on navigations neither does.
    equal(s.server.asked('/sw.js', from), 0, 'requests for sw.js');
    await update(s);
    await sleep(800);
    if (s.browser === 'chromium') equal(s.server.asked('/sw.js', from), 0, 'requests for sw.js after update()');
    await s.go('/?after');
    await s.p.find('field', 'Passphrase');
    equal(await s.title(), 'Sotto', 'title');
    await s.checked();
    await s.safe();
    s.noSink();
    return `three navigations and update(): ${s.browser === 'chromium' ? 'sw.js is not asked for' : 'navigations do not ask for sw.js'}, what was swapped does not take effect`;
  }),
  row('A08', 'GD', CHROMIUM, async (s) => {
    // A loader that may not be kept is asked for on every navigation: what a browser does after 24 hours.
    s.server.lies.set('/sw.js', { body: s.world.one.loader, type: 'text/javascript', headers: { 'cache-control': 'no-store' } });
    await s.person();
    attacks.A08(s.server);
    await update(s);
    await until('the rogue loader is home', () => isHome(s));
    await s.p.sees('Something tried to replace the check');
    await s.p.sees('sotto-verify origin');
    await s.p.sees('Save evidence');
    await until('the core is locked', async () => (await s.p.eval(() => document.documentElement.dataset.phase)) === 'locked');
    check(!/[Cc]anary/.test(await s.p.text()), 'something is still shown');
    const size = s.server.sinks.filter((k) => /what=file/.test(k.url)).reduce((n, k) => n + k.body.length, 0);
    check(size > 4096, `only ${size} bytes of the store reached the attacker`);
    s.noCanary();
    await s.p.page.goto('about:blank');
    await s.p.close();
    s.server.sinks.length = 0;
    const from = s.server.seen.length;
    await s.guarded();
    await s.guardOpen();
    await s.go('/');
    await until('the page runs under Guard', () => s.p.eval(() => document.querySelector('.code-mark.guarded') !== null));
    await update(s);
    equal(s.server.asked('/sw.js', from), 0, 'requests for sw.js');
    s.noSink();
    return `past the 24 hours the rogue loader runs and takes the store home (${size} bytes, all of it sealed); the page locks and says so over everything; with Guard sw.js is not asked for`;
  }),
  row('A15', 'P', BOTH, async (s) => {
    await s.person();
    const tab = await beside(s);
    await poison(tab, '<script>globalThis.marker = "poison"</script>');
    await s.go('/?again');
    await letIn(s, tab);
    await s.p.find('field', 'Passphrase'); // the true bytes were fetched again
    await s.checked();
    await poison(tab, '<script>globalThis.marker = "poison"</script>');
    attacks.A15(s.server);
    await s.go('/?once-more');
    await s.p.sees('Sotto cannot be shown: / is damaged');
    await s.safe();
    equal(await s.registrations(tab), 1, 'registrations');
    // The notes as well: what stands there is no release, and its policy is not one.
    await tab.eval(async () => {
      const cache = await caches.open('sotto-notes');
      for (const key of await cache.keys()) await cache.put(key, new Response('{"note":"sotto-release/v1\\n","recent":"","first":""}'));
    });
    s.server.clear();
    await s.go('/?healed');
    await letIn(s, tab);
    await s.p.find('field', 'Passphrase');
    await s.checked();
    await s.unlocked();
    await s.safe();
    s.noSink();
    return 'every kept file and note overwritten: fetched again when the server has the true ones, a 503 that names the file when it has not; never the poison';
  }),
  row('A17', 'G', CHROMIUM, async (s) => {
    attacks.A17(s.server);
    const profile = await s.persistent();
    await s.go('/');
    await until('the rogue loader answers', async () => {
      await s.go('/');
      return (await s.marker()) === 'rogue-page';
    });
    await s.p.close();
    s.server.clear();
    s.server.sinks.length = 0;
    const from = s.server.seen.length;
    await s.guarded({ profile });
    await s.guardOpen();
    await s.go('/');
    await until('the page runs under Guard', () => s.p.eval(() => document.querySelector('.code-mark.guarded') !== null));
    equal(await s.registrations(), 0, 'registrations');
    equal(s.server.asked('/sw.js', from), 0, 'requests for sw.js');
    await s.safe();
    s.noSink();
    return 'a rogue loader of an earlier visit is gone before the first guarded page: no registration, its page is not shown';
  }),
  row('A25', 'D', BOTH, async (s) => {
    const wiped = (where) => until(`everything is gone (${where})`, async () => (await s.registrations()) === 0);
    // On the second origin, and on its WebSocket: nothing happens.
    s.server.on101 = 'Clear-Site-Data: "storage"';
    // It may not be kept, so that the update check is made now and not after 24 hours.
    s.server.lies.set('/sw.js', { body: s.world.one.loader, type: 'text/javascript', headers: { 'cache-control': 'no-store' } });
    await s.person();
    attacks.A25(s.server, { where: '/healthz' });
    await s.p.eval((u) => fetch(`${u}/healthz`, { mode: 'no-cors' }).catch(() => 0), s.server.gw);
    await sleep(500);
    equal(await s.registrations(), 1, 'registrations after the header on the other origin');
    // To the loader, whose requests carry no credentials: Chromium does not obey then, Firefox does. Somebody else's window.
    s.server.clear();
    const other = await s.other();
    await s.go('/', other);
    await s.checked(other);
    attacks.A25(s.server, { where: '/.well-known/sotto/release/latest' });
    const from = s.server.seen.length;
    await until('the loader has asked', async () => {
      await other.eval(() => navigator.serviceWorker.controller?.postMessage({ t: 'check' }));
      return s.server.asked('/.well-known/sotto/release/latest', from) > 0;
    });
    await sleep(500);
    equal(await s.registrations(other), s.browser === 'firefox' ? 0 : 1, 'registrations after the header to the loader');
    await other.close();
    equal(await s.registrations(), 1, 'registrations of the person');
    // On the app origin's own WebSocket: Firefox obeys, Chromium does not.
    s.server.clear();
    s.server.on101 = 'Clear-Site-Data: "storage"';
    await s.p.eval((u) => new Promise((done) => {
      const w = new WebSocket(`${u.replace('http', 'ws')}/sotto`, 'sotto.2');
      w.onopen = w.onerror = () => done(w.close());
    }), s.origin);
    await sleep(700);
    equal(await s.registrations(), s.browser === 'firefox' ? 0 : 1, 'registrations after the header on the app origin\u2019s WebSocket');
    s.server.on101 = '';
    if (s.browser === 'chromium') {
      s.server.lies.set('/sw.js', { body: s.world.one.loader, type: 'text/javascript', headers: { 'clear-site-data': '"storage"', 'cache-control': 'no-store' } });
      await update(s);
      await wiped('by the answer to the update check');
    }
    await s.p.sees('This device was reset'); // the open page notices by itself
    s.server.clear();
    s.noCanary();
    await s.p.reload();
    await s.p.sees('This device was reset');
    check(!(await s.p.has('field', 'Passphrase')) && !(await s.p.has('a.chat-row')), 'something is open');
    const left = await s.p.eval(async () => {
      const read = async (d) => {
        let text = '';
        for await (const h of d.values()) text += h.kind === 'directory' ? await read(h) : await (await h.getFile()).text();
        return text;
      };
      return read(await navigator.storage.getDirectory());
    });
    equal(left, '', 'bytes that are left');
    await s.p.click('button', 'I have looked into it');
    await s.p.find('field', 'Name'); // as somebody new
    await s.checked();
    s.noSink();
    return `on the second origin and its WebSocket: no effect. On the app origin (${s.browser === 'firefox' ? 'its WebSocket and the requests of the loader' : 'the update check; not its WebSocket, not the requests of the loader'}): all is gone, the page says "this device was reset", opens nothing, nothing readable is left`;
  }),
  row('A26', 'PG', CHROMIUM, async (s) => {
    await s.person();
    const hard = async () => {
      const cdp = await s.p.context.newCDPSession(s.p.page);
      await cdp.send('Page.reload', { ignoreCache: true });
    };
    const from = s.server.seen.length;
    await hard();
    await until('the index was asked for', () => s.server.asked('/', from) > 0);
    await s.p.find('field', 'Passphrase');
    await s.checked(); // controlled again
    await s.unlocked();
    attacks.A26(s.server);
    await hard();
    await until('the hostile page runs (the loss)', async () => (await s.marker()) === 'index');
    await until('it takes what there is', () => s.server.sinks.some((k) => k.url.includes('what=done')));
    s.noCanary();
    await s.p.close();
    s.server.clear();
    s.server.sinks.length = 0;
    await s.guarded();
    await s.guardOpen();
    await s.go('/');
    attacks.A26(s.server);
    await hard();
    await until('the hostile page is there', async () => (await s.title()) === 'hostile');
    await sleep(600);
    await s.safe();
    s.noSink();
    return 'honest server: one soft reload, controlled before it unlocks. Hostile: its page runs (the loss), what it takes is sealed; with Guard its marker is unset';
  }),
  row('A27', 'P', BOTH, async (s) => {
    await s.person();
    const tab = await beside(s);
    const from = s.server.seen.length;
    const app = part(s.world.one, 'app', 'js');
    const closed = async (what) => {
      await s.go(`/?${what}`);
      await s.p.sees('Sotto cannot be shown', { ms: 60_000 });
      await s.safe();
    };
    await empty(tab);
    for (const how of ['down', '500', 'empty', 'long', 'redirect', 'late']) {
      s.server.clear();
      attacks.A27(s.server, { how });
      await closed(how);
    }
    s.server.clear();
    if (s.browser === 'chromium') {
      // The browser's own storage says no.
      const cdp = await s.p.context.newCDPSession(s.p.page);
      await cdp.send('Storage.overrideQuotaForOrigin', { origin: s.origin, quotaSize: 1 });
      await empty(tab);
      await s.go('/?quota');
      await until('our error or our page', async () => /Sotto cannot be shown/.test(await s.p.text()) || (await s.p.has('field', 'Passphrase')));
      await cdp.send('Storage.overrideQuotaForOrigin', { origin: s.origin });
    }
    const status = await tab.eval(() => fetch('/', { method: 'POST', body: 'x' }).then((r) => r.status));
    equal(status, 405, 'answer to a POST');
    equal(documents(s, from), 0, 'navigations that reached the server');
    equal(await s.registrations(tab), 1, 'registrations after the faults');
    await s.go('/?healed');
    await letIn(s, tab);
    await s.p.find('field', 'Passphrase');
    check(s.server.asked(app) > 0, 'the app was never asked for');
    s.server.down = true;
    await s.go('/?offline');
    await letIn(s, tab);
    await s.unlocked(); // all is here again, so no network is needed
    s.server.down = false;
    await s.safe();
    s.noSink();
    return 'no network, 500, empty, too much, a redirect, no answer at all, no room: each time the built 503, no navigation reaches the server, the loader is still there and heals';
  }),
  row('A28', 'D', CHROMIUM, async (s) => {
    attacks.A28(s.server);
    await s.fresh();
    await s.go('/');
    await until('planted', async () => (await s.title()) === 'planted');
    s.server.clear();
    await s.go('/');
    await s.p.sees('A second script has put itself in front');
    check(!(await s.p.has('field', 'Name')) && !(await s.p.has('field', 'Passphrase')), 'something is asked for');
    await s.safe();
    await s.p.close();
    // And while a page is open: another tab goes past the loader, onto the hostile page.
    s.p = null;
    await s.person();
    const tab = await s.p.tab();
    await s.go('/', tab);
    attacks.A28(s.server);
    const cdp = await s.p.context.newCDPSession(tab.page);
    await cdp.send('Page.reload', { ignoreCache: true });
    await until('planted once more', async () => (await s.title(tab)) === 'planted');
    await s.p.sees('A second script has put itself in front');
    check(!/[Cc]anary/.test(await s.p.text()), 'something is still shown');
    s.noCanary();
    return 'a worker with a narrower scope: after a hostile visit the honest page says so and asks for nothing; an open page locks and says so';
  }),
  row('U03', 'G', BOTH, async (s) => {
    await s.guarded();
    await s.guardOpen();
    await s.person();
    await s.go('/?again');
    await s.unlocked();
    await s.p.click('a.chat-row', CANARY.chat);
    await until('the draft is there', async () => (await s.p.eval(() => document.getElementById('composer').value)) === CANARY.draft);
    equal(s.browser === 'chromium' ? s.server.asked('/sw.js') : 0, 0, 'requests for sw.js');
    equal(s.p.errors.filter((e) => !/serviceWorker|sw\.js|Content-Security-Policy|Content Security Policy|worker/i.test(e)).join(), '', 'errors');
    return `the real page under Guard: a person is made, starts again, unlocks (${s.browser === 'chromium' ? 'a worker of checked bytes, no loader' : 'with the loader'})`;
  }),
  row('U04', 'G', BOTH, async (s) => {
    const profile = await s.persistent();
    await s.person();
    if (s.browser === 'chromium') {
      await s.p.close();
      await s.guarded({ profile });
      await s.guardOpen();
      await s.go('/');
    } else {
      await s.guarded({ running: s.running }); // while the page is open; it is loaded again
      await s.guardOpen();
    }
    await s.p.find('field', 'Passphrase');
    await s.checked();
    await sleep(6000); // long enough for the page to miss its loader
    check(!/This device was reset/.test(await s.p.text()), 'a false alarm');
    await s.unlocked();
    await s.p.click('a.chat-row', CANARY.chat);
    await until('the draft is there', async () => (await s.p.eval(() => document.getElementById('composer').value)) === CANARY.draft);
    return 'Guard is added where somebody has the loader already: it purges what answered before, nothing of the store is lost, no false alarm';
  }),
  row('A32', 'P', CHROMIUM, async (s) => {
    const { one } = s.world;
    const file = join(tempDir('portable'), `sotto-${one.version}.html`);
    writeFileSync(file, one.files.get(`/sotto-${one.version}.html`));
    await s.fresh();
    await s.go(`file://${file}`);
    await s.p.find('field', 'Name');
    const frames = attacks.A32(s.server);
    await s.portablePerson(s.server.gw);
    await until('every hostile frame was sent', () => frames.sent() >= frames.all, 60_000);
    await sleep(500);
    check(!(await s.p.has('heading', 'Stopped')) && (await s.p.eval(() => document.documentElement.dataset.phase)) !== 'dead', 'the core has stopped');
    equal(await s.marker(), '', 'marker');
    equal(await s.p.eval(() => location.protocol), 'file:', 'where it runs');
    s.noSink();
    s.noCanary();
    return `${frames.all} hostile frames and scripts over the WebSocket: refused as data, nothing runs, the page is alive`;
  }),
];
