// How far one's own message has come: hollow, one, two, filled; words for screen readers.
import { ChatType, type ChatView, MessageState } from '../../shared/abi.gen.ts';
import { type PlainKey, t } from '../text/strings.ts';
import { Icon, type IconName } from './kit/icon.tsx';

const STATES: Readonly<Record<MessageState, readonly [IconName, PlainKey]>> = {
  [MessageState.Queued]: ['clock', 'state-queued'],
  [MessageState.Sent]: ['check', 'state-sent'],
  [MessageState.Delivered]: ['checks', 'state-delivered'],
  [MessageState.Read]: ['checks', 'state-read'],
  [MessageState.Failed]: ['alert', 'state-failed'],
};

/** waits: the name of the person who has no device yet that could read it; empty when there is one. */
export function ticksName(state: MessageState, waits: string): string {
  return state === MessageState.Queued && waits ? t('state-waiting', { name: waits }) : t(STATES[state][1]);
}

/** In a chat of two where no device of theirs has given a sign of life: whom the messages wait for. */
export function waitsFor(chat: ChatView): string {
  return chat.type === ChatType.Pair && chat.silent > 0 && chat.silent === chat.devices ? chat.title : '';
}

export function Ticks({ state, waits }: { state: MessageState; waits: string }) {
  const [icon] = STATES[state];
  return (
    <span class={`ticks state${state}`} title={ticksName(state, waits)}>
      <Icon name={icon} size={15} />
    </span>
  );
}
