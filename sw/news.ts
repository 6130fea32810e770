// What the page is told: the releases, what waits, what is wrong. Kept, so that it outlives the worker; shown only.
import { active, shown, staged } from './held.ts';
import type { Pending, ToPage, Trouble } from './messages.ts';
import { readText, writeText } from './store.ts';

declare const self: ServiceWorkerGlobalScope;

const ALARM_MS = 60_000;
const KEPT = 'trouble';

export function seconds(): number {
  return Math.floor(Date.now() / 1000);
}

/** undefined: not read yet. It may be anything: others could have written there. */
let trouble: unknown;
let pending: Pending | null = null;

async function read(): Promise<unknown> {
  if (trouble === undefined) {
    const kept = await readText(KEPT).catch(() => null);
    trouble ??= kept;
  }
  return trouble;
}

function field(of: unknown, name: keyof Trouble): unknown {
  return Reflect.get(Object(of), name);
}

async function write(next: Trouble | null): Promise<void> {
  const before = await read();
  trouble = next;
  if (next !== before) await writeText(KEPT, next).catch(() => undefined);
}

/** All is well, or something newer waits. A rogue loader is not forgotten by a check of the same minute. */
export async function calm(waits: Pending | null): Promise<void> {
  pending = waits;
  const now = await read();
  if (field(now, 'code') !== 'loader-update' || !(Date.now() - Number(field(now, 'at')) < ALARM_MS)) await write(null);
}

export async function complain(code: string, path = '', seqs: readonly number[] = [0, 0]): Promise<void> {
  pending = null;
  const now = await read();
  const isSame = String([field(now, 'code'), field(now, 'path'), field(now, 'seqs')]) === String([code, path, seqs]);
  if (!isSame || code === 'loader-update') await write({ code, path, seqs, at: Date.now() });
}

export async function state(): Promise<ToPage> {
  const [now, next] = [await active(), await staged()];
  return { t: 'release', active: shown(now), staged: shown(next), pending, trouble: await read() };
}

export async function tellAll(message: ToPage): Promise<void> {
  for (const client of await self.clients.matchAll({ includeUncontrolled: true })) client.postMessage(message);
}
