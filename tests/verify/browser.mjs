// The same lies, told to real browsers only: sotto-verify --browser drives a headless Chromium and compares what that has
// received. The lying server tells a browser from the checker by a header that Chromium alone sends (Connection).
import { spawn } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { check, claim, equal, finish, sleep } from '../gateway/lib.mjs';
import { evidenceOf, makeWorld, NOW, program, put, run, serve, temp } from './world.mjs';

const work = temp('browser');
const profiles = temp('profiles');
const world = makeWorld();
const release = world.release();
const server = await serve();
server.release = release;
server.files = world.wellKnown();
const trust = put(join(work, 'trust'), world.trust);
const evidence = join(work, 'evidence.json');
const verify = (...more) => run(['origin', server.origin, '--trust', trust, '--now', String(NOW), ...more], { env: { TMPDIR: profiles } });

async function ends(code, line, ...more) {
  const r = await verify(...more);
  const shown = r.out.split('\n').filter((l) => !l.startsWith('ok served')).join('\n').slice(-1500);
  check(!/AddressSanitizer|LeakSanitizer|runtime error/.test(r.out), r.out.slice(0, 800));
  equal(r.code, code, shown);
  check(line.test(r.out), `no ${line} in: ${shown}`);
  equal(readdirSync(profiles).length, 0, 'profiles left behind');
  return r.out.trim().split('\n').at(-1);
}
const toBrowsers = (answer) => (q, good) => (q.headers.connection ? (typeof answer === 'function' ? answer(q, good) : answer) : undefined);
async function lie(path, answer, why = /./) {
  server.clear();
  server.lies.set(path, toBrowsers(answer));
  await ends(0, / 0 differ/);
  await ends(1, new RegExp(`^differs \\S+ ${path.replace(/[.]/g, '\\.')}: .*${why.source}`, 'm'), '--browser', '--evidence', evidence);
  server.clear();
}
const commandOf = (pid) => { try { return readFileSync(`/proc/${pid}/cmdline`, 'utf8'); } catch { return ''; } };
const evil = 'fetch("/sink")\n';

await claim('an_honest_origin', () => ends(0, /^ok browser \/sw\.js$/m, '--browser'));
await claim('the_checker_asks_as_the_browser_does', () => {
  const headersOf = (path, dest, isBrowser) => server.seen.find((s) => s.path === path && s.dest === dest && Boolean(s.headers.connection) === isBrowser)?.headers;
  for (const [path, dest] of [['/', 'document'], ['/app.js', 'script'], ['/app.css', 'style'], ['/worker.js', 'worker'], ['/sw.js', 'serviceworker'], ['/icon.svg', 'image'], ['/app.webmanifest', 'manifest']]) {
    const real = headersOf(path, dest, true);
    const ours = headersOf(path, dest, false);
    check(real && ours, `${path}: asked by both`);
    for (const [name, value] of Object.entries(real)) {
      if (name === 'connection') continue;
      const plain = (v) => String(v).replaceAll(/\b\d{3}\b/g, 'N').replaceAll(/"[^"]*Brand";v="\d+"/g, 'brand');
      equal(plain(ours[name]), plain(value), `${path} ${name}`);
    }
    equal(Object.keys(ours).filter((name) => !(name in real)).join(' '), '', `${path}: more headers than the browser`);
  }
});
await claim('A01_another_page', () => lie('/', { body: '<!doctype html><title>evil</title>' }, /SHA-256/));
await claim('A06_another_loader', async () => {
  await lie('/sw.js', (q) => (q.headers['sec-fetch-dest'] === 'serviceworker' ? { body: evil } : undefined), /SHA-256/);
  check(evidenceOf(evidence).findings.some((f) => f.path === '/sw.js' && f.body === evil), 'the rogue loader is kept');
});
await claim('another_script_style_worker', async () => {
  const paths = ['/app.js', '/app.css', '/worker.js'];
  // What is not run is asked for all the same: the page is honest, and the worker's script is asked for by the script.
  for (const path of paths.slice(1)) server.lies.set(path, toBrowsers({ body: evil }));
  const r = await verify('--browser');
  equal(r.code, 1, r.out.slice(-600));
  for (const path of paths.slice(1)) check(new RegExp(`^differs browser ${path}: .*SHA-256`, 'm').test(r.out), r.out.slice(-600));
  await lie(paths[0], { body: evil }, /SHA-256/);
});
await claim('A18_another_policy', () => lie('/', { headers: { 'content-security-policy': [release.app.csp, "default-src 'none'"] } }, /twice|another|name: value/));
await claim('A19_headers_that_act', () => lie('/app.css', { headers: { link: '</evil.js>; rel=preload' } }, /link/));
await claim('A03_redirect', () => lie('/', { status: 302, headers: { location: '/elsewhere' }, body: '' }, /location|302/));
await claim('a_page_that_registers_nothing_still_shows_its_loader', async () => {
  server.lies.set('/app.js', toBrowsers({ body: 'document.title = 1' }));
  server.lies.set('/sw.js', toBrowsers({ body: evil }));
  await ends(1, /^differs loader \/sw\.js: /m, '--browser');
  server.clear();
});
await claim('a_page_that_asks_another_origin', async () => {
  const other = `http://localhost:${server.port}/elsewhere.svg`;
  server.lies.set('/', toBrowsers({ body: `<!doctype html><title>x</title><img src="${other}">`, headers: { 'content-security-policy': null } }));
  await ends(1, /^differs browser http:\/\/localhost:\d+\/elsewhere\.svg: the page asks another origin/m, '--browser');
  server.clear();
});
await claim('a_browser_that_is_not_there', () => ends(3, /^unreachable \S*nothing: No such file/m, `--browser=${join(work, 'nothing')}`));
await claim('a_browser_that_ends_at_once', () => ends(3, /^unreachable/m, '--browser=/bin/true'));
await claim('a_signal_leaves_no_browser_behind', async () => {
  const browsers = () => readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && commandOf(pid).includes(profiles)).length;
  server.clear();
  const child = spawn(program, ['origin', server.origin, '--trust', trust, '--now', String(NOW), '--browser'], { stdio: 'ignore', env: { ...process.env, TMPDIR: profiles } });
  const gone = new Promise((done) => child.on('exit', (code, signal) => done(signal)));
  for (let i = 0; i < 300 && !server.seen.some((s) => s.headers.connection); i++) await sleep(50);
  check(browsers() > 0, 'a browser runs');
  child.kill('SIGTERM');
  equal(await gone, 'SIGTERM');
  equal(browsers(), 0, 'browsers');
  equal(readdirSync(profiles).length, 0, 'profiles');
});
server.close();
finish();
