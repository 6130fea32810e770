// What is said about the built files: the policy, the headers, the text of the release note, and the lists that WEBCAT
// and WAICT read. All of it is made from the same map of path to bytes. See
// web/README.md "What is served"; the grammar of the note is wasm/release/text.h.
import { createHash } from 'node:crypto';

const TYPES = {
  css: 'text/css', gz: 'application/gzip', html: 'text/html', js: 'text/javascript', json: 'application/json', png: 'image/png',
  svg: 'image/svg+xml', txt: 'text/plain', wasm: 'application/wasm', webmanifest: 'application/manifest+json', zip: 'application/zip',
};

/** @param {Buffer | string} bytes */
export const sha256 = (bytes) => createHash('sha256').update(bytes).digest();
const url64 = (bytes) => sha256(bytes).toString('base64url');
const typeOf = (path) => TYPES[path === '/' ? 'html' : path.split('.').pop()];
const byBytes = (a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b));

/** Addresses of witnesses: the loader asks them whether the log has grown past what the gateway shows. */
export function witnessOrigins(trust) {
  const urls = [...trust.matchAll(/^witness \S+ \S+ (\S+)$/gm)].map((m) => new URL(m[1]).origin);
  return [...new Set(urls)].sort();
}

/**
 * `scripts`: SHA-256 (base64) of the app and of each language; nothing else runs in the window.
 * `plain`: for a gateway without TLS, which is on one's own machine only and is reached by ws:.
 */
export function policy({ scripts, trust, plain }) {
  return [
    "default-src 'none'", `script-src ${scripts.map((hash) => `'sha256-${hash}'`).join(' ')} 'wasm-unsafe-eval'`, "worker-src 'self'", "style-src 'self'",
    "img-src 'self' blob: data:", 'media-src blob:', "font-src 'self'",
    ["connect-src 'self' wss:", ...(plain ? ['ws:'] : []), ...witnessOrigins(trust)].join(' '), "manifest-src 'self'",
    "frame-src 'none'", "object-src 'none'", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'",
    "require-trusted-types-for 'script'", 'trusted-types sotto-url',
  ].join('; ');
}

export function headers({ csp, waict }) {
  return [
    ['Content-Security-Policy', csp], ['Integrity-Policy', 'blocked-destinations=(script)'],
    ['Cross-Origin-Opener-Policy', 'same-origin'], ['Cross-Origin-Resource-Policy', 'same-origin'],
    ['X-Content-Type-Options', 'nosniff'], ['Referrer-Policy', 'no-referrer'],
    ...(waict ? [['Integrity-Policy-WAICT-v1', `max-age=90, mode=report, manifest="${waict.path}"`]] : []),
  ].map(([name, value]) => `${name}: ${value}\n`).join('');
}

/** The text that maintainers sign. `wasm`: base64 SHA-256 of each module. */
export function noteText({ line, version, seq, prev, commit, toolchain, loader, csp, wasm, files }) {
  return `${[
    'sotto-release/v1', `line ${line}`, `version ${version}`, `seq ${seq}`, `prev ${prev}`, `commit ${commit}`, `toolchain ${toolchain}`,
    `loader ${url64(loader)}`, `csp ${csp}`,
    ...wasm.map((hash) => `wasm ${Buffer.from(hash, 'base64').toString('base64url')}`).sort(byBytes),
    ...[...files.keys()].sort(byBytes).map((path) => `file ${path} ${files.get(path).length} ${url64(files.get(path))} ${typeOf(path)}`),
  ].join('\n')}\n`;
}

/** Sorted keys, no white space, only `"` and `\` escaped: what WEBCAT signs. */
export function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value === 'object') return `{${Object.keys(value).sort(byBytes).map((k) => `${canonical(k)}:${canonical(value[k])}`).join(',')}}`;
  if (typeof value === 'number') return String(value);
  return `"${value.replace(/[\\"]/g, '\\$&')}"`;
}

/** The rules by which WEBCAT judges a policy; the first that is broken, or ''. */
export function webcatObjects(csp) {
  if (csp.includes(',')) return 'a comma';
  const allowed = {
    'default-src': /^'(none|self)'$/, 'script-src': /^('none'|'self'|'wasm-unsafe-eval'|'sha(256|384|512)-[A-Za-z0-9+/]+=*')$/,
    'style-src': /^('none'|'self'|'unsafe-inline'|'unsafe-hashes'|'sha(256|384|512)-[A-Za-z0-9+/]+=*')$/, 'object-src': /^'none'$/,
    'frame-src': /^('none'|'self'|blob:|data:)$/, 'child-src': /^('none'|'self'|blob:|data:)$/, 'worker-src': /^'(none|self)'$/,
  };
  const seen = new Map(csp.split('; ').map((d) => [d.split(' ')[0], d.split(' ').slice(1)]));
  for (const name of ['default-src', 'script-src', 'style-src', 'object-src', 'worker-src']) if (!seen.has(name)) return `no ${name}`;
  for (const [name, rule] of Object.entries(allowed)) {
    const values = seen.get(name) ?? [];
    const odd = values.find((v) => !rule.test(v));
    if (odd) return `${name} ${odd}`;
    if (values.includes("'none'") && values.length > 1) return `${name} 'none' and more`;
  }
  return '';
}

/** WEBCAT's manifest of the same files. Its `timestamp`, a cosigned Sigsum tree head, is added when it is enrolled. */
export function webcatManifest({ line, version, csp, wasm, files }) {
  const why = webcatObjects(csp);
  if (why) throw new Error(`WEBCAT would refuse this policy: ${why}`);
  const served = [...files.keys()].filter((p) => !/\.(wasm|zip|gz)$/.test(p) && !/^\/sotto-.*\.html$/.test(p));
  const listed = served.map((p) => [p === '/' ? '/index.html' : p, url64(files.get(p))]);
  return canonical({
    app: line, version, default_csp: csp, extra_csp: {}, default_index: 'index.html', default_fallback: '/index.html',
    files: Object.fromEntries(listed), wasm: wasm.map((h) => Buffer.from(h, 'base64').toString('base64url')).sort(byBytes),
  });
}

/** WAICT's manifest (draft of 2026-04-15) and the path its hash gives it. */
export function waictManifest({ wasm, files, loader }) {
  const all = new Map([...files, ['/sw.js', loader]]);
  const hashes = Object.fromEntries([...all.keys()].sort(byBytes).map((p) => [p, url64(all.get(p))]));
  const body = `${JSON.stringify({ hashes, wasm_hashes: wasm.map((h) => Buffer.from(h, 'base64').toString('base64url')).sort(byBytes) })}\n`;
  return { body, path: `/.well-known/waict/manifests/m_${url64(body).slice(0, 22)}` };
}
