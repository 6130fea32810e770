// The event listeners, nothing else.
import { answer } from './answer.ts';
import { complain, ROGUE, state, tellAll } from './news.ts';
import { check, install, switchTo } from './update.ts';
import { isHeard, leadAnew, meet } from './windows.ts';

declare const self: ServiceWorkerGlobalScope;

async function installOrTell(): Promise<void> {
  try {
    await install();
  } catch (e) {
    await tellAll(await state()); // the waiting page learns why
    throw e;
  }
}

self.addEventListener('install', (e) => {
  e.waitUntil(installOrTell());
});

self.addEventListener('activate', (e) => {
  e.waitUntil(leadAnew());
});

// A preload would ask the server for every page without us. Any script of the origin can switch it on.
void self.registration.navigationPreload?.disable().catch(() => undefined);

self.addEventListener('fetch', (e) => {
  if (new URL(e.request.url).origin === location.origin) e.respondWith(answer(e.request, e.resultingClientId));
});

async function onMessage(message: unknown, source: unknown): Promise<void> {
  if (!(source instanceof WindowClient) || !(await isHeard(source))) return;
  const { t, seq, loader = '' }: Readonly<Record<string, unknown>> = Object(message);
  if (t === 'meet') return meet(source);
  if (t === 'check') await check(String(loader));
  if (t === 'switch' && typeof seq === 'number' && (await switchTo(seq))) await tellAll({ t: 'switched', seq });
  await tellAll(await state());
}

self.addEventListener('message', (e) => {
  e.waitUntil(onMessage(e.data, e.source));
});

async function onOtherLoader(): Promise<void> {
  await tellAll({ t: 'alarm', code: ROGUE });
  await complain(ROGUE, '/sw.js');
}

// This script never changes while its keys live: once it is active, another one is an alarm. This is no barrier: the
// other one is already running.
self.registration.addEventListener('updatefound', () => {
  if (self.registration.active) void onOtherLoader();
});
