// What the page is told: the releases, what waits, what is wrong. Kept, so that it outlives the worker; shown only.
import { active, type Held, isDownload, shown, staged, trusted } from './held.ts';
import type { Code, Pending, ToPage, Trouble } from './messages.ts';
import { keptBytes, readSlot, readText, writeText } from './store.ts';
import { type Evidence, STALE_S } from './verify/accept.ts';
import { decode, sha256, toBase64url } from './verify/bytes.ts';

declare const self: ServiceWorkerGlobalScope;
declare const TRUST: string;

const ALARM_MS = 60_000;

interface News {
  readonly trouble: Trouble | null;
  readonly pending: Pending | null;
}

function isNews(x: unknown): x is News {
  if (typeof x !== 'object' || x === null || !('trouble' in x) || !('pending' in x)) return false;
  const fits = (part: unknown, names: readonly string[], type: string): boolean =>
    part === null || (typeof part === 'object' && names.every((n) => typeof Reflect.get(part ?? {}, n) === type));
  return (
    fits(x.trouble, ['code', 'path'], 'string') &&
    fits(x.trouble, ['at'], 'number') &&
    fits(x.pending, ['version'], 'string') &&
    fits(x.pending, ['seq', 'readyAt'], 'number')
  );
}

export function seconds(): number {
  return Math.floor(Date.now() / 1000);
}

let news: News | null = null;

async function read(): Promise<News> {
  if (news === null) {
    const kept = await readText('news').catch(() => null);
    news ??= isNews(kept) ? kept : { trouble: null, pending: null };
  }
  return news;
}

async function write(next: News): Promise<void> {
  const before = await read();
  news = next;
  if (JSON.stringify(next) !== JSON.stringify(before)) await writeText('news', next).catch(() => undefined);
}

/** All is well, or something newer waits. A rogue loader is not forgotten by a check of the same minute. */
export async function calm(pending: Pending | null): Promise<void> {
  const { trouble } = await read();
  const fresh = trouble?.code === 'loader-update' && Date.now() - trouble.at < ALARM_MS;
  await write({ trouble: fresh ? trouble : null, pending });
}

export async function complain(code: Code, path = '', seqs: readonly number[] = [0, 0]): Promise<void> {
  const { trouble } = await read();
  const isSame = trouble?.code === code && trouble.path === path && String(trouble.seqs) === String(seqs);
  if (!isSame || code === 'loader-update')
    await write({ trouble: { code, path, seqs, at: Date.now() }, pending: null });
}

export async function state(): Promise<ToPage> {
  const trust = await trusted();
  const [now, next, { trouble, pending }] = [await active(), await staged(), await read()];
  const seen = Math.max(now?.result.recentTime ?? 0, next?.result.recentTime ?? 0);
  return {
    t: 'release',
    active: shown(now),
    staged: shown(next),
    pending: pending && pending.seq > ((next ?? now)?.seq ?? 0) ? pending : null,
    trouble,
    stale: now !== null && trust.quorum !== '' && seen + STALE_S < seconds(),
    local: trust.line.startsWith('local/'),
  };
}

async function fileHashes({ text }: Held): Promise<unknown[]> {
  const rows: unknown[] = [];
  for (const file of text.files.values()) {
    if (isDownload(file)) continue;
    const bytes = await keptBytes(file);
    rows.push({ path: file.path, listed: file.hash, found: bytes && toBase64url(await sha256(bytes)) });
  }
  return rows;
}

/** All that others need to judge for themselves what ran here. */
export async function evidence(): Promise<ToPage> {
  const now = await active();
  const texts = (e: Evidence | null): unknown =>
    e && { note: decode(e.note), recent: decode(e.recent), first: decode(e.first) };
  const all = {
    format: 'sotto-evidence/v1',
    at: new Date().toISOString(),
    origin: self.location.origin,
    trust: TRUST,
    active: texts(now?.evidence ?? (await readSlot('active'))),
    staged: texts(await readSlot('staged')),
    files: now ? await fileHashes(now) : [],
    trouble: (await read()).trouble,
  };
  return { t: 'evidence', text: `${JSON.stringify(all, null, 1)}\n` };
}

export async function tellAll(message: ToPage): Promise<void> {
  for (const client of await self.clients.matchAll({ includeUncontrolled: true })) client.postMessage(message);
}
