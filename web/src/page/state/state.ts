// All that the page knows, as signals. Changed by patch.ts and actions.ts only; it can be dropped and asked for again.
import { computed, signal } from '@preact/signals';
import type {
  ChatView,
  DeviceView,
  LinkProgress,
  LinkView,
  PersonView,
  RequestView,
  State,
  Status,
} from '../../shared/abi.gen.ts';
import type { DeadReason, Elsewhere } from '../../shared/protocol.ts';
import { route } from './route.ts';

/** `welcome` begins when there is no store, `locked` when there is one, `open` when it is unlocked;
 * `elsewhere`: another window has it. */
export type Phase = 'starting' | 'welcome' | 'locked' | 'open' | 'elsewhere' | 'dead';

export const phase = signal<Phase>('starting');
export const status = signal<Status>({ kind: 'status', exists: false, unlocked: false, slots: [], waitMs: 0 });
export const dead = signal<{ readonly reason: DeadReason; readonly detail: string } | null>(null);
export const elsewhere = signal<Elsewhere>('open');
/** Windows that want in, for the person to decide. */
export const knocks = signal<readonly string[]>([]);
/** The first run continues after the account is made, so `open` alone does not end it. */
export const welcomeStep = signal<'' | 'safe' | 'invite'>('');

/** This tab is making or fetching the account; set before, so that its own change does not end the first run. */
export const settingUp = signal(false);

export const self = signal<State | null>(null);
export const chats = signal<ReadonlyMap<number, ChatView>>(new Map());
export const people = signal<ReadonlyMap<number, PersonView>>(new Map());
export const requests = signal<readonly RequestView[]>([]);
export const devices = signal<readonly DeviceView[]>([]);
export const links = signal<readonly LinkView[]>([]);
export const settings = signal<ReadonlyMap<string, string>>(new Map());
export const typing = signal<ReadonlyMap<number, string>>(new Map());
export const linkProgress = signal<LinkProgress | null>(null);
export const showArchived = signal(false);
/** false until the first list of chats has come. */
export const loaded = signal(false);

export const chatOrder = computed(() => {
  const list = Array.from(chats.value.values()).filter((c) => c.archived === showArchived.value);
  return list.sort((a, b) => Number(b.pinned) - Number(a.pinned) || b.lastMs - a.lastMs || b.id - a.id);
});

export const openChat = computed(() =>
  route.value.view === 'chat' ? (chats.value.get(route.value.id) ?? null) : null,
);

function muted(c: ChatView): boolean {
  return c.mutedUntilMs > Date.now();
}

/** Unread in chats that may make themselves heard, for the title and the badge. */
export const unreadTotal = computed(() => {
  let n = 0;
  for (const c of chats.value.values()) if (!c.archived && !muted(c)) n += c.unread;
  return n;
});

export function setting(key: string, otherwise: string): string {
  return settings.value.get(key) ?? otherwise;
}
