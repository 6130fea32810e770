// What the gateway serves in place of the page: to somebody new, to somebody who has the loader, to somebody with Guard.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../web/e2e/lib.mjs';
import { attacks, LOOSE, mark, part } from './hostile.mjs';
import { BOTH, check, CHROMIUM, equal, row, sleep, until } from './lib.mjs';

const hashOf = async (s, path) =>
  s.p.eval(async (u) => {
    const digest = await crypto.subtle.digest('SHA-256', await (await fetch(u)).arrayBuffer());
    return btoa(String.fromCharCode(...new Uint8Array(digest))).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
  }, path);
const listed = (release, path) => release.text.split('\n').find((l) => l.startsWith(`file ${path} `)).split(' ')[3];

/** The page that is there is the honest one, waiting for its passphrase. */
async function honestScreen(s) {
  await s.p.find('field', 'Passphrase');
  await s.checked();
}

/** A fresh visitor to a hostile page: its code ran, and it is said so. */
async function loses(s, how) {
  await s.fresh();
  await s.go('/');
  await until(`the page of the attacker runs (${how})`, async () => (await s.marker()) === how);
  await until('its report home', () => s.server.sinks.some((k) => k.url.includes('what=alive')));
  await s.p.close();
}

/** The same with Guard. The release is open, the answer of the server is shown, and nothing of it does anything. */
async function guardHolds(s, { path = '/', wait = 1500 } = {}) {
  const from = s.server.seen.length;
  await s.guarded();
  await s.guardOpen();
  const sinks = s.server.sinks.length;
  await s.go(path);
  await sleep(wait);
  await s.safe();
  equal(s.server.sinks.length, sinks, 'requests at the sink');
  equal(s.browser === 'chromium' ? s.server.asked('/sw.js', from) : 0, 0, 'requests for sw.js');
}

// In the page: everything that starts a script without a hash in the policy. Each tries to set the marker.
async function tryScripts([pinned, path]) {
  const tries = {
    'wrong bytes': (el) => Object.assign(el, { integrity: pinned, crossOrigin: '' }).setAttribute('src', path),
    inline: (el) => { el.text = "globalThis.marker = 'inline'"; },
    child: (el) => el.append("globalThis.marker = 'child'"),
    data: (el) => el.setAttribute('src', "data:text/javascript,globalThis.marker='data'"),
    blob: (el) => el.setAttribute('src', URL.createObjectURL(new Blob(["globalThis.marker='blob'"]))),
  };
  const said = [];
  document.addEventListener('securitypolicyviolation', (e) => said.push(e.effectiveDirective));
  for (const set of Object.values(tries)) {
    const el = document.createElement('script');
    try {
      set(el);
    } catch {
      said.push('trusted-types');
    }
    document.head.append(el);
  }
  const html = new DOMParser();
  try {
    document.body.append(...html.parseFromString(`<img src="/none" onerror="globalThis.marker='handler'"><a id="url" href="javascript:globalThis.marker='url'">x</a>`, 'text/html').body.children);
  } catch {
    said.push('trusted-types');
    const img = document.createElement('img');
    try { img.setAttribute('onerror', "globalThis.marker='handler'"); } catch {}
    img.src = '/none';
    document.body.append(img);
    const a = document.createElement('a');
    a.id = 'url';
    a.href = "javascript:globalThis.marker='url'";
    document.body.append(a);
  }
  document.getElementById('url').click();
  await new Promise((done) => setTimeout(done, 800));
  return said;
}

const SCRIPTS = (release) => `
<script type="module" src="${part(release, 'app', 'js')}" integrity="sha256-${Buffer.from(listed(release, part(release, 'app', 'js')), 'base64url').toString('base64')}" crossorigin></script>
<script>${mark('inline')}</script><script src="/evil.js"></script><script src="data:text/javascript,globalThis.marker='data'"></script>
<img src="/none" onerror="globalThis.marker='handler'"><a id="url" href="javascript:globalThis.marker='url'">x</a>`;
const page = (body, title = 'hostile') => `<!doctype html><html><head><title>${title}</title></head><body>${body}</body></html>`;

const ELEMENTS = '<object data="/frame"></object><embed src="/frame"><iframe sandbox="allow-scripts" src="/frame"></iframe><iframe src="/frame"></iframe>';

export const served = [
  row('A01', 'GD', CHROMIUM, async (s) => {
    attacks.A01(s.server);
    await loses(s, 'evil');
    s.server.sinks.length = 0;
    await guardHolds(s);
    equal(await s.title(), 'hostile', 'title');
    check(s.p.errors.some((e) => /violates the following Content Security Policy|Refused to execute/i.test(e)), 'no violation was logged');
    await s.seenOutside(/^differs served \/: /m);
    return 'without Guard the page of the attacker runs (the loss of a first visit); with Guard its marker is unset, the violation is logged, no request leaves, sw.js is not asked for; sotto-verify: differs served /';
  }),
  row('A02', 'P', BOTH, async (s) => {
    await s.person();
    attacks.A02(s.server);
    const from = s.server.seen.length;
    await s.go('/');
    await honestScreen(s);
    equal(await hashOf(s, '/'), listed(s.world.one, '/'), 'hash of the index');
    equal(s.server.asked('/', from), 0, 'requests for /');
    await s.safe();
    s.noSink();
    return 'the verified index is shown, its hash is the listed one, / is not asked for';
  }),
  row('A03', 'P', BOTH, async (s) => {
    await s.person();
    attacks.A03(s.server);
    const from = s.server.seen.length;
    await s.go('/?again#/secret');
    await honestScreen(s);
    equal(s.server.asked('/', from), 0, 'requests for /');
    equal(await s.p.eval(() => location.origin), s.origin, 'origin');
    await s.safe();
    s.noSink();
    return 'no navigation request leaves, the address stays, the target is not reached';
  }),
  row('A05', 'P', BOTH, async (s) => {
    await s.person();
    attacks.A05(s.server);
    const from = s.server.seen.length;
    const answer = await s.p.eval(() => fetch('/attack.js').then(async (r) => ({ status: r.status, text: await r.text(), csp: r.headers.get('content-security-policy') })));
    equal(answer.status, 404, 'status of /attack.js');
    check(answer.csp.startsWith("default-src 'none'"), `policy of the answer: ${answer.csp}`);
    await s.go('/attack');
    await honestScreen(s);
    equal(s.server.asked('/attack', from) + s.server.asked('/attack.js', from), 0, 'requests for /attack');
    await s.safe();
    return 'a built 404 for a file, the verified index for a navigation; the server sees neither';
  }),
  row('A09', 'P', BOTH, async (s) => {
    await s.person();
    const path = part(s.world.one, 'worker', 'js');
    attacks.A09(s.server);
    const from = s.server.seen.length;
    await s.go('/');
    await honestScreen(s);
    await s.unlocked();
    equal(await hashOf(s, path), listed(s.world.one, path), 'hash of the worker');
    equal(s.server.asked(path, from), 0, 'requests for the worker');
    await s.safe();
    s.noSink();
    return 'the worker that unlocks comes from the verified store, its hash is the listed one, it is not asked for';
  }),
  row('A10', 'P', BOTH, async (s) => {
    await s.pinned();
    s.server.publish(s.world.two);
    const path = part(s.world.two, 'worker', 'js');
    // The worker of this release may be the one before: then its bytes are here already, and a changed one is never asked for.
    const changed = s.world.derive(s.world.two, { version: '1.2.0', seq: 2, prev: s.world.one.hash, change: { [path]: `${s.world.two.files.get(path)}\n` } });
    s.server.publish(changed);
    attacks.A10(s.server, { path });
    const { active } = await s.trouble('file', path);
    equal(active.seq, 1, 'active release');
    // Were it to run all the same: under the policy that comes with it, it loads nothing.
    s.server.clear();
    const force = "addEventListener('securitypolicyviolation', (e) => { seen.push(e.effectiveDirective); }); const seen = []; const out = [];\n" +
      "try { importScripts('/evil.js'); out.push('import-scripts ran'); } catch { out.push('import-scripts blocked'); }\n" +
      "try { new Worker('/evil.js'); out.push('nested ran'); } catch { out.push('nested blocked'); }\n" +
      "import('/evil.js').then(() => 'import ran', () => 'import blocked').then((x) => setTimeout(() => postMessage([...out, x, 'violations ' + seen.length]), 500));";
    s.server.lies.set('/force', { ...LOOSE, type: 'text/html', body: `<script>new Worker('/forced.js').onmessage = (e) => { document.title = e.data.join() }</script>` });
    s.server.lies.set('/forced.js', { body: force, type: 'text/javascript' }).set('/evil.js', { body: `${mark('import')}fetch('/sink?import');`, type: 'text/javascript' });
    const other = await s.other();
    await s.go('/force', other);
    const said = await until('the forced worker speaks', async () => /blocked|ran/.test(await s.title(other)) && (await s.title(other)));
    check(/^import-scripts blocked,nested blocked,import blocked,violations [1-9]/.test(said), said);
    s.noSink();
    return `staging names ${path}; a worker that were to run all the same: ${said}`;
  }),
  row('A11', 'P', BOTH, async (s) => {
    attacks.A11(s.server);
    s.server.lies.set('/', { body: page(ELEMENTS), type: 'text/html' });
    await s.fresh();
    await s.go('/');
    await sleep(800);
    equal(await s.title(), 'hostile', 'title');
    equal(s.server.asked('/frame'), 0, 'requests for /frame on a first visit');
    s.server.lies.delete('/');
    await s.person();
    await s.p.eval(() => {
      for (const [name, key] of [['object', 'data'], ['embed', 'src'], ['iframe', 'src']]) {
        const el = document.createElement(name);
        if (name === 'iframe') el.setAttribute('sandbox', 'allow-scripts');
        el.setAttribute(key, '/frame');
        document.body.append(el);
      }
    }).catch(() => undefined); // Trusted Types may refuse before the policy does
    await sleep(800);
    equal(s.server.asked('/frame'), 0, 'requests for /frame');
    await s.safe();
    s.noSink();
    return 'object, embed and frames, in a hostile index and put into the running page: no request leaves';
  }),
  row('A12', 'PG', CHROMIUM, async (s) => {
    await s.person();
    attacks.A12(s.server);
    const from = s.server.seen.length;
    await s.go('/');
    await honestScreen(s);
    equal(s.server.asked('/', from), 0, 'requests for /');
    s.noSink();
    await s.p.close();
    // A first visit with Guard: the form is there, and goes nowhere.
    await s.guarded();
    await s.guardOpen();
    await s.go('/');
    equal(await s.title(), 'hostile', 'title');
    await until('the meta refresh (it navigates, which is documented)', () => s.server.asked('/refreshed') > 0);
    await s.safe();
    await s.go('/');
    await s.read(() => {
      document.querySelector('input[name=passphrase]').value = 'quiet paper lantern river';
      document.querySelector('#unlock').click();
    });
    await sleep(500);
    s.noSink();
    check(!(await s.p.eval(() => document.baseURI)).endsWith('/sink'), 'the base was taken');
    await s.safe();
    return 'pinned: never shown. Guard: the form is not sent, base and overlay are blocked; its meta refresh still navigates, as documented, and nothing runs there';
  }),
  row('A13', 'PG', BOTH, async (s) => {
    s.server.lies.set('/', { body: page(SCRIPTS(s.world.one)), type: 'text/html' });
    attacks.A13(s.server);
    await s.fresh();
    await s.go('/');
    await s.read(() => document.getElementById('url').click());
    await sleep(600);
    equal(await s.title(), 'hostile', 'title');
    await s.safe();
    s.server.lies.delete('/');
    s.server.lies.delete(part(s.world.one, 'app', 'js'));
    await s.go('/');
    await s.checked();
    const app = part(s.world.one, 'app', 'js');
    s.server.lies.set('/evil.js', { body: mark('evil'), type: 'text/javascript' });
    const said = await s.p.eval(tryScripts, [`sha256-${Buffer.from(listed(s.world.one, app), 'base64url').toString('base64')}`, '/evil.js']);
    check(said.length > 2, `only ${said.length} violations`);
    await s.safe();
    await s.p.close();
    attacks.A13(s.server);
    s.server.lies.set('/', { ...LOOSE, body: page(SCRIPTS(s.world.one)), type: 'text/html' });
    await guardHolds(s, { wait: 1000 });
    s.noSink();
    return `wrong bytes under a pinned hash, inline, data:, blob:, a handler and javascript: in a hostile index, in the running page (${said.length} violations) and, with the policy gone, under Guard: the marker stays unset`;
  }),
  row('A14', 'P', BOTH, async (s) => {
    attacks.A14(s.server);
    const path = part(s.world.one, 'core', 'wasm');
    await s.fresh();
    await s.go('/');
    await s.p.sees(`file ${path}`, { ms: 60_000 });
    const integrity = `sha256-${Buffer.from(listed(s.world.one, path), 'base64url').toString('base64')}`;
    const compiled = await s.p.eval(([u, i]) => fetch(u, { integrity: i }).then((r) => WebAssembly.compileStreaming(r)).then(() => 'compiled', (e) => e.name), [path, integrity]);
    equal(compiled, 'TypeError', 'compiling the changed module');
    check(!(await s.p.has('field', 'Passphrase')), 'a passphrase is asked for');
    // Bytes are compiled in one place only, where they were hashed the line before.
    const places = [];
    for (const name of readdirSync(join(root, 'web/src'), { recursive: true })) {
      if (!/\.tsx?$/.test(name)) continue;
      const text = readFileSync(join(root, 'web/src', name), 'utf8');
      for (const [found] of text.matchAll(/WebAssembly\.(compile\w*|instantiateStreaming|Module)\(|WebAssembly\.instantiate\((?!module\b)/g)) places.push(`${name} ${found}`);
    }
    equal(places.join(), 'worker/load.ts WebAssembly.compile(', 'places that compile bytes');
    await s.safe();
    return `the release is refused by name (file ${path}), fetch with integrity rejects, nothing is asked for; sources compile bytes in one place, after hashing them`;
  }),
  row('A16', 'P', CHROMIUM, async (s) => {
    await s.person();
    const link = await s.link();
    const other = await s.other();
    attacks.A16(s.server);
    await s.go(link, other);
    await until('the redirect target tells', () => s.server.sinks.length > 0);
    const caught = new URL(new URL(s.server.sinks[0].url, s.origin).searchParams.get('at'));
    const fields = Buffer.from(caught.hash.replace('#/add/', ''), 'base64url');
    // An array of five: kind, gateway, fingerprint, inbox, token. None of them opens anything that was written.
    equal(fields[0], 0x85, 'fields in the link');
    await s.safe();
    return 'the redirect does carry the fragment to the attacker; it holds where to ask for a contact, no name, no key, no secret';
  }),
  row('A18', 'PD', CHROMIUM, async (s) => {
    await s.person();
    attacks.A18(s.server);
    for (const kind of ['two', 'comma', 'missing', 'none', 'case']) {
      s.server.csp(kind);
      await s.go('/');
      await honestScreen(s);
      for (const path of ['/', '/icon.svg']) {
        equal(await s.p.eval((u) => fetch(u).then((r) => r.headers.get('content-security-policy')), path), s.world.one.csp, `policy of ${path} (${kind})`);
      }
    }
    // And with the other headers that the gateway sends.
    const gateway = await s.honestHeaders('/icon.svg');
    const own = await s.p.eval(() => fetch('/icon.svg').then((r) => Object.fromEntries(r.headers)));
    equal(own['cross-origin-opener-policy'], 'noopener-allow-popups', 'policy of openers, which this browser knows');
    for (const name of ['integrity-policy', 'cross-origin-resource-policy', 'x-content-type-options', 'referrer-policy', 'content-type']) equal(own[name], gateway[name], name);
    await s.safe();
    for (const kind of ['two', 'comma', 'missing', 'none', 'case']) {
      s.server.csp(kind);
      await s.seenOutside(/^differs served \/: .*content-security-policy/im);
    }
    s.server.extra = {};
    equal((await s.verify('origin', s.origin)).code, 0, 'exit code for the honest origin');
    return 'two policies, a comma, none, script-src with more, other case: the loader answers with the policy of the note, byte for byte; sotto-verify names each of them, and ends with 0 for the honest origin';
  }),
  row('A19', 'PD', CHROMIUM, async (s) => {
    await s.person();
    attacks.A19(s.server);
    await s.go('/');
    await honestScreen(s);
    const from = s.server.seen.length;
    await sleep(3200);
    equal(await s.p.eval(() => location.href), `${s.origin}/`, 'address after 3 s');
    equal(s.server.asked('/evil.js') + s.server.asked('/rules.json') + s.server.asked('/', from), 0, 'requests that the headers ask for');
    await s.safe();
    s.noSink();
    await s.seenOutside(/^differs served \/: .*refused header link/m);
    return 'Link, Refresh and Speculation-Rules never reach the page: after 3 s the same address, nothing was loaded; sotto-verify names the refused header';
  }),
  row('A29', 'P', CHROMIUM, async (s) => {
    const bodies = [
      JSON.stringify({ gateway: "javascript:globalThis.marker='config'" }),
      JSON.stringify({ gateway: '<img src=x onerror="globalThis.marker=1">' }),
      JSON.stringify({ gateway: { toString: 'x' }, __proto__: { marker: 1 } }),
      `{"gateway":"${s.server.gw}/<script>globalThis.marker='config'</script>"}`,
      `<script>globalThis.marker='config'</script>`,
      'x'.repeat(100_000),
      `globalThis.marker = 'config'`,
    ];
    await s.pinned();
    for (const body of bodies) {
      attacks.A29(s.server, { body });
      await s.go('/');
      await s.p.find('field', 'Name');
      await s.checked();
      const values = () => s.p.eval(() => Array.from(document.querySelectorAll('input:not([type=file])'), (i) => i.value).filter(Boolean).join());
      const gateway = await until('a gateway is named', values);
      check(/^http:\/\/localhost:\d+$/.test(gateway), `the gateway became ${gateway}`);
      await s.safe();
    }
    s.noSink();
    return `${bodies.length} configurations with scripts, HTML and odd addresses: read as data, the page is itself, the marker unset`;
  }),
  row('A30', 'G', CHROMIUM, async (s) => {
    attacks.A30(s.server);
    const cookie = { name: 'victim', value: '1', url: s.origin };
    await s.fresh();
    await s.p.context.addCookies([cookie]);
    await s.go('/');
    await until('the targeted page runs', async () => (await s.marker()) === 'targeted');
    await s.p.close();
    s.server.sinks.length = 0;
    s.p = null;
    await s.pinned(); // somebody else
    equal(await s.marker(), '', 'marker for others');
    await s.p.close();
    await s.guarded();
    await s.p.context.addCookies([cookie]);
    await s.guardOpen();
    await s.go('/');
    await sleep(800);
    equal(await s.title(), 'hostile', 'title');
    await s.safe();
    s.noSink();
    equal((await s.verify('origin', s.origin)).code, 0, 'exit code of sotto-verify, which is not the victim');
    return 'one visitor in a hundred is served hostile bytes and loses without Guard, others, sotto-verify among them, see nothing; with Guard the victim runs nothing of it';
  }),
  row('A31', 'P', CHROMIUM, async (s) => {
    await s.pinned();
    s.server.publish(s.world.two);
    attacks.A31(s.server);
    const { trouble, active } = await s.trouble('file');
    check(s.server.lies.has(trouble.path), `${trouble.path} was not rewritten`);
    equal(active.seq, 1, 'active release');
    await s.go('/');
    await s.checked();
    await s.safe();
    const other = await s.other();
    await s.go('/', other);
    await sleep(800);
    await s.safe({ p: other });
    s.noSink();
    const sent = await s.honestHeaders();
    check(/no-transform/.test(sent['cache-control'] ?? ''), `cache-control of the gateway: ${sent['cache-control']}`);
    await s.seenOutside(/^differs served \/app\.\S+\.js: .*SHA-256/m);
    return `an update whose bytes were rewritten on the way is refused (file ${trouble.path}), a first visit runs nothing of the beacon, sotto-verify names the rewritten files; the gateway sends no-transform`;
  }),
];
