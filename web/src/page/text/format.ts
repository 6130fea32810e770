// A small grammar over plain text: **bold**, *italic*, ~~strike~~, `code`, ```block```, > quote, lists, ||spoiler||.
// Makes a tree of data; the page turns it into nodes, never into HTML.
import type { Block, Inline } from './formatted.ts';
import { findLinks, linkFrom } from './links.ts';

const DEPTH_MAX = 6;
const PAIRS = [
  ['**', 'strong'],
  ['~~', 's'],
  ['||', 'spoiler'],
  ['*', 'em'],
  ['_', 'em'],
] as const;

const wordBefore = /[\p{L}\p{N}_]$/u;
const wordAfter = /^[\p{L}\p{N}_]/u;

/** Index of the closing mark of a pair opened before `from`, or -1. */
function closing(text: string, mark: string, from: number): number {
  if (text.length <= from || /\s/.test(text.charAt(from))) return -1;
  for (let at = text.indexOf(mark, from); at > 0; at = text.indexOf(mark, at + 1)) {
    if (at === from || /\s/.test(text.charAt(at - 1))) continue;
    if (mark === '*' && text.charAt(at + 1) === '*') {
      at++;
      continue;
    }
    if (mark === '_' && wordAfter.test(text.slice(at + 1))) continue;
    return at;
  }
  return -1;
}

interface Found {
  readonly node: Inline;
  readonly end: number;
}

function markAt(text: string, at: number, depth: number, names: readonly string[]): Found | null {
  if (text.charAt(at) === '`') {
    const end = text.indexOf('`', at + 1);
    return end > at + 1 ? { node: { t: 'code', text: text.slice(at + 1, end) }, end: end + 1 } : null;
  }
  for (const [mark, t] of PAIRS) {
    if (!text.startsWith(mark, at) || text.startsWith(mark.charAt(0).repeat(3), at)) continue;
    if (mark === '_' && wordBefore.test(text.slice(0, at))) continue;
    const end = closing(text, mark, at + mark.length);
    if (end < 0) continue;
    const inner = parseInline(text.slice(at + mark.length, end), names, depth + 1);
    return { node: { t, inner }, end: end + mark.length };
  }
  if (text.charAt(at) === '[') {
    const m = /^\[([^\]\n]{1,200})\]\((\S{1,2000}?)\)/.exec(text.slice(at));
    const link = m?.[2] ? linkFrom(m[2], m[1] ?? '') : null;
    if (m && link) return { node: link, end: at + m[0].length };
  }
  if (text.charAt(at) === '@') {
    const name = names.find((n) => text.startsWith(n, at + 1) && !wordAfter.test(text.slice(at + 1 + n.length)));
    if (name !== undefined) return { node: { t: 'mention', text: `@${name}` }, end: at + 1 + name.length };
  }
  return null;
}

/** `names`: who may be mentioned. */
export function parseInline(text: string, names: readonly string[] = [], depth = 0): readonly Inline[] {
  const out: Inline[] = [];
  const links = findLinks(text);
  let plain = '';
  const flush = (): void => {
    if (plain !== '') out.push({ t: 'text', text: plain });
    plain = '';
  };
  for (let at = 0; at < text.length; ) {
    const link = links.find((l) => l.at === at);
    const found = link ? { node: link.node, end: link.end } : depth < DEPTH_MAX ? markAt(text, at, depth, names) : null;
    if (found) {
      flush();
      out.push(found.node);
      at = found.end;
    } else {
      plain += text.charAt(at++);
    }
  }
  flush();
  return out;
}

const FENCE = /^```/;
const ITEM = /^\s{0,3}(?:([-*•])|(\d{1,9})[.)])\s+(.*)$/;

export function parseText(text: string, names: readonly string[] = []): readonly Block[] {
  const lines = text.split('\n');
  const blocks: Block[] = [];
  let para: string[] = [];
  const flush = (): void => {
    const joined = para.join('\n').replace(/^\n+|\n+$/g, '');
    if (joined !== '') blocks.push({ t: 'p', inner: parseInline(joined, names) });
    para = [];
  };
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i] ?? '';
    const fenceEnd = FENCE.test(line) ? lines.findIndex((l, j) => j > i && FENCE.test(l)) : -1;
    if (fenceEnd > i) {
      flush();
      blocks.push({ t: 'code', text: lines.slice(i + 1, fenceEnd).join('\n') });
      i = fenceEnd;
    } else if (/^>\s?/.test(line)) {
      flush();
      const quoted: string[] = [];
      for (; i < lines.length && /^>\s?/.test(lines[i] ?? ''); i++) quoted.push((lines[i] ?? '').replace(/^>\s?/, ''));
      i--;
      blocks.push({ t: 'quote', inner: parseInline(quoted.join('\n'), names) });
    } else if (ITEM.test(line)) {
      flush();
      const first = ITEM.exec(line);
      const ordered = first?.[2] !== undefined;
      const items: (readonly Inline[])[] = [];
      for (; i < lines.length; i++) {
        const m = ITEM.exec(lines[i] ?? '');
        if (!m || (m[2] !== undefined) !== ordered) break;
        items.push(parseInline(m[3] ?? '', names));
      }
      i--;
      blocks.push({ t: 'list', ordered, start: Number(first?.[2] ?? 1), items });
    } else {
      para.push(line);
    }
  }
  flush();
  return blocks;
}

/** The same text without marks, for previews and for what is spoken. */
export function plainText(text: string): string {
  const inline = (list: readonly Inline[]): string =>
    list.map((x) => (x.t === 'spoiler' ? '▒▒▒' : 'inner' in x ? inline(x.inner) : x.text)).join('');
  return parseText(text)
    .map((b) => (b.t === 'code' ? b.text : b.t === 'list' ? b.items.map(inline).join(', ') : inline(b.inner)))
    .join(' ')
    .replace(/\s+/g, ' ')
    .trim();
}

const EMOJI_ONLY =
  /^(?:\p{RI}\p{RI}|\p{Emoji}(?:\p{EMod}|\uFE0F\u20E3?|[\u{E0020}-\u{E007E}]+\u{E007F})?(?:\u200D\p{Emoji}(?:\p{EMod}|\uFE0F)?)*|\s){1,12}$/u;

/** One to four emoji and nothing else: shown large. */
export function isOnlyEmoji(text: string): boolean {
  const trimmed = text.trim();
  return trimmed !== '' && trimmed.length < 40 && !/[\d#*]/.test(trimmed) && EMOJI_ONLY.test(trimmed);
}
