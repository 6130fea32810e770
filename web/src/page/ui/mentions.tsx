// Mentions: a combobox over the members of the group, opened by @ and steered from the text field.

import type { RefObject } from 'preact';
import { useEffect, useId, useState } from 'preact/hooks';
import { ChatType, type ChatView, type MemberView } from '../../shared/abi.gen.ts';
import { ask } from '../client.ts';
import { people } from '../state/state.ts';
import { t } from '../text/strings.ts';
import { Avatar } from './kit/avatar.tsx';

const SHOWN_MAX = 6;

export function useMembers(chat: ChatView): readonly MemberView[] {
  const [members, setMembers] = useState<readonly MemberView[]>([]);
  useEffect(() => {
    if (chat.type !== ChatType.Group) {
      setMembers([]);
      return undefined;
    }
    let here = true;
    void ask({ kind: 'op_members', chat: chat.id }, 'members').then((a) => {
      if (here && a.ok) setMembers(a.value.list);
    });
    return () => {
      here = false;
    };
  }, [chat, people.value]); // every change of the chat brings a new view of it
  return members;
}

export interface Mention {
  /** Index of the @. */
  readonly at: number;
  readonly list: readonly MemberView[];
}

export function mentionAt(text: string, cursor: number, members: readonly MemberView[]): Mention | null {
  const m = /(?:^|\s)@([\p{L}\p{N}_.-]*)$/u.exec(text.slice(0, cursor));
  if (!m || members.length === 0) return null;
  const typed = (m[1] ?? '').toLocaleLowerCase();
  const list = members
    .filter(
      (x) =>
        !x.me &&
        x.name !== '' &&
        x.name
          .toLocaleLowerCase()
          .split(/\s+/)
          .some((w) => w.startsWith(typed)),
    )
    .slice(0, SHOWN_MAX);
  return list.length > 0 ? { at: cursor - typed.length - 1, list } : null;
}

interface Props {
  readonly list: readonly MemberView[];
  readonly field: RefObject<HTMLTextAreaElement | null>;
  readonly onPick: (m: MemberView) => void;
}

export function MentionList({ list, field, onPick }: Props) {
  const id = useId();
  const [at, setAt] = useState(0);
  const chosen = Math.min(at, list.length - 1);
  useEffect(() => {
    const el = field.current;
    if (!el) return undefined;
    const onKey = (e: KeyboardEvent): void => {
      const pick = list[chosen];
      if (e.key === 'ArrowDown' || e.key === 'ArrowUp') {
        e.preventDefault();
        setAt((chosen + (e.key === 'ArrowDown' ? 1 : -1) + list.length) % list.length);
      } else if ((e.key === 'Enter' || e.key === 'Tab') && pick) {
        e.preventDefault();
        e.stopImmediatePropagation();
        onPick(pick);
      }
    };
    el.setAttribute('role', 'combobox');
    el.setAttribute('aria-expanded', 'true');
    el.setAttribute('aria-controls', id);
    el.setAttribute('aria-autocomplete', 'list');
    el.setAttribute('aria-activedescendant', `${id}-${chosen}`);
    el.addEventListener('keydown', onKey, true);
    return () => {
      el.removeEventListener('keydown', onKey, true);
      for (const name of ['role', 'aria-expanded', 'aria-controls', 'aria-autocomplete', 'aria-activedescendant'])
        el.removeAttribute(name);
    };
  }, [list, chosen]);
  return (
    <>
      <p class="unseen" role="status">
        {t('mention-count', { count: list.length })}
      </p>
      <div class="mentions" role="listbox" id={id} aria-label={t('mention')}>
        {list.map((m, i) => (
          // biome-ignore lint/a11y/useFocusableInteractive lint/a11y/useKeyWithClickEvents: keys are handled in the field
          <div
            key={m.person}
            id={`${id}-${i}`}
            role="option"
            aria-selected={i === chosen}
            class="mention-option"
            onMouseDown={(e) => e.preventDefault()}
            onClick={() => onPick(m)}
          >
            <Avatar name={m.name} seed={m.person} picture={m.picture} size="s" />
            <bdi>{m.name}</bdi>
          </div>
        ))}
      </div>
    </>
  );
}
