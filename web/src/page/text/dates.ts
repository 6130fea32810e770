// Dates and sizes in the person's language, by Intl alone.
import { language, t } from './strings.ts';

/** The interface's language with the person's own region, for clocks and the order of dates. */
function locale(): string {
  return navigator.languages.find((l) => l.split('-')[0] === language()) ?? language();
}

const cache = new Map<string, Intl.DateTimeFormat>();

function format(ms: number, options: Intl.DateTimeFormatOptions): string {
  const key = locale() + JSON.stringify(options);
  let f = cache.get(key);
  if (!f) {
    f = new Intl.DateTimeFormat(locale(), options);
    cache.set(key, f);
  }
  return f.format(ms);
}

function daysAgo(ms: number): number {
  const day = (x: number): number => {
    const d = new Date(x);
    return Date.UTC(d.getFullYear(), d.getMonth(), d.getDate());
  };
  return Math.round((day(Date.now()) - day(ms)) / 86_400_000);
}

export function clock(ms: number): string {
  return format(ms, { hour: 'numeric', minute: '2-digit' });
}

export function fullTime(ms: number): string {
  return format(ms, { dateStyle: 'long', timeStyle: 'short' });
}

export function dayName(ms: number): string {
  const days = daysAgo(ms);
  if (days === 0) return t('today');
  if (days === 1) return t('yesterday');
  if (days > 1 && days < 7) return format(ms, { weekday: 'long' });
  const sameYear = new Date(ms).getFullYear() === new Date().getFullYear();
  return format(
    ms,
    sameYear ? { weekday: 'short', day: 'numeric', month: 'long' } : { day: 'numeric', month: 'long', year: 'numeric' },
  );
}

/** For lists: time today, then the day, then the date. */
export function shortTime(ms: number): string {
  if (ms === 0) return '';
  const days = daysAgo(ms);
  if (days <= 0) return clock(ms);
  if (days === 1) return t('yesterday');
  if (days < 7) return format(ms, { weekday: 'short' });
  return format(ms, { day: 'numeric', month: 'short', ...(days > 300 ? { year: 'numeric' } : {}) });
}

export function shortDate(ms: number): string {
  return format(ms, { dateStyle: 'medium' });
}

const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const;

export function byteSize(n: number): string {
  let unit = 0;
  let value = n;
  while (value >= 1000 && unit < UNITS.length - 1) {
    value /= 1000;
    unit++;
  }
  const options = {
    style: 'unit',
    unit: UNITS[unit] ?? 'byte',
    unitDisplay: 'short',
    maximumFractionDigits: value < 10 && unit > 0 ? 1 : 0,
  } as const;
  return new Intl.NumberFormat(locale(), options).format(value);
}

export function percent(part: number, whole: number): number {
  return whole > 0 ? Math.min(100, Math.round((part / whole) * 100)) : 0;
}
