// Addresses in text. When what a link shows and where it leads differ, the real host is shown beside it.
import { LinkifyIt } from 'linkify-it';
import type { Inline } from './formatted.ts';

const linkify = new LinkifyIt({ fuzzyEmail: false, fuzzyIP: false });

type Link = Extract<Inline, { t: 'link' }>;

export interface LinkAt {
  readonly at: number;
  readonly end: number;
  readonly node: Link;
}

const ALLOWED = new Set(['https:', 'http:', 'mailto:']);

function hostOf(href: string): string | null {
  try {
    const url = new URL(href);
    return ALLOWED.has(url.protocol) ? url.host : null;
  } catch {
    return null;
  }
}

/** The link, or null when its scheme is not one we follow. */
export function linkFrom(target: string, text: string): Link | null {
  const found = linkify.match(target)?.[0];
  if (found?.index !== 0 || found.lastIndex !== target.length) return null;
  const host = hostOf(found.url);
  if (host === null) return null;
  const shown = linkify.match(text)?.[0];
  const honest = shown !== undefined && shown.index === 0 && hostOf(shown.url) === host;
  return { t: 'link', href: found.url, text, host: honest ? '' : host };
}

export function findLinks(text: string): readonly LinkAt[] {
  const out: LinkAt[] = [];
  for (const m of linkify.match(text) ?? []) {
    const host = hostOf(m.url);
    if (host === null) continue;
    // Names in other alphabets that look like Latin ones: the address as the browser will dial it is shown too.
    const odd = host.includes('xn--') ? host : '';
    out.push({ at: m.index, end: m.lastIndex, node: { t: 'link', href: m.url, text: m.text, host: odd } });
  }
  return out;
}
