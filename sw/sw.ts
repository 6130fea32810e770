// The event listeners, nothing else.
import { answer } from './answer.ts';
import { check, installFirst, state, switchBuild } from './update.ts';

declare const self: ServiceWorkerGlobalScope;

self.addEventListener('install', (e) => {
  e.waitUntil(installFirst().then(() => self.skipWaiting()));
});

self.addEventListener('activate', (e) => {
  e.waitUntil(self.clients.claim());
});

self.addEventListener('fetch', (e) => {
  if (new URL(e.request.url).origin === self.location.origin) e.respondWith(answer(e.request));
});

async function tellAll(message: unknown): Promise<void> {
  for (const client of await self.clients.matchAll({ includeUncontrolled: true })) client.postMessage(message);
}

async function onMessage(what: unknown): Promise<void> {
  if (what === 'check') await check().catch(() => undefined); // offline
  if (what === 'switch' && (await switchBuild())) await tellAll('switched');
  if (what === 'state' || what === 'check') await tellAll(await state());
}

self.addEventListener('message', (e) => {
  e.waitUntil(onMessage(e.data));
});

self.addEventListener('notificationclick', (e) => {
  e.notification.close();
  e.waitUntil(
    self.clients.matchAll({ type: 'window' }).then((all) => (all[0] ? all[0].focus() : self.clients.openWindow('/'))),
  );
});
