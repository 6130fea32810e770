// How far an own message has come: hollow, one, two, filled; words for readers.
import { type Key, t } from '../text/strings.ts';
import { Icon, type IconName } from './kit/icon.tsx';

const STATES: readonly (readonly [IconName, Key])[] = [
  ['clock', 'state-queued'],
  ['check', 'state-sent'],
  ['checks', 'state-delivered'],
  ['checks', 'state-read'],
  ['alert', 'state-failed'],
];

export function ticksName(state: number): string {
  return t(STATES[state]?.[1] ?? 'state-queued');
}

export function Ticks({ state }: { state: number }) {
  const [icon] = STATES[state] ?? ['clock'];
  return (
    <span class={`ticks state${state}`} title={ticksName(state)}>
      <Icon name={icon} size={15} />
    </span>
  );
}
