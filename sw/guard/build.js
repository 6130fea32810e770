// Builds Sotto Guard from one source: OUT/chromium and OUT/firefox to be loaded unpacked, and one zip of each.
// Deterministic: same sources, trust and sites, same bytes.
//
// Usage: node sw/guard/build.js --trust FILE --site ORIGIN [--site ORIGIN]... --out DIR [--version V]
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { guardWords } from '../../web/language.js';
import { zip } from './zip.js';

const here = dirname(fileURLToPath(import.meta.url));
const root = resolve(here, '../..');
const esbuild = createRequire(join(root, 'web/package.json'))('esbuild');

async function bundle(entry, define) {
  const result = await esbuild.build({
    absWorkingDir: root, entryPoints: [`sw/guard/${entry}`], bundle: true, write: false, format: 'iife', target: 'es2022', legalComments: 'none',
    charset: 'utf8', plugins: [guardWords], define: Object.fromEntries(Object.entries(define).map(([k, v]) => [k, JSON.stringify(v)])),
  });
  return Buffer.from(result.outputFiles[0].contents);
}

/** The static rules, from the same module that makes the dynamic ones. */
async function closedRules(sites, define) {
  const script = await esbuild.build({
    absWorkingDir: root, stdin: { contents: `export { closedRules } from './rules.ts'`, resolveDir: here }, bundle: true, write: false, format: 'esm',
    define: Object.fromEntries(Object.entries(define).map(([k, v]) => [k, JSON.stringify(v)])),
  });
  const { closedRules: of } = await import(`data:text/javascript;base64,${Buffer.from(script.outputFiles[0].contents).toString('base64')}`);
  return sites.reduce((rules, site) => [...rules, ...of(site, rules.length + 1)], []);
}

/** Firefox knows no ports in patterns; Guard compares whole origins itself. */
const pattern = (origin, firefox) => `${firefox ? origin.replace(/:\d+$/, '') : origin}/*`;

function manifest(firefox, { version, sites, logs }) {
  const hosts = [...new Set([...sites, ...logs].map((o) => pattern(o, firefox)))];
  const own = {
    permissions: ['declarativeNetRequest', 'webRequest', 'storage', 'alarms', 'browsingData', 'scripting', 'activeTab'],
    background: { service_worker: 'background.js' },
    minimum_chrome_version: '122',
    declarative_net_request: { rule_resources: [{ id: 'closed', enabled: true, path: 'closed.json' }] },
  };
  const ownFirefox = {
    permissions: ['webRequest', 'webRequestBlocking', 'webRequestFilterResponse', 'webRequestFilterResponse.serviceWorkerScript', 'storage', 'alarms', 'browsingData', 'scripting', 'activeTab'],
    background: { scripts: ['background.js'] },
    browser_specific_settings: { gecko: { id: 'guard@sotto.invalid', strict_min_version: '128.0', data_collection_permissions: { required: ['none'] } } },
  };
  return {
    manifest_version: 3,
    name: 'Sotto Guard',
    version,
    description: 'Lets only the signed and publicly logged release of Sotto run on the sites it guards.',
    icons: { 192: 'icon.png' },
    action: { default_popup: 'popup.html', default_icon: 'icon.png', default_title: 'Sotto Guard' },
    ...(firefox ? ownFirefox : own),
    host_permissions: hosts,
    optional_host_permissions: ['https://*/*'],
    content_scripts: [{ matches: [...new Set(sites.map((o) => pattern(o, firefox)))], js: ['content.js'], run_at: 'document_start' }],
    content_security_policy: {
      extension_pages: `default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src https: ${[...sites, ...logs].join(' ')}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    },
  };
}

/** @param {{ trust: string, sites: string[], out: string, version?: string }} o trust: the text */
export async function buildGuard({ trust, sites, out, version }) {
  if (!trust.startsWith('sotto-trust/v1\n')) throw new Error('not a trust file');
  for (const site of sites) if (new URL(site).origin !== site) throw new Error(`not an origin: ${site}`);
  if (sites.length === 0) throw new Error('no --site');
  const named = version ?? JSON.parse(readFileSync(join(root, 'web/package.json'), 'utf8')).version;
  const logs = [...trust.matchAll(/^log \S+ (\S+)$/gm)].map((m) => new URL(m[1]).origin);
  const define = { TRUST: trust, SITES: sites, VERSION: named };
  const shared = new Map([['guard.css', readFileSync(join(here, 'guard.css'))], ['icon.png', readFileSync(join(root, 'web/icons/icon-192.png'))]]);
  for (const page of ['popup', 'blocked']) {
    shared.set(`${page}.html`, readFileSync(join(here, `${page}.html`)));
    shared.set(`${page}.js`, await bundle(`${page}.ts`, define));
  }
  shared.set('content.js', await bundle('content.ts', define));
  const made = [];
  for (const browser of ['chromium', 'firefox']) {
    const files = new Map(shared);
    files.set('background.js', await bundle(`${browser}.ts`, define));
    files.set('manifest.json', Buffer.from(`${JSON.stringify(manifest(browser === 'firefox', { version: named, sites, logs }), null, 2)}\n`));
    if (browser === 'chromium') files.set('closed.json', Buffer.from(`${JSON.stringify(await closedRules(sites, define))}\n`));
    const folder = join(out, browser);
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    for (const [name, bytes] of files) writeFileSync(join(folder, name), bytes);
    const packed = join(out, `sotto-guard-${named}-${browser}.zip`);
    writeFileSync(packed, zip(files));
    made.push(packed);
  }
  return made;
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const text = { type: /** @type {const} */ ('string') };
  const { values } = parseArgs({ options: { trust: text, out: text, version: text, site: { ...text, multiple: true } } });
  if (!values.trust || !values.out || !values.site) throw new Error('usage: node sw/guard/build.js --trust FILE --site ORIGIN... --out DIR');
  for (const path of await buildGuard({ trust: readFileSync(values.trust, 'utf8'), sites: values.site, out: resolve(values.out), version: values.version })) console.log(path);
}
