// How far an own message has come: hollow, one, two, filled; words for readers.
import type { ChatView } from '../../shared/abi.gen.ts';
import { type PlainKey, t } from '../text/strings.ts';
import { Icon, type IconName } from './kit/icon.tsx';

const STATES: readonly (readonly [IconName, PlainKey])[] = [
  ['clock', 'state-queued'],
  ['check', 'state-sent'],
  ['checks', 'state-delivered'],
  ['checks', 'state-read'],
  ['alert', 'state-failed'],
];

/** waits: the name of who has no device here yet that could read it; empty when there is one. */
export function ticksName(state: number, waits: string): string {
  return state === 0 && waits ? t('state-waiting', { name: waits }) : t(STATES[state]?.[1] ?? 'state-queued');
}

/** Of a chat of two in which no device of theirs has given a sign of life: whom its words wait for. */
export function waitsFor(chat: ChatView): string {
  return chat.type === 1 && chat.silent > 0 && chat.silent === chat.devices ? chat.title : '';
}

export function Ticks({ state, waits }: { state: number; waits: string }) {
  const [icon] = STATES[state] ?? ['clock'];
  return (
    <span class={`ticks state${state}`} title={ticksName(state, waits)}>
      <Icon name={icon} size={15} />
    </span>
  );
}
