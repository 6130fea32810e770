// Every error of the core in words: what happened and what to do. Does not type-check until every error has some.
import type { ErrorName } from '../../shared/abi.gen.ts';
import { errorNames } from '../../shared/abi.gen.ts';
import { type PlainKey, t } from './strings.ts';

const words: Readonly<Record<ErrorName, PlainKey>> = {
  ok: 'err-bug',
  input: 'err-input',
  'input-version': 'err-version',
  'input-suite': 'err-version',
  auth: 'err-auth',
  'auth-passphrase': 'err-passphrase',
  'auth-policy': 'err-policy',
  state: 'err-state',
  'state-epoch': 'err-epoch',
  'state-future': 'err-future',
  'state-locked': 'err-locked',
  'state-own': 'err-state',
  'state-replay': 'err-state',
  limit: 'err-limit',
  'limit-rate': 'err-rate',
  'limit-quota': 'err-quota',
  gone: 'err-gone',
  store: 'err-store',
  'store-corrupt': 'err-corrupt',
  'store-full': 'err-full',
  'store-newer': 'err-newer',
  'store-older': 'err-older',
  host: 'err-host',
  'host-memory': 'err-memory',
  bug: 'err-bug',
};

export function errorText(name: ErrorName): string {
  return t(words[name]);
}

/** By the number that messages carry. */
export function errorTextOf(code: number): string {
  return errorText(errorNames[code] ?? 'bug');
}
