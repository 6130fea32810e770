// Attacks on which release runs, by who may write what the loader keeps, by a gateway that chooses its proofs, by clocks, and
// by wiping everything.
import { attacks, LOOSE } from './hostile.mjs';
import { BOTH, CANARY, check, CHROMIUM, equal, row, sleep, until } from './lib.mjs';
import { DAY_S, now } from './world.mjs';

/** The worker ends, as it does after a while without work; what it knew by heart is gone. */
async function endWorker(s) {
  if (s.browser === 'chromium') {
    const cdp = await s.p.context.newCDPSession(s.p.page);
    await cdp.send('ServiceWorker.enable');
    await cdp.send('ServiceWorker.stopAllWorkers');
    return;
  }
  await s.p.page.goto('about:blank');
  await sleep(40_000);
}

/** What any script of this origin could write for a moment. */
const writeSlots = (s, slots) =>
  s.p.eval(async (all) => {
    const cache = await caches.open('sotto-notes');
    for (const [name, value] of Object.entries(all)) {
      if (value === null) await cache.delete(`/.sotto/${name}`);
      else await cache.put(`/.sotto/${name}`, new Response(JSON.stringify(value)));
    }
  }, slots);

/** The clock of the person is moved by moving the proofs, and what the gateway says of the time, the other way. */
function clockOff(s, off) {
  const at = now() - off;
  s.server.extra = { date: new Date(at * 1000).toUTCString() };
  const { log } = s.server;
  const index = log.entries.length - 1;
  s.server.offer({ ...s.one, index, first: log.proof(index, { time: at - 3 * DAY_S }), recent: log.proof(index, { time: at - 60 }) });
}

export const releases = [
  row('N04', 'D', BOTH, async (s) => {
    s.server.publish(s.world.two);
    await s.person();
    equal(await s.activeSeq(), 2, 'active release');
    // Release 1 was signed, logged and proven once; its proof is of then, when it was the newest.
    const old = { note: s.one.note, recent: s.one.recent, first: s.one.first };
    await writeSlots(s, { active: old, staged: null, previous: null, seen: null, trouble: null });
    s.server.offer(s.one);
    await endWorker(s);
    await s.go('/?after');
    await s.p.find('field', 'Passphrase');
    equal(await s.activeSeq(), 1, 'the older release runs (the loader alone cannot know)');
    await s.p.fill('Passphrase', 'quiet paper lantern river');
    await s.p.keys('Enter');
    await s.p.sees('An older release runs here');
    await until('the core is locked', async () => (await s.p.eval(() => document.documentElement.dataset.phase)) === 'locked');
    check(!/[Cc]anary/.test(await s.p.text()), 'something is still shown');
    s.noCanary();
    return 'an older signed release is written into the slot of the active one, and every trace of the newer one removed: the sealed store remembers it, and the first unlocking is an alarm';
  }),
  row('N21', 'P', CHROMIUM, async (s) => {
    s.server.publish(s.world.two);
    await s.person();
    equal(await s.activeSeq(), 2, 'active release');
    const old = { note: s.one.note, recent: s.one.recent, first: s.one.first };
    await writeSlots(s, { active: old, staged: null, previous: null, seen: null, trouble: null });
    s.server.offer(s.one);
    // However late the core of the first window would answer what it thinks of that release.
    await s.p.eval(() => {
      const { postMessage } = Worker.prototype;
      Worker.prototype.postMessage = function (m, ...more) {
        if (m?.op?.kind !== 'op_release') postMessage.call(this, m, ...more);
      };
    });
    await endWorker(s);
    // A second window would get a port to the first, which is unlocked; it notes all that it ever shows.
    const tab = await s.p.tab();
    await tab.page.addInitScript(() => {
      globalThis.phases = [];
      new MutationObserver(() => globalThis.phases.push(document.documentElement.dataset.phase)).observe(document, { subtree: true, attributes: true, attributeFilter: ['data-phase'] });
    });
    await s.go('/?older', tab);
    await s.p.sees('An older release runs here');
    await until('the first window is locked', async () => (await s.p.eval(() => document.documentElement.dataset.phase)) === 'locked');
    await sleep(3000);
    const phases = await tab.eval(() => globalThis.phases.join(' '));
    check(!/open/.test(phases), `the older release was let in: ${phases}`);
    check(!/[Cc]anary/.test(await tab.text()), 'the older release shows something');
    return 'an older signed release is written into the slot of the active one while the first window is unlocked, and runs in a second one: the first raises the alarm and locks before it lets the second in';
  }),
  row('N05', 'P', BOTH, async (s) => {
    await s.pinned();
    s.server.publish(s.world.two, { latest: false });
    s.world.witness.shown.set(s.origin, s.server.log.checkpoint({ by: [0] }));
    s.server.offer({ ...s.one, recent: s.server.log.proof(0, { time: now() - 30 }) });
    const { active, staged } = await s.trouble('newest');
    equal(`${active.seq} ${staged}`, '1 null', 'active and staged');
    await s.markSays('it may hold a newer release back');
    // Nor does a first visit take it.
    const other = await s.other();
    await s.go('/', other);
    await other.sees('This release was refused', { ms: 60_000 });
    if (s.browser === 'chromium') await s.seenOutside(/^differs release \/\.well-known\/sotto\/proof\/1: newest$/m);
    return `the old release with a fresh proof in the newest, witnessed log: refused (newest), on the screen and at a first visit${s.browser === 'chromium' ? '; sotto-verify origin: differs release ... newest' : ''}`;
  }),
  row('N09', 'P', BOTH, async (s) => {
    await s.pinned();
    const { two, one } = s.world;
    const a = s.server.publish(two, { age: 3600, latest: false });
    const twin = s.world.derive(two, { version: '1.1.0', seq: 2, prev: one.hash, change: { '/app.webmanifest': Buffer.concat([two.files.get('/app.webmanifest'), Buffer.from('\n')]) } });
    s.server.offer({ ...a, recent: s.server.log.proof(1) });
    await s.settled('the first of them waits', ({ pending }) => pending?.seq === 2);
    const b = s.server.publish(twin, { age: 3 * DAY_S, latest: false });
    s.server.offer(b);
    const { staged, active } = await s.trouble('equivocation');
    equal(`${active.seq} ${staged}`, '1 null', 'active and staged');
    await s.markSays('under a number that is taken');
    await endWorker(s);
    await s.go('/');
    await s.trouble('equivocation');
    return 'two valid notes of one number, the first of them still waiting: the second is refused from first sight on, also after the worker has ended';
  }),
  row('N10', 'P', BOTH, async (s) => {
    for (const [what, off] of [['10 minutes slow', -600], ['a year slow', -365 * DAY_S], ['20 days fast', 20 * DAY_S]]) {
      clockOff(s, off);
      const p = await s.other();
      await s.go('/', p);
      await p.sees('The clock of this device is wrong', { ms: 60_000 });
      check(!/gateway offers|This release was refused/.test(await p.text()), `${what}: the gateway is blamed`);
      await p.close();
    }
    s.server.clear();
    s.server.offer(s.one);
    await s.pinned();
    for (const off of [-600, 20 * DAY_S]) {
      clockOff(s, off);
      await s.trouble('clock');
      await s.markSays('Set the clock of this device');
      s.server.clear();
      s.server.offer(s.one);
      await s.settled('all is well again', ({ trouble }) => trouble === null);
    }
    // A gateway that keeps old proofs, and whose clock is right, is not excused.
    s.server.offer({ ...s.one, recent: s.server.log.proof(0, { time: now() - 20 * DAY_S }), first: s.server.log.proof(0, { time: now() - 30 * DAY_S }) });
    const late = await s.other();
    await s.go('/', late);
    await late.sees('This release was refused', { ms: 60_000 });
    return 'a clock that is 10 minutes or a year slow, or 20 days fast: named as such at a first visit and in an open window; old proofs with a right clock are refused as before';
  }),
  row('N11', 'D', BOTH, async (s) => {
    const first = 'Were your chats here before?';
    s.server.lies.set('/sw.js', { body: s.world.one.loader, type: 'text/javascript', headers: { 'cache-control': 'no-store' } });
    await s.person();
    // Everything but one key is gone.
    await s.p.page.goto('about:blank');
    const tab = await s.p.tab();
    await s.go('/', tab);
    await tab.eval(() => navigator.serviceWorker.getRegistrations().then((all) => Promise.all(all.map((r) => r.unregister()))));
    s.server.lies.set('/bare', { ...LOOSE, type: 'text/html', body: 'bare' });
    await s.go('/bare', tab); // no page of ours, whose worker holds the files
    const wiped = await until('all of it is wiped', () => tab.eval(async () => {
      for (const r of await navigator.serviceWorker.getRegistrations()) await r.unregister();
      for (const name of await caches.keys()) await caches.delete(name);
      const root = await navigator.storage.getDirectory();
      for await (const name of root.keys()) await root.removeEntry(name, { recursive: true });
      return Object.keys(localStorage).length;
    }));
    check(wiped > 0, 'nothing of ours was in localStorage');
    await tab.page.goto('about:blank');
    const again = await s.p.tab();
    await s.go('/', again);
    await again.sees('This device was reset', { ms: 60_000 });
    check(!(await again.has('field', 'Name')), 'it begins anew without a word');
    await again.click('button', 'I have looked into it');
    await again.find('field', 'Name', { ms: 60_000 });
    // Nothing at all is left: the header wipes everything, and a new window is opened.
    await again.page.close();
    await s.p.close();
    s.p = null;
    s.server.clear();
    s.server.lies.set('/sw.js', { body: s.world.one.loader, type: 'text/javascript', headers: { 'cache-control': 'no-store' } });
    await s.person();
    attacks.A25(s.server, { where: '/wipe' });
    s.server.lies.set('/wipe', { ...LOOSE, type: 'text/html', body: 'x', headers: { ...LOOSE.headers, 'clear-site-data': '"storage"' } });
    if (s.browser === 'chromium') {
      s.server.lies.set('/sw.js', { body: s.world.one.loader, type: 'text/javascript', headers: { 'clear-site-data': '"storage"', 'cache-control': 'no-store' } });
      await s.p.eval(() => navigator.serviceWorker.getRegistration().then((r) => r.update()).then(() => 0, () => 0));
    } else {
      s.server.on101 = 'Clear-Site-Data: "storage"';
      await s.p.eval((u) => new Promise((done) => {
        const w = new WebSocket(`${u.replace('http', 'ws')}/sotto`, 'sotto.1');
        w.onopen = w.onerror = () => done(w.close());
      }), s.origin);
    }
    await sleep(700);
    await s.p.page.goto('about:blank'); // before it has looked
    s.server.clear();
    const fresh = await s.p.tab();
    await s.go('/', fresh);
    await until('it is known, or the first screen says what a reset looks like', async () => {
      const text = await fresh.text();
      return text.includes(first) || text.includes('This device was reset');
    }, 60_000);
    s.noCanary();
    return `all but one key wiped: a new window says "this device was reset"; all of it wiped: ${(await fresh.text()).includes(first) ? 'the first screen says what a reset looks like' : 'a new window says so, too'} (“${CANARY.name}” is gone)`;
  }),
];
