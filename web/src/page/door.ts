// The service worker and what it says of the code that runs here. Nothing is unlocked or made before `mayOpen`
// agrees; what goes wrong later locks and covers the page (`alarm`).
import { signal } from '@preact/signals';
import { endClient, takePort, tell } from './client.ts';
import { forgetHere, isAnythingLeft, markHere } from './door-left.ts';
import { isDoorNews, type News, type Pending, type Shown, type Trouble } from './door-news.ts';
import { isAlone, isSame, mine, noPreload, registrations, SCRIPT, workers } from './door-workers.ts';
import { collectEvidence } from './evidence.ts';
import { scriptUrl } from './trusted.ts';

const WAIT_MS = 30_000;
const WATCH_MS = 2000;
const CHECK_MS = 3_600_000;
const GUARD_MS = 5000;
const STALE_S = 14 * 86_400;
const ALARM = 'sotto-alarm';
const SOFT = 'sotto-soft-reload';

/** What may be claimed of the code: see web/language/en.json, `code-*`. */
export type Mark = 'checking' | 'checked' | 'local' | 'guarded' | 'portable' | 'stale' | 'unchecked' | 'differs';
/** Why nothing is opened here. */
export type Refusal =
  | 'no-worker'
  | 'bypassed'
  | 'second-worker'
  | 'other-release'
  | 'not-accepted'
  | 'silent'
  | 'opened'
  | 'clock';
export type AlarmCode = 'loader-update' | 'second-worker' | 'reset' | 'older-release';
export interface Alarm {
  readonly code: AlarmCode;
  readonly at: number;
  /** The release in use at that time. */
  readonly release: string;
}

export const mark = signal<Mark>(PORTABLE ? 'portable' : 'checking');
export const shown = signal<Shown | null>(null);
export const staged = signal<Shown | null>(null);
export const pending = signal<Pending | null>(null);
export const trouble = signal<Trouble | null>(null);
export const refusal = signal<Refusal | ''>('');
export const alarm = signal<Alarm | null>(null);
/** Another tab has switched; this one still runs the previous release. */
export const outdated = signal(false);

const running = new URL(import.meta.url).pathname;

let settle: (open: boolean) => void = () => undefined;
const opened = new Promise<boolean>((done) => {
  settle = done;
});
let wasPinned = false;

/** Resolves true once the running code is the code that was checked. Whatever opens or makes a store waits for it. */
export function mayOpen(): Promise<boolean> {
  return PORTABLE ? Promise.resolve(true) : opened;
}

function allow(next: Mark): void {
  mark.value = next;
  settle(true);
}

function refuse(why: Refusal): void {
  refusal.value = why;
  mark.value =
    why === 'no-worker' || why === 'bypassed' || why === 'silent' || why === 'opened' ? 'unchecked' : 'differs';
  settle(false);
  endClient();
}

/** Locks at once, covers the whole page with the alarm, and keeps it for the next start. */
export function raise(code: AlarmCode): void {
  void tell({ kind: 'op_lock' });
  if (alarm.value) return;
  alarm.value = { code, at: Date.now(), release: shown.value?.hash ?? '' };
  mark.value = 'differs';
  try {
    localStorage.setItem(ALARM, JSON.stringify(alarm.value));
  } catch {
    // no room: it stays on the screen
  }
}

function isAlarm(x: unknown): x is Alarm {
  return typeof x === 'object' && x !== null && 'code' in x && 'at' in x && 'release' in x;
}

/** The person has read it and goes on. */
export function dismissAlarm(): void {
  localStorage.removeItem(ALARM);
  if (alarm.value?.code === 'reset') forgetHere();
  location.reload();
}

async function recall(): Promise<void> {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(ALARM) ?? 'null');
    if (isAlarm(kept)) {
      alarm.value = kept;
      mark.value = 'differs';
    }
  } catch {
    localStorage.removeItem(ALARM);
  }
  if (alarm.value || (await registrations()).length > 0 || !(await isAnythingLeft())) return;
  // Guard removes the worker when it is new here.
  if (await isGuarded()) return;
  alarm.value = { code: 'reset', at: Date.now(), release: '' };
  mark.value = 'differs';
}

/** A page that was loaded past its worker (a hard reload) is loaded once more in the ordinary way. */
function softReload(): boolean {
  if (sessionStorage.getItem(SOFT) !== null) return false;
  sessionStorage.setItem(SOFT, '1');
  location.reload();
  return true;
}

/** Guard marks the document soon after it is there, but may first have to wake up. Under it there may be no worker. */
async function isGuarded(): Promise<boolean> {
  for (const end = Date.now() + GUARD_MS; Date.now() < end; ) {
    if (document.documentElement.dataset['sottoGuard']) return true;
    await new Promise((done) => setTimeout(done, 50));
  }
  return false;
}

async function withoutWorker(): Promise<void> {
  if (await isGuarded()) allow('guarded');
  else refuse('no-worker');
}

function say(message: { readonly t: string; readonly seq?: number; readonly loader?: string }): void {
  mine?.postMessage(message);
}

/** The service worker hands out ports to the other windows that it served. Without one this window is alone. */
export async function meetOthers(): Promise<void> {
  if (await mayOpen()) say({ t: 'meet' });
}

/** It is so long since witnesses saw what is held here that a newer release may be withheld from us. */
function isStale({ active, staged: next }: Extract<News, { t: 'release' }>): boolean {
  const seen = Math.max(active?.time ?? 0, next?.time ?? 0);
  return seen > 0 && seen + STALE_S < Date.now() / 1000;
}

function pinned(news: Extract<News, { t: 'release' }>): void {
  const { active } = news;
  if (active === null) {
    if (news.trouble) refuse(news.trouble.code === 'clock' ? 'clock' : 'not-accepted');
    return;
  }
  if (!active.app.includes(running)) {
    if (wasPinned) outdated.value = true;
    else if (!softReload()) refuse('other-release');
    return;
  }
  sessionStorage.removeItem(SOFT);
  wasPinned = true;
  history.replaceState({ sotto: active.seq }, '');
  markHere();
  allow(BUILD.local ? 'local' : isStale(news) ? 'stale' : 'checked');
}

function onNews(news: News, ports: readonly MessagePort[]): void {
  if (news.t === 'alarm') return raise('loader-update');
  if (news.t === 'opened') return refuse('opened');
  if (news.t === 'meet') {
    const [port] = ports;
    if (port && refusal.value === '' && !alarm.value) takePort(port, news.tap);
    return;
  }
  if (news.t === 'switched') {
    outdated.value = true;
    return;
  }
  if (news.t !== 'release') return;
  // The loader never goes back by itself. The sealed store would notice too, but later; no port may be taken meanwhile.
  if (!BUILD.local && news.active && news.active.seq < (shown.value?.seq ?? 0)) raise('older-release');
  shown.value = news.active;
  staged.value = news.staged;
  pending.value = news.pending;
  trouble.value = news.trouble;
  if (news.trouble?.code === 'loader-update') return raise('loader-update');
  if (alarm.value === null) pinned(news);
}

/** Messages of the worker that served this page; before there is one, only why none could be installed. */
function onMessage(e: MessageEvent<unknown>): void {
  if (!isDoorNews(e.data)) return;
  if (mine !== null && e.source === mine) onNews(e.data, e.ports);
  else if (mine === null && e.data.t === 'release' && e.data.active === null) onNews(e.data, []);
}

/** Locks first, then looks: whoever answers now did not serve this page. */
async function onController(): Promise<void> {
  if (mine === null) return;
  void tell({ kind: 'op_lock' });
  if (workers?.controller) raise('loader-update');
  else if ((await registrations()).length === 0 && !(await isGuarded())) raise('reset');
}

/** Watches, while the page is open, for another worker or for none any more. */
function watch(registration: ServiceWorkerRegistration): void {
  registration.addEventListener('updatefound', () => {
    // The script never changes while its keys live: a new one is never routine.
    if (registration.active) raise('loader-update');
  });
  const look = async (): Promise<void> => {
    const all = await registrations();
    const [first] = all;
    if (!isAlone(all)) raise('second-worker');
    else if (first === undefined) {
      if (!(await isGuarded())) raise('reset');
    } else if (!isSame(first)) raise('loader-update');
    else await noPreload(first);
  };
  void look();
  setInterval(() => void look(), WATCH_MS);
  setInterval(() => say({ t: 'check' }), CHECK_MS); // it may stay open for weeks
  addEventListener('focus', () => void look());
  addEventListener('hashchange', () => history.replaceState({ sotto: 1 }, ''));
}

/** The first visit, or a start past the worker (a hard reload): it did not serve this page, which is loaded again. */
async function startAgain(from: ServiceWorkerContainer): Promise<void> {
  await from.ready;
  if (!softReload()) refuse('bypassed');
}

export async function openDoor(): Promise<void> {
  if (PORTABLE) return;
  if (workers === null) return await withoutWorker();
  await recall();
  workers.addEventListener('message', onMessage);
  workers.addEventListener('controllerchange', () => void onController());
  workers.startMessages();
  if (!isAlone(await registrations())) return refuse('second-worker');
  let registration: ServiceWorkerRegistration;
  try {
    registration = await workers.register(scriptUrl(SCRIPT), { scope: '/', updateViaCache: 'all' });
  } catch {
    // blocked by Guard, which checks by itself; or a private window
    if (refusal.value === '') await withoutWorker();
    return;
  }
  setTimeout(() => {
    if (mark.value === 'checking') refuse('silent');
  }, WAIT_MS);
  if (mine === null) return alarm.value ? undefined : await startAgain(workers);
  watch(registration);
  say({ t: 'state' });
  say({ t: 'check' });
}

/** Switches to the staged release; every tab is told. The caller has saved what is half-written. */
export function takeUpdate(): void {
  if (outdated.value) return location.reload();
  const seq = staged.value?.seq;
  if (seq === undefined) return;
  workers?.addEventListener('message', (e: MessageEvent<unknown>) => {
    if (e.source === mine && isDoorNews(e.data) && e.data.t === 'switched') location.reload();
  });
  say({ t: 'switch', seq });
}

/** The person has compared the hash of the other loader elsewhere. The release is checked again, with that one agreed. */
export function agreeLoader(hash: string): void {
  say({ t: 'check', loader: hash });
}

/** What can be shown to others: note, proofs, and hashes of the files kept here. */
export function evidence(): Promise<string> {
  return collectEvidence({ trouble: trouble.value, alarm: alarm.value });
}
