// Answers one request to the app's origin: with a listed file under the signed policy, or with an answer made here. The
// network is asked for nothing but files whose hash is known, and the configuration.
import { active, type Held, isDownload } from './held.ts';
import { take } from './net.ts';
import { fetchFile, readFile } from './store.ts';
import { recover } from './update.ts';
import { INDEX, type ListedFile } from './verify/text.ts';
import { isToBeCut, openerPolicy } from './windows.ts';

const TIMEOUT_MS = 30_000;
const CONFIG = '/config.json';
const CONFIG_BYTES_MAX = 4096;
/** Headers of every answer, as the gateway sends them (web/README.md "What is served") except the opener policy. */
const FIXED = {
  'Integrity-Policy': 'blocked-destinations=(script)',
  'Cross-Origin-Opener-Policy': openerPolicy,
  'Cross-Origin-Resource-Policy': 'same-origin',
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cache-Control': 'no-store',
};
const GONE = 'no network';
const LOCKED_CSP = "default-src 'none'; sandbox";

function answerOf(body: BodyInit, csp: string, type: string, status = 200, more: HeadersInit = {}): Response {
  const named = /^text|json$/.test(type) ? `${type}; charset=utf-8` : type;
  const headers = { ...FIXED, 'Content-Security-Policy': csp, 'Content-Type': named, ...more };
  return new Response(body, { status, headers });
}

export function failure(status: 404 | 405 | 503, why = ''): Response {
  const text =
    status === 503 ? `Sotto cannot be shown: ${why}.\nYour messages are untouched. Try again.\n` : 'Not here.\n';
  return answerOf(text, LOCKED_CSP, 'text/plain', status);
}

/** A file of the active release could not be fetched: the next navigation may move on to a newer release. */
let isTorn = false;

async function serve({ text }: Held, file: ListedFile): Promise<Response> {
  const bytes = (await readFile(file)) ?? (await fetchFile(file, !isDownload(file)));
  if (!bytes) {
    isTorn ||= !isDownload(file);
    return failure(503, `${file.path} is damaged`);
  }
  const name = { 'Content-Disposition': `attachment; filename="${file.path.slice(1)}"` };
  return answerOf(bytes, text.csp, file.type, 200, isDownload(file) ? name : {});
}

/** The one thing that is not in the list: which gateway. Data, read as such, and small. */
async function config(): Promise<Response> {
  const bytes = await take(CONFIG, CONFIG_BYTES_MAX, 'no-store');
  if (!bytes) return bytes === null ? failure(503, GONE) : failure(404);
  return answerOf(bytes, LOCKED_CSP, 'application/json');
}

async function find(request: Request, id: string): Promise<Response> {
  const { pathname } = new URL(request.url);
  if (request.method !== 'GET') return failure(405);
  if (pathname === CONFIG) return config();
  const isNavigation = request.mode === 'navigate';
  if (isNavigation && isToBeCut(id)) return Response.redirect(request.url);
  if (isNavigation && (isTorn || (await active()) === null)) isTorn = !(await recover()) && isTorn;
  const held = await active();
  if (held === null) return failure(503, 'no release is here');
  const file = held.text.files.get(isNavigation ? INDEX : pathname);
  if (file === undefined) return failure(404);
  return serve(held, file);
}

/** Never rejects: Firefox would then ask the network, and remove the worker after a few failures. */
export async function answer(request: Request, id: string): Promise<Response> {
  try {
    const late = new Promise<Response>((done) => setTimeout(() => done(failure(503, GONE)), TIMEOUT_MS));
    return await Promise.race([find(request, id), late]);
  } catch {
    return failure(503, GONE);
  }
}
