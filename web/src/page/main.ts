// Start: look, worker, service worker, first render. Replaces whatever the served page held.
import { effect } from '@preact/signals';
import { h, render } from 'preact';
import { type ClientEvents, startClient, tellLife } from './client.ts';
import { meetOthers, openDoor } from './door.ts';
import { followIdle, isIdle } from './idle.ts';
import { firstLook, settledLook } from './look.ts';
import { followTitle, showNotice } from './notify.ts';
import { startWorker } from './part.ts';
import { followRelease } from './release.ts';
import { loadAll, onReady } from './state/actions.ts';
import { applyChanges } from './state/patch.ts';
import { followRoute } from './state/route.ts';
import { dead, elsewhere, knocks, phase, settings, settingUp } from './state/state.ts';
import { App } from './ui/app.tsx';

function tellNow(closing: boolean): void {
  tellLife({
    visible: document.visibilityState === 'visible',
    focused: document.hasFocus(),
    online: navigator.onLine,
    closing,
    idle: isIdle(),
  });
}

function followLife(): void {
  const again = (): void => tellNow(false);
  for (const e of ['focus', 'blur', 'online', 'offline', 'pageshow'] as const) addEventListener(e, again);
  document.addEventListener('visibilitychange', again);
  addEventListener('pagehide', () => tellNow(true));
  again();
}

function start(): void {
  const events: ClientEvents = {
    ready: (status) => void onReady(status),
    changes: (changes) => {
      applyChanges(changes);
      // Unlocked, or made, in another tab.
      const waits = phase.value === 'locked' || (phase.value === 'welcome' && !settingUp.value);
      if (waits && changes.some((c) => c.kind === 'locked_changed' && c.unlocked)) void loadAll();
    },
    notify: showNotice,
    dead: (reason, detail) => {
      dead.value = { reason, detail };
      phase.value = 'dead';
    },
    meet: () => void meetOthers(),
    elsewhere: (why) => {
      elsewhere.value = why;
      phase.value = 'elsewhere';
    },
    knock: (id, open) => {
      knocks.value = [...knocks.value.filter((k) => k !== id), ...(open ? [id] : [])];
    },
  };
  startWorker(WORKER, 'core', (worker) => {
    startClient(worker, events);
    tellNow(false);
  });
  followRoute();
  followTitle();
  followIdle(() => tellNow(false));
  followLife();
  effect(() => {
    if (settings.value.size > 0) void settledLook();
  });
  followRelease();
  void openDoor();
  void firstLook().then(() => {
    const root = document.createElement('div');
    root.id = 'root';
    document.body.replaceChildren(root);
    render(h(App, {}), root);
  });
}

start();
