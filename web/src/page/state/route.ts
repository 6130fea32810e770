// Where the person is: hash routes, so that Back works everywhere and no route reaches a server.
import { computed, signal } from '@preact/signals';

export type Section = 'chats' | 'people' | 'settings';
export interface Route {
  readonly section: Section;
  /** What fills the main pane: '' nothing, else chat, requests, starred, new, person, settings, add ... */
  readonly view: string;
  readonly id: number;
  /** A message to show, or the name of a settings page, or the link to add. */
  readonly extra: string;
  readonly info: boolean;
}

function number(text: string | undefined): number {
  const n = Number(text);
  return Number.isSafeInteger(n) && n > 0 ? n : 0;
}

export function parseRoute(hash: string): Route {
  const parts = hash.replace(/^#?\/?/, '').split('/');
  const [head = '', second, third, fourth] = parts;
  const base = { section: 'chats' as const, id: 0, extra: '', info: false };
  switch (head) {
    case 'chat':
      return {
        ...base,
        view: 'chat',
        id: number(second),
        info: third === 'info',
        extra: third === 'm' ? (fourth ?? '') : '',
      };
    case 'people':
      return { ...base, section: 'people', view: '' };
    case 'person':
      return { ...base, section: 'people', view: 'person', id: number(second) };
    case 'settings':
      return { ...base, section: 'settings', view: second ? 'settings' : '', extra: second ?? '' };
    case 'requests':
    case 'starred':
    case 'new':
    case 'group':
      return { ...base, view: head };
    case 'open': {
      // web+sotto: addresses arrive whole, as one part.
      const inside = decodeURIComponent(parts.slice(1).join('/')).replace(/^[^#]*/, '');
      return inside ? { ...base, view: 'add', extra: inside } : { ...base, view: '' };
    }
    case 'add':
    case 'join':
    case 'link':
      return { ...base, view: 'add', extra: `#/${parts.join('/')}` };
    default:
      return { ...base, view: '' };
  }
}

const hash = signal(typeof location === 'undefined' ? '' : location.hash);
export const route = computed(() => parseRoute(hash.value));

/** Returns what ends it. */
export function followRoute(): () => void {
  const update = (): void => {
    hash.value = location.hash;
  };
  addEventListener('hashchange', update);
  return () => removeEventListener('hashchange', update);
}

export function go(to: string): void {
  const target = `#/${to}`;
  if (location.hash === target) return;
  location.hash = target;
  hash.value = target;
}

/** Without a new entry in the history. */
export function replaceRoute(to: string): void {
  history.replaceState(null, '', `#/${to}`);
  hash.value = `#/${to}`;
}
