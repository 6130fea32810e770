// What one request of the app's origin gets: a listed file with the listed headers, or an answer made here.
import { INDEX, type ListedFile, type Release } from './release.ts';
import { fetchFile, type Note, readFile, readNote } from './store.ts';

const TIMEOUT_MS = 10_000;
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

/** Without TLS, which is on one's own machine only, the gateway is reached by ws:. The gateway adds the same. */
export function cspFor(csp: string, protocol: string): string {
  return protocol === 'http:' ? csp.replace(' wss:', ' wss: ws:') : csp;
}

function headers(csp: string, type: string): Headers {
  const h = new Headers(FIXED.map(([name, value]) => [name, value]));
  h.set('Content-Security-Policy', cspFor(csp, self.location.protocol));
  h.set('Content-Type', type);
  h.set('Cache-Control', 'no-store');
  return h;
}

export function failure(status: 404 | 503, why: string): Response {
  const text =
    status === 404
      ? 'Not one of the files of this build.\n'
      : `Sotto cannot be shown: ${why}.\nYour messages are untouched. Try again, or open the page on another device.\n`;
  return new Response(text, { status, headers: headers(LOCKED_CSP, 'text/plain; charset=utf-8') });
}

function typeOf(file: ListedFile): string {
  return file.type.startsWith('text/') || file.type.endsWith('json') ? `${file.type}; charset=utf-8` : file.type;
}

async function serve(release: Release, file: ListedFile): Promise<Response> {
  const bytes = (await readFile(file)) ?? (await fetchFile(file));
  if (bytes === null) return failure(503, `${file.path} is damaged or is not the listed file`);
  return new Response(bytes, { status: 200, headers: headers(release.csp, typeOf(file)) });
}

/** The one thing that is not in the list: which gateway. Data, read as such, and small. */
async function config(): Promise<Response> {
  const answer = await fetch(CONFIG, { cache: 'no-store', credentials: 'omit', redirect: 'error' });
  const text = await answer.text();
  if (answer.status !== 200 || text.length > CONFIG_BYTES_MAX) return failure(404, '');
  return new Response(text, { status: 200, headers: headers(LOCKED_CSP, 'application/json; charset=utf-8') });
}

async function find(request: Request, active: Promise<Note | null>): Promise<Response> {
  const url = new URL(request.url);
  const note = await active;
  if (note === null) return failure(503, 'no build is installed here');
  if (request.method !== 'GET') return failure(404, '');
  if (url.pathname === CONFIG) return await config();
  const path = request.mode === 'navigate' ? INDEX : url.pathname;
  const file = note.release.files.get(path);
  return file === undefined ? failure(404, '') : await serve(note.release, file);
}

function timeout(): Promise<Response> {
  return new Promise((done) => setTimeout(() => done(failure(503, 'it took too long')), TIMEOUT_MS));
}

/** Never rejects: Firefox would ask the network, and after some faults remove the worker. */
export async function answer(request: Request): Promise<Response> {
  try {
    return await Promise.race([find(request, readNote('active')), timeout()]);
  } catch {
    return failure(503, 'a file could not be read, and the network is not there');
  }
}
