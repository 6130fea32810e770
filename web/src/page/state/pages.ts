// The messages of the open chat, in pages of about fifty. Older pages are added at the front; at either far end pages
// are dropped again, so that the document stays small. Pure functions over an immutable value.
import { MessageType, type MessageView } from '../../shared/abi.gen.ts';

export const PAGE = 50;
const PAGES_MAX = 8;

export interface Page {
  /** Stable while the page lives: the id of the first message it was made with. */
  readonly key: number;
  readonly list: readonly MessageView[];
}
export interface Timeline {
  readonly chat: number;
  readonly pages: readonly Page[];
  readonly moreBefore: boolean;
  readonly moreAfter: boolean;
  /** First message that was unread when the chat was opened; 0: none. */
  readonly unreadFrom: number;
}

export function emptyTimeline(chat: number): Timeline {
  return { chat, pages: [], moreBefore: false, moreAfter: false, unreadFrom: 0 };
}

export function cut(list: readonly MessageView[]): readonly Page[] {
  const pages: Page[] = [];
  for (let end = list.length; end > 0; end -= PAGE) {
    const part = list.slice(Math.max(0, end - PAGE), end);
    pages.unshift({ key: part[0]?.id ?? 0, list: part });
  }
  return pages;
}

export function oldest(t: Timeline): number {
  return t.pages[0]?.list[0]?.id ?? 0;
}

export function newest(t: Timeline): MessageView | null {
  return t.pages.at(-1)?.list.at(-1) ?? null;
}

export function addBefore(t: Timeline, list: readonly MessageView[], more: boolean): Timeline {
  const pages = [...cut(list), ...t.pages];
  const dropped = pages.length > PAGES_MAX;
  return { ...t, pages: pages.slice(0, PAGES_MAX), moreBefore: more, moreAfter: t.moreAfter || dropped };
}

export function addAfter(t: Timeline, list: readonly MessageView[], more: boolean): Timeline {
  const pages = [...t.pages, ...cut(list)];
  const drop = Math.max(0, pages.length - PAGES_MAX);
  return { ...t, pages: pages.slice(drop), moreAfter: more, moreBefore: t.moreBefore || drop > 0 };
}

function place(list: readonly MessageView[], m: MessageView): readonly MessageView[] {
  let at = list.length;
  while (at > 0 && isLater(list[at - 1], m)) at--;
  return [...list.slice(0, at), m, ...list.slice(at)];
}

// The core gives the list in the order of (place, id); a place is never a time.
function isLater(a: MessageView | null | undefined, b: MessageView): boolean {
  return a !== null && a !== undefined && (a.place > b.place || (a.place === b.place && a.id > b.id));
}

/** Puts it into the page where it belongs: the last one that begins at or before it. */
function insert(pages: readonly Page[], m: MessageView): readonly Page[] {
  let at = pages.length - 1;
  while (at > 0 && isLater(pages[at]?.list[0], m)) at--;
  return pages.map((p, i) => (i === at ? { ...p, list: place(p.list, m) } : p));
}

/** Its place has changed: one of ours has reached the log. */
function moved(pages: readonly Page[], m: MessageView): readonly Page[] {
  const rest = pages.map((p) => ({ ...p, list: p.list.filter((x) => x.id !== m.id) })).filter((p) => p.list.length > 0);
  return rest.length > 0 ? insert(rest, m) : [{ key: m.id, list: [m] }];
}

/** Quotes of a message hold its words too: they change and go with it. */
function requote(t: Timeline, id: number, text: string): Timeline {
  const isStale = (m: MessageView): boolean => m.reply !== null && m.reply.id === id && m.reply.text !== text;
  const mend = (m: MessageView): MessageView => (m.reply && isStale(m) ? { ...m, reply: { ...m.reply, text } } : m);
  if (!t.pages.some((p) => p.list.some(isStale))) return t;
  return { ...t, pages: t.pages.map((p) => (p.list.some(isStale) ? { ...p, list: p.list.map(mend) } : p)) };
}

/** A message that changed, or a new one when `fresh` and the end of the chat is in view. */
export function putMessage(before: Timeline, m: MessageView, fresh: boolean): Timeline {
  if (m.chat !== before.chat) return before;
  const t = requote(before, m.id, m.text || (m.file?.name ?? ''));
  const known = t.pages.findIndex((p) => p.list.some((x) => x.id === m.id));
  const old = known >= 0 ? t.pages[known]?.list.find((x) => x.id === m.id) : undefined;
  if (old && old.place !== m.place) return { ...t, pages: moved(t.pages, m) };
  if (known >= 0) {
    const pages = t.pages.map((p, i) => (i === known ? { ...p, list: p.list.map((x) => (x.id === m.id ? m : x)) } : p));
    return { ...t, pages };
  }
  const last = t.pages.at(-1);
  const end = newest(t);
  const isNew = fresh || m.id > (end?.id ?? 0);
  if (end !== null && isLater(end, m))
    return isLater(t.pages[0]?.list[0], m) && t.moreBefore ? t : { ...t, pages: insert(t.pages, m) };
  if (!isNew || t.moreAfter) return t;
  if (last === undefined || last.list.length >= PAGE) return { ...t, pages: [...t.pages, { key: m.id, list: [m] }] };
  return { ...t, pages: [...t.pages.slice(0, -1), { ...last, list: place(last.list, m) }] };
}

export function dropMessage(t: Timeline, id: number): Timeline {
  const pages = requote(t, id, '')
    .pages.map((p) => (p.list.some((m) => m.id === id) ? { ...p, list: p.list.filter((m) => m.id !== id) } : p))
    .filter((p) => p.list.length > 0);
  return { ...t, pages };
}

export function findMessage(t: Timeline, id: number): MessageView | null {
  for (const p of t.pages) for (const m of p.list) if (m.id === id) return m;
  return null;
}

const GROUP_MS = 5 * 60_000;

/** Is `m` shown together with `before`, without name and picture of its own? */
export function continues(before: MessageView | null, m: MessageView): boolean {
  return (
    before !== null &&
    before.type !== MessageType.Notice &&
    m.type !== MessageType.Notice &&
    before.sender === m.sender &&
    before.mine === m.mine &&
    m.atMs - before.atMs < GROUP_MS &&
    new Date(before.atMs).toDateString() === new Date(m.atMs).toDateString()
  );
}
