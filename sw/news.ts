// What the page is told: the releases, what waits, what is wrong. Kept, so that it outlives the worker; shown only.
import { active, shown, staged } from './held.ts';
import type { Pending, ToPage } from './messages.ts';
import { readText, writeText } from './store.ts';

declare const self: ServiceWorkerGlobalScope;

const ALARM_MS = 60_000;
const KEPT = 'trouble';
/** Another loader is trying to replace this one. */
export const ROGUE = 'loader-update';

export function seconds(): number {
  return Math.floor(Date.now() / 1000);
}

/** null: not read yet. No code: no trouble. It may hold anything, since others could have written it. */
let trouble: Readonly<Record<string, unknown>> | null = null;
let pending: Pending | null = null;

async function read(): Promise<Readonly<Record<string, unknown>>> {
  const kept = trouble ?? (await readText(KEPT));
  trouble ??= kept;
  return trouble;
}

async function write(next: Readonly<Record<string, unknown>>): Promise<void> {
  trouble = next;
  await writeText(KEPT, next).catch(() => undefined);
}

/** All is well, or something newer waits. A check a moment later does not forget a rogue loader. */
export async function calm(waits: Pending | null): Promise<void> {
  pending = waits;
  const { code, at } = await read();
  if (code && (code !== ROGUE || !(Date.now() - Number(at) < ALARM_MS))) await write({});
}

export async function complain(code: string, path = '', seqs: readonly number[] = [0, 0]): Promise<void> {
  pending = null;
  await write({ code, path, seqs, at: Date.now() });
}

export async function state(): Promise<ToPage> {
  const [now, next, kept] = [await active(), await staged(), await read()];
  return { t: 'release', active: shown(now), staged: shown(next), pending, trouble: kept['code'] ? kept : null };
}

export async function tellAll(message: ToPage): Promise<void> {
  for (const client of await self.clients.matchAll({ includeUncontrolled: true })) client.postMessage(message);
}
