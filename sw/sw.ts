// The event listeners, nothing else.
import { answer } from './answer.ts';
import { complain, state, tellAll } from './news.ts';
import { check, install, switchTo } from './update.ts';

declare const self: ServiceWorkerGlobalScope;

async function installOrTell(): Promise<void> {
  try {
    await install();
  } catch (e) {
    await tellAll(await state()); // the page that waits learns why
    throw e;
  }
  await self.skipWaiting();
}

self.addEventListener('install', (e) => {
  e.waitUntil(installOrTell());
});

self.addEventListener('activate', (e) => {
  e.waitUntil(self.clients.claim());
});

self.addEventListener('fetch', (e) => {
  if (new URL(e.request.url).origin === self.location.origin) e.respondWith(answer(e.request));
});

async function onMessage(message: unknown): Promise<void> {
  if (typeof message !== 'object' || message === null || !('t' in message)) return;
  const { t } = message;
  if (t === 'check') await check('loader' in message ? String(message.loader) : '');
  if (t === 'switch' && 'seq' in message && typeof message.seq === 'number') {
    if (await switchTo(message.seq)) await tellAll({ t: 'switched', seq: message.seq });
  }
  await tellAll(await state());
}

self.addEventListener('message', (e) => {
  e.waitUntil(onMessage(e.data));
});

async function onOtherLoader(): Promise<void> {
  await tellAll({ t: 'alarm', code: 'loader-update' });
  await complain('loader-update', '/sw.js');
}

// This script never changes while its keys live: once it is active, another one is an alarm. It is no barrier, since
// the other one runs already.
self.registration.addEventListener('updatefound', () => {
  if (self.registration.active) void onOtherLoader();
});

self.addEventListener('notificationclick', (e) => {
  e.notification.close();
  e.waitUntil(
    self.clients.matchAll({ type: 'window' }).then((all) => (all[0] ? all[0].focus() : self.clients.openWindow('/'))),
  );
});
