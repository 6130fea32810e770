// The words of the popup and of the page that stands in for a refused one: `guard-...` in web/language/*.json.
import { languages, said } from 'sotto:words';
import type { PlainKey, Takes } from './words.gen.ts';

export type { PlainKey } from './words.gen.ts';

const asked = chrome.i18n.getUILanguage().split('-')[0] ?? '';
const language = Object.hasOwn(languages, asked) ? asked : 'en';
const spoken = languages[language];
const words = spoken?.table();

export function say(key: PlainKey): string {
  return said(words?.[key] ?? key, {});
}

export function number(n: number): string {
  return new Intl.NumberFormat(language).format(n);
}

function past(key: keyof Takes, count: number): string {
  return said(words?.[key] ?? key, { count });
}

export function ago(ms: number, now: number): string {
  const minutes = Math.max(0, Math.floor((now - ms) / 60_000));
  if (minutes < 120) return past('minutes', minutes);
  return minutes < 2880 ? past('hours', Math.floor(minutes / 60)) : past('days', Math.floor(minutes / 1440));
}

const WHY: Record<string, PlainKey> = {
  trust: 'why-trust',
  'note-format': 'why-form',
  'proof-format': 'why-form',
  'checkpoint-format': 'why-form',
  'release-signature': 'why-signed',
  threshold: 'why-signed',
  line: 'why-line',
  'log-origin': 'why-log',
  'log-signature': 'why-log',
  'log-fork': 'why-log',
  'witness-signature': 'why-witness',
  quorum: 'why-witness',
  inclusion: 'why-included',
  rollback: 'why-rollback',
  equivocation: 'why-fork',
  previous: 'why-fork',
  future: 'why-clock',
  stale: 'why-stale',
  cooling: 'why-cooling',
  loader: 'why-loader',
};

export function sayWhy(verdict: string): string {
  return say(WHY[verdict] ?? 'why-network');
}

export function direct(): void {
  document.documentElement.lang = language;
  document.documentElement.dir = spoken?.dir ?? 'ltr';
}
