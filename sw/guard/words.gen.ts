// Made by web/language.js from web/language/en.json.

export type PlainKey =
  | 'title'
  | 'guarded'
  | 'pending'
  | 'refused'
  | 'unreachable'
  | 'unchecked'
  | 'none'
  | 'guarded-hint'
  | 'none-hint'
  | 'site'
  | 'version'
  | 'release'
  | 'index'
  | 'log-size'
  | 'witnesses'
  | 'proven'
  | 'checked'
  | 'withheld'
  | 'check'
  | 'guard'
  | 'blocked-title'
  | 'pending-title'
  | 'unreachable-title'
  | 'unchecked-title'
  | 'nothing-ran'
  | 'verdict'
  | 'offered'
  | 'accepted'
  | 'what-now'
  | 'why-form'
  | 'why-signed'
  | 'why-line'
  | 'why-log'
  | 'why-witness'
  | 'why-included'
  | 'why-rollback'
  | 'why-fork'
  | 'why-clock'
  | 'why-stale'
  | 'why-cooling'
  | 'why-loader'
  | 'why-trust'
  | 'why-network'
  | 'why-wait';

/** What the other messages take. */
export interface Takes {
  minutes: { count: number };
  hours: { count: number };
  days: { count: number };
}
