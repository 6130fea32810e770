// What one request of the app's origin gets: a listed file with the signed policy, or an answer made here. The network
// is asked for nothing but files whose hash is known, and the configuration.
import { active, type Held, isDownload } from './held.ts';
import { take } from './net.ts';
import { fetchFile, readFile } from './store.ts';
import { recover } from './update.ts';
import type { Bytes } from './verify/bytes.ts';
import { INDEX, type ListedFile } from './verify/text.ts';

const TIMEOUT_MS = 10_000;
const DOWNLOAD_TIMEOUT_MS = 120_000;
const CONFIG = '/config.json';
const CONFIG_BYTES_MAX = 4096;
/** The headers of every answer, the same as the gateway sends (verified-delivery 3.2). */
const FIXED: readonly (readonly [string, string])[] = [
  ['Integrity-Policy', 'blocked-destinations=(script)'],
  ['Cross-Origin-Opener-Policy', 'same-origin'],
  ['Cross-Origin-Resource-Policy', 'same-origin'],
  ['X-Content-Type-Options', 'nosniff'],
  ['Referrer-Policy', 'no-referrer'],
];
const LOCKED_CSP = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

function headers(csp: string, type: string): Headers {
  const h = new Headers(FIXED.map(([name, value]) => [name, value]));
  h.set('Content-Security-Policy', csp);
  h.set('Content-Type', /^text\/|json$/.test(type) ? `${type}; charset=utf-8` : type);
  h.set('Cache-Control', 'no-store');
  return h;
}

export function failure(status: 404 | 405 | 503, why = ''): Response {
  const text =
    status === 503
      ? `Sotto cannot be shown: ${why}.\nYour messages are untouched. Try again, or open the page on another device.\n`
      : 'Not one of the files of this build.\n';
  return new Response(text, { status, headers: headers(LOCKED_CSP, 'text/plain') });
}

/** A file of the active release could not be had: the next navigation may move on to a newer release. */
let isTorn = false;

async function serve(request: Request, { text }: Held, file: ListedFile): Promise<Response> {
  const bytes: Bytes | string = (await readFile(file)) ?? (await fetchFile(file, !isDownload(file)));
  if (typeof bytes === 'string') {
    isTorn ||= !isDownload(file);
    return failure(503, `${file.path} is damaged or is not the listed file`);
  }
  const h = headers(text.csp, file.type);
  if (isDownload(file)) h.set('Content-Disposition', `attachment; filename="${file.path.slice(1)}"`);
  return new Response(request.method === 'HEAD' ? null : bytes, { status: 200, headers: h });
}

/** The one thing that is not in the list: which gateway. Data, read as such, and small. */
async function config(): Promise<Response> {
  const bytes = await take(CONFIG, CONFIG_BYTES_MAX, 'no-store');
  if (bytes === 'network') return failure(503, 'a file could not be read, and the network is not there');
  if (bytes === 'refused') return failure(404);
  return new Response(bytes, { status: 200, headers: headers(LOCKED_CSP, 'application/json') });
}

async function find(request: Request): Promise<Response> {
  const { pathname } = new URL(request.url);
  if (request.method !== 'GET' && request.method !== 'HEAD') return failure(405);
  if (pathname === CONFIG) return await config();
  const isNavigation = request.mode === 'navigate';
  if (isNavigation && (isTorn || (await active()) === null)) isTorn = !(await recover()) && isTorn;
  const held = await active();
  if (held === null) return failure(503, 'the store is damaged, or no release is installed here');
  const file = held.text.files.get(isNavigation ? INDEX : pathname);
  if (file === undefined) return failure(404);
  const limit = isDownload(file) ? DOWNLOAD_TIMEOUT_MS : TIMEOUT_MS;
  return await Promise.race([serve(request, held, file), late(limit)]);
}

function late(ms: number): Promise<Response> {
  return new Promise((done) => setTimeout(() => done(failure(503, 'it took too long')), ms));
}

/** Never rejects: Firefox would ask the network, and after some faults remove the worker. */
export async function answer(request: Request): Promise<Response> {
  try {
    return await Promise.race([find(request), late(DOWNLOAD_TIMEOUT_MS)]);
  } catch {
    return failure(503, 'a file could not be read, and the network is not there');
  }
}
