// Firefox: every answer of a guarded origin passes through here. Its headers are set, and its bytes are held back until
// they are whole and have the listed hash; so the listed service worker may stay allowed too.
import { hashBytes } from './check.ts';
import { CONFIG, LOADER, LOADER_BYTES_MAX, logCheckpoint, WELL_KNOWN } from './config.ts';
import { badge, checkIfOld, noteWithheld, ready, showBlocked, siteOf, start } from './guard.ts';
import { CLOSED_CSP, FIXED, REFUSED } from './policy.ts';
import { openRelease, originOf, type Pinned } from './state.ts';

start({
  async apply() {
    await chrome.webRequest.handlerBehaviorChanged(); // the memory cache was filled under other rules
  },
  purge(origins) {
    const hostnames = [...new Set(origins.map((o) => new URL(o).hostname))];
    return chrome.browsingData.remove({ hostnames }, { serviceWorkers: true, cache: true });
  },
});

interface Wanted {
  readonly path: string;
  readonly hash: string;
  /** Exact size, or the most that the loader may have. */
  readonly size: number;
}

function wantedOf(release: Pinned, path: string, document: boolean): Wanted | null {
  if (path === LOADER && !document) return { path, hash: release.loader, size: LOADER_BYTES_MAX };
  if (document && path !== '/') return null;
  const file = release.files.find((f) => f.path === path);
  return file === undefined ? null : { path, hash: file.hash, size: file.size };
}

function joined(parts: readonly ArrayBuffer[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(parts.reduce((n, p) => n + p.byteLength, 0));
  let at = 0;
  for (const p of parts) {
    all.set(new Uint8Array(p), at);
    at += p.byteLength;
  }
  return all;
}

function hold(origin: string, requestId: string, want: Wanted): void {
  const filter = chrome.webRequest.filterResponseData(requestId);
  const parts: ArrayBuffer[] = [];
  let n = 0;
  filter.ondata = ({ data }) => {
    n += data.byteLength;
    if (n <= want.size) parts.push(data);
  };
  filter.onstop = () => {
    const bytes = joined(parts);
    void hashBytes(bytes).then(async (hash) => {
      if (n <= want.size && hash === want.hash) {
        filter.write(bytes);
      } else {
        // Neither a script nor a style sheet; an empty answer would be a valid service worker.
        const text = `Sotto Guard: ${want.path} is not the file of the signed release. Nothing of it was shown.\n`;
        filter.write(new TextEncoder().encode(text));
        await noteWithheld(origin, want.path);
      }
      filter.close();
    });
  };
}

async function onRequest(d: RequestDetails): Promise<BlockingAnswer> {
  const { origin, pathname } = new URL(d.url);
  await ready();
  if (siteOf(origin) === undefined || d.type === 'websocket') return {};
  const document = d.type === 'main_frame' || d.type === 'sub_frame' || d.type === 'object';
  if (!document && (pathname.startsWith(WELL_KNOWN) || d.url === logCheckpoint)) return {};
  if (document) await checkIfOld(origin);
  const site = siteOf(origin);
  const release = site === undefined ? null : openRelease(site, Date.now());
  if (release === null) {
    if (d.type === 'main_frame' && d.tabId >= 0) void showBlocked(d.tabId, origin);
    return { cancel: true };
  }
  if (pathname === CONFIG && !document) return {};
  const want = wantedOf(release, pathname, document);
  if (want === null) return { cancel: true };
  hold(origin, d.requestId, want);
  return {};
}

async function onHeaders(d: ResponseDetails): Promise<BlockingAnswer> {
  const origin = originOf(d.url);
  await ready();
  const site = siteOf(origin);
  if (site === undefined) return {};
  if (d.statusCode >= 300 && d.statusCode < 400 && d.statusCode !== 304) return { cancel: true };
  const csp = openRelease(site, Date.now())?.csp ?? CLOSED_CSP;
  const set: HttpHeader[] = [['content-security-policy', csp] as const, ...FIXED].map(([name, value]) => ({
    name,
    value,
  }));
  const ours = new Set([...set.map((h) => h.name), ...REFUSED]);
  const kept = (d.responseHeaders ?? []).filter((h) => !ours.has(h.name.toLowerCase()));
  return { responseHeaders: [...kept, ...set] };
}

/** Firefox lets a request pass when a listener fails; only guarded hosts come here, so a fault closes them. */
function closed<D>(f: (d: D) => Promise<BlockingAnswer>): (d: D) => Promise<BlockingAnswer> {
  return (d) => f(d).catch(() => ({ cancel: true }));
}

const all = { urls: ['<all_urls>'] };
chrome.webRequest.onBeforeRequest.addListener(closed(onRequest), all, ['blocking']);
chrome.webRequest.onHeadersReceived.addListener(closed(onHeaders), all, ['blocking', 'responseHeaders']);
chrome.webRequest.onCompleted.addListener(
  (d) => {
    const site = siteOf(originOf(d.url));
    if (site !== undefined && d.tabId >= 0) void badge(d.tabId, site).catch(() => undefined);
    return undefined;
  },
  { urls: ['<all_urls>'], types: ['main_frame'] },
);
