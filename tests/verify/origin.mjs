// What an origin serves, against the lying server of world.mjs: one lie each, and the path is named.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import net from 'node:net';
import { join } from 'node:path';
import { check, claim, equal, finish } from '../gateway/lib.mjs';
import { DAY, evidenceOf, makeWorld, NOW, put, run, serve, temp } from './world.mjs';

const work = temp('origin');
const world = makeWorld();
world.release();
const release = world.release();
const server = await serve();
server.release = release;
server.files = world.wellKnown();
const trust = put(join(work, 'trust'), world.trust);
const evidence = join(work, 'evidence.json');
const verify = (...more) => run(['origin', server.origin, '--trust', trust, '--now', String(NOW), ...more]);
const csp = release.app.csp;
const evil = 'fetch("/sink")\n';

async function ends(code, line, ...more) {
  const r = await verify(...more);
  check(!/AddressSanitizer|LeakSanitizer|runtime error/.test(r.out), r.out.slice(0, 800));
  equal(r.code, code, r.out.slice(-1500));
  check(line.test(r.out), `no ${line} in: ${r.out.slice(-1200)}`);
  return r.out;
}
/** One lie about a path: exit 1, and the path named. */
async function lie(path, answer, why = /./, named = path) {
  server.clear();
  server.lies.set(path, typeof answer === 'function' ? answer : () => answer);
  await ends(1, new RegExp(`^differs \\S+ \\S*${named.replace(/[.*?+]/g, '\\$&')}: .*${why.source}`, 'm'));
  server.clear();
}
const withHeaders = (headers) => ({ headers });
const dressed = (dest, answer) => (q) => (q.headers['sec-fetch-dest'] === dest ? answer : undefined);

await claim('an_honest_origin', async () => {
  const out = await ends(0, / 0 differ, 0 unreachable$/m);
  return out.trim().split('\n').at(-1);
});
await claim('asks_as_a_browser_does', () => {
  const of = (path) => server.seen.filter((s) => s.path === path && s.dest !== '');
  const dests = (path) => [...new Set(of(path).map((s) => s.dest))].sort().join(' ');
  equal(dests('/'), 'document empty');
  equal(dests('/app.js'), 'empty script worker');
  equal(dests('/app.css'), 'empty style');
  equal(dests('/sw.js'), 'empty script serviceworker');
  equal(dests('/icon.svg'), 'empty image');
  equal(dests('/app.webmanifest'), 'empty manifest');
  check(of('/sw.js').some((s) => s.headers['service-worker'] === 'script'), 'Service-Worker: script');
  check(of('/').every((s) => /Chrome/.test(s.headers['user-agent']) && s.headers.accept), 'agent and accept');
  const codings = new Set(of('/app.js').map((s) => s.headers['accept-encoding']));
  equal(codings.size, 3);
});

await claim('A01_another_page_by_one_byte', () => lie('/', (q, good) => ({ body: Buffer.concat([good.body, Buffer.from(' ')]) }), /SHA-256/));
await claim('every_path_by_one_byte', async () => {
  let n = 0;
  for (const path of ['/sw.js', ...release.app.files.keys()]) {
    await lie(path, (q, good) => {
      const body = Buffer.from(good.body);
      body[body.length >> 1] ^= 1;
      return { body };
    });
    n++;
  }
  return `${n} paths`;
});
await claim('every_path_gone', async () => {
  for (const path of ['/sw.js', ...release.app.files.keys()]) await lie(path, { status: 404, body: 'not found' }, /status 404/);
});
await claim('A06_another_loader_for_the_service_worker_alone', () => lie('/sw.js', dressed('serviceworker', { body: evil }), /GET as serviceworker .*SHA-256/));
await claim('A06_another_loader_for_a_look_at_it_alone', () => lie('/sw.js', dressed('script', { body: evil }), /as script/));
await claim('A08_another_loader_for_all', async () => {
  await lie('/sw.js', { body: evil });
  const r = await (server.lies.set('/sw.js', () => ({ body: evil })), verify('--evidence', evidence));
  equal(r.code, 1);
  const found = evidenceOf(evidence);
  equal(found.origin, server.origin);
  check(found.findings.some((f) => f.path === '/sw.js' && f.body === evil), 'the rogue loader is kept');
  server.clear();
});
await claim('other_bytes_by_the_kind_of_request', async () => {
  await lie('/worker.js', dressed('worker', { body: evil }), /as worker/);
  await lie('/app.js', dressed('script', { body: evil }), /as script/);
  await lie('/app.js', dressed('empty', { body: evil }), /as empty/);
  await lie('/app.css', dressed('style', { body: 'x{}' }), /as style/);
  await lie('/', dressed('document', { body: 'x' }), /as document/);
  await lie('/icon.svg', dressed('image', { body: 'x' }), /as image/);
  await lie('/app.webmanifest', dressed('manifest', { body: 'x' }), /as manifest/);
});
await claim('other_bytes_by_the_encoding', async () => {
  for (const [coding, pick] of [['br', /br/], ['gzip', /^gzip$/], ['identity', /^identity$/]]) {
    await lie('/app.js', (q) => (pick.test(q.headers['accept-encoding']) ? { body: evil } : undefined));
  }
  await lie('/app.js', { plain: true, headers: { 'content-encoding': 'zstd' } }, /encoding that no release has/);
  await lie('/app.js', { plain: true, headers: { 'content-encoding': 'br' } }, /cannot be decoded/);
  await lie('/app.js', { plain: true, headers: { 'content-encoding': ['gzip', 'br'] } }, /twice/);
});
await claim('A03_redirect', async () => {
  await lie('/', { status: 302, headers: { location: 'https://example.com/' }, body: '' }, /location/);
  await lie('/', { status: 302, body: '' }, /status 302/);
  await lie('/core.wasm', { status: 301, headers: { location: '/elsewhere' }, body: '' }, /location/);
  check(!server.seen.some((s) => s.path === '/elsewhere'), 'not followed');
});

await claim('A18_the_policy', async () => {
  const of = (value, why) => lie('/', withHeaders({ 'content-security-policy': value }), why);
  await of(null, /has no Content-Security-Policy/);
  await of([csp, csp], /twice/);
  await of([csp, "default-src 'none'"], /twice|another/);
  await of(`${csp}, default-src *`, /comma/);
  await of(`${csp},${csp}`, /comma/);
  await of(csp.replace(/script-src [^;]*/, "script-src 'none' https:"), /another/);
  await of(csp.replace("'none'", "'NONE'"), /another/);
  await of(csp.toUpperCase(), /another/);
  await of(`${csp};`, /another/);
  await of(csp.replace('; ', ';  '), /another/);
  await lie('/app.js', withHeaders({ 'content-security-policy': null }), /has no/);
  await lie('/sw.js', withHeaders({ 'content-security-policy': csp.replace("connect-src 'self'", 'connect-src *') }), /another/);
  await lie('/', withHeaders({ 'content-security-policy-report-only': "default-src 'none'; report-uri https://example.com/" }), /refused/);
});
await claim('A18_the_policy_of_what_is_not_there', async () => {
  for (const value of [null, csp.replace("default-src 'none'", 'default-src *')]) {
    server.clear();
    server.lies.set('*', (q, good) => (good.status === 404 ? withHeaders({ 'content-security-policy': value }) : undefined));
    await ends(1, /^differs served \/sotto-verify-[0-9a-f]{16}: /m);
  }
  server.clear();
  server.lies.set('*', (q, good) => (good.status === 404 ? { status: 200, body: evil } : undefined));
  await ends(1, /^differs served \/sotto-verify-[0-9a-f]{16}: .*status 200/m);
  server.clear();
  await lie('/config.json', withHeaders({ 'content-security-policy': null }), /has no/);
  server.lies.set('*', (q, good) => (good.status === 304 ? withHeaders({ 'content-security-policy': null }) : undefined));
  await ends(1, /^differs served \/: .*has no/m);
  server.clear();
  server.lies.set('*', (q, good) => (q.method === 'POST' ? withHeaders({ 'content-security-policy': null }) : undefined));
  await ends(1, /^differs served \/: .*has no/m);
  server.clear();
});
await claim('fixed_headers', async () => {
  for (const name of ['integrity-policy', 'cross-origin-opener-policy', 'cross-origin-resource-policy', 'x-content-type-options', 'referrer-policy']) {
    await lie('/app.js', withHeaders({ [name]: null }), /has no/);
    await lie('/app.js', withHeaders({ [name]: 'unsafe-none' }), /another/);
  }
  await lie('/app.js', withHeaders({ 'x-content-type-options': ['nosniff', 'nosniff'] }), /twice/);
});
await claim('A19_headers_that_act', async () => {
  const all = {
    link: '</evil.js>; rel=modulepreload', refresh: '1; url=https://example.com/', 'speculation-rules': '"/rules.json"', 'clear-site-data': '"storage"',
    'service-worker-allowed': '/', 'set-cookie': 'a=b', 'alt-svc': 'h3=":444"', location: '/', 'permissions-policy': 'camera=*', 'x-injected': '1', nel: '{}', sourcemap: '/x.map', 'cf-ray': 'x',
  };
  for (const [name, value] of Object.entries(all)) for (const path of ['/', '/sw.js']) await lie(path, withHeaders({ [name]: value }), new RegExp(name));
  await lie('/.well-known/sotto/release/latest', withHeaders({ link: '</x>; rel=preload' }), /link/);
});
await claim('A19_early_hints', () => lie('/', { before: 'HTTP/1.1 103 Early Hints\r\nLink: </evil.js>; rel=modulepreload\r\n\r\n' }, /status 103/));
await claim('heads_that_readers_read_differently', async () => {
  const good = Object.entries({ 'content-security-policy': csp, 'integrity-policy': 'blocked-destinations=(script)', 'cross-origin-opener-policy': 'same-origin', 'cross-origin-resource-policy': 'same-origin',
    'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer', 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-cache, no-transform', connection: 'close' }).map(([k, v]) => `${k}: ${v}\r\n`).join('');
  const body = release.app.files.get('/').toString();
  const raw = (extra, head = good) => ({ raw: `HTTP/1.1 200 OK\r\n${extra}${head}content-length: ${body.length}\r\n\r\n${body}` });
  server.lies.set('/', () => raw(''));
  await ends(0, / 0 differ/);
  await lie('/', raw("X: y\r\nHTTP/1.1 200 OK\r\n"), /name: value|well-formed/);
  await lie('/', raw('Content-Security-Policy : default-src *\r\n'), /name: value|well-formed/);
  await lie('/', raw('vary: x\r\n Content-Security-Policy: default-src *\r\n'), /name: value|well-formed/);
  await lie('/', raw('Content-Security-Policy: default-src *\r\nHTTP/1.1 200 OK: x\r\n'), /name: value|well-formed|another/);
  await lie('/', raw('vary: a\x01b\r\n'), /name: value|well-formed/);
});
await claim('A31_what_a_network_may_rewrite', async () => {
  await lie('/app.js', withHeaders({ 'cache-control': 'public, max-age=60' }), /no-transform/);
  await lie('/', withHeaders({ 'cache-control': 'public, max-age=31536000, no-transform' }), /Cache-Control/);
  await lie('/sw.js', withHeaders({ 'cache-control': 'no-cache, no-transform' }), /immutable/);
  await lie('/', (q, good) => ({ body: String(good.body).replace('</body>', '<script src="https://example.com/beacon.js"></script></body>') }), /SHA-256/);
  await lie('/app.js', (q, good) => ({ body: String(good.body).replaceAll('\n', '') }), /SHA-256/);
  await lie('/app.js', withHeaders({ 'content-type': 'text/html' }), /type/);
});
await claim('A30_hostile_for_one_visitor_only_is_not_seen_by_others', async () => {
  server.lies.set('/', (q) => (q.headers.cookie ? { body: evil } : undefined));
  await ends(0, / 0 differ/);
  server.clear();
});
await claim('notes_and_proofs', async () => {
  const at = '/.well-known/sotto';
  const other = makeWorld();
  const foreign = other.release();
  await lie(`${at}/release/latest`, { body: foreign.note }, /threshold/);
  await lie(`${at}/release/latest`, { status: 404, body: '' }, /status 404/);
  await lie(`${at}/release/latest`, dressed('empty', { body: world.releases[0].note }), /another note/);
  await lie(`${at}/release/2`, { body: world.releases[0].note }, /another note/);
  await lie(`${at}/proof/2`, { body: world.proof(0) }, /inclusion/);
  await lie(`${at}/proof/2`, dressed('empty', { body: world.proof(0) }), /inclusion/);
  await lie(`${at}/first/2`, { body: world.proof(1, { times: [NOW - 60, NOW - 60] }) }, /cooling/, `${at}/release/latest`);
  await lie(`${at}/proof/2`, { body: world.proof(1, { times: [NOW + DAY, NOW + DAY, NOW + DAY] }) }, /future/);
  await lie(`${at}/release/latest`, { body: 'x'.repeat(70_000) }, /too long|longer/);
});
await claim('an_old_release_with_a_fresh_proof_of_the_newest_log', async () => {
  const at = '/.well-known/sotto';
  // Release 3 is in the log; the gateway goes on with 2, and proves it in the log as it is now.
  const grown = makeWorld();
  grown.release();
  const old = grown.release();
  const before = grown.proof(old.index);
  grown.release();
  const files = grown.wellKnown(old);
  const own = put(join(work, 'grown'), grown.trust);
  const [files0, release0] = [server.files, server.release];
  Object.assign(server, { release: old, files });
  const look = (code, line) => run(['origin', server.origin, '--trust', own, '--now', String(NOW)]).then((r) => {
    equal(r.code, code, r.out.slice(-800));
    check(line.test(r.out), `no ${line} in ${r.out.slice(-800)}`);
  });
  await look(1, /^differs release \S+\/proof\/2: newest$/m);
  files.set(`${at}/proof/2`, before);
  await look(0, / 0 differ/);
  // For a browser alone.
  server.lies.set(`${at}/proof/2`, dressed('empty', { body: grown.proof(old.index) }));
  await look(1, /^differs release \S+\/proof\/2: for a browser: newest$/m);
  server.clear();
  Object.assign(server, { release: release0, files: files0 });
});
await claim('while_the_newest_release_waits_the_one_before_it_is_served', async () => {
  const at = '/.well-known/sotto';
  const young = makeWorld();
  young.release();
  const old = young.release();
  const before = young.proof(old.index);
  const next = young.release({ logged: NOW - 3600 });
  const own = put(join(work, 'young'), young.trust);
  const [files0, release0] = [server.files, server.release];
  const files = new Map([...young.wellKnown(next), [`${at}/proof/2`, before]]);
  Object.assign(server, { release: old, files });
  const look = (code, line) => run(['origin', server.origin, '--trust', own, '--now', String(NOW)]).then((r) => {
    equal(r.code, code, r.out.slice(-800));
    check(line.test(r.out), `no ${line} in ${r.out.slice(-800)}`);
  });
  await look(0, /^waiting: release 3 /m);
  // What is served all the same is no release that runs.
  server.release = next;
  await look(1, /^differs release \S+\/latest: cooling$/m);
  // And not any other one.
  server.release = young.releases[0];
  await look(1, /^differs served \/: /m);
  server.release = old;
  files.set(`${at}/release/2`, young.releases[0].note);
  await look(1, /^differs release /m);
  Object.assign(server, { release: release0, files: files0 });
});
await claim('bodies_without_an_end', async () => {
  await lie('/app.js', { body: Buffer.alloc(65 << 20) }, /longer|cannot be decoded/);
  await lie('/config.json', { plain: true, body: Buffer.alloc(1 << 20) }, /too long|longer/);
  await lie('/', { headers: Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`x-${i}`, 'y'.repeat(2000)])) }, /longer|no release has/);
});

await claim('an_address_where_nobody_answers', async () => {
  const free = await new Promise((done) => { const s = net.createServer().listen(0, '127.0.0.1', () => { const { port } = s.address(); s.close(() => done(port)); }); });
  const r = await run(['origin', `http://127.0.0.1:${free}`, '--trust', trust, '--now', String(NOW)]);
  equal(r.code, 3, r.out);
  check(/^unreachable http/m.test(r.out), r.out);
});
await claim('a_certificate_that_nobody_vouches_for', async () => {
  execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2', '-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost', '-keyout', join(work, 'key'), '-out', join(work, 'cert')], { stdio: 'ignore' });
  const secure = createServer({ key: readFileSync(join(work, 'key')), cert: readFileSync(join(work, 'cert')) }, (q, r) => r.end());
  await new Promise((done) => secure.listen(0, '127.0.0.1', done));
  const r = await run(['origin', `https://localhost:${secure.address().port}`, '--trust', trust]);
  secure.close();
  equal(r.code, 3, r.out);
  check(/^unreachable https\S+: .*certificate/m.test(r.out), r.out);
});
await claim('a_connection_that_breaks', async () => {
  server.lies.set('/app.css', () => ({ destroy: true }));
  await ends(3, /^unreachable \/app\.css: /m);
  server.clear();
});
server.close();
finish();
