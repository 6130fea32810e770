// The composer: text that grows, reply and edit above it, mentions, emoji, files by button, paste and drop.
import { useEffect, useRef, useState } from 'preact/hooks';
import { type ChatView, type MemberView, MessageState, MessageType, type MessageView } from '../../shared/abi.gen.ts';
import { tell } from '../client.ts';
import { settle } from '../state/actions.ts';
import { type DraftKeeper, editing, keepDraft } from '../state/draft.ts';
import { findMessage } from '../state/pages.ts';
import { timeline, vanished } from '../state/patch.ts';
import { setting } from '../state/state.ts';
import { t } from '../text/strings.ts';
import { AttachDialog } from './attach-dialog.tsx';
import { chatTitle } from './chat-list.tsx';
import { EmojiPanel } from './emoji.tsx';
import { IconButton } from './kit/button.tsx';
import { Icon } from './kit/icon.tsx';
import { MentionList, mentionAt, useMembers } from './mentions.tsx';
import { messageSummary } from './message.tsx';
import { composing } from './message-menu.tsx';

const TEXT_BYTES_MAX = 16_384;

type Mode = { readonly what: 'reply' | 'edit'; readonly m: MessageView } | null;

function ModeBar({ mode, onEnd }: { mode: NonNullable<Mode>; onEnd: () => void }) {
  return (
    <div class="mode-bar">
      <Icon name={mode.what} size={18} flip />
      <span class="mode-text">
        <strong>
          {mode.what === 'edit' ? t('editing') : t('replying', { name: mode.m.mine ? t('you') : mode.m.senderName })}
        </strong>
        <span dir="auto">{messageSummary(findMessage(timeline.value, mode.m.id) ?? mode.m)}</span>
      </span>
      <IconButton icon="close" label={t('cancel')} onClick={onEnd} />
    </div>
  );
}

function lastOwn(): MessageView | null {
  for (const page of [...timeline.value.pages].reverse()) {
    for (const m of [...page.list].reverse())
      if (m.mine && m.type === MessageType.Text && m.state !== MessageState.Failed) return m;
  }
  return null;
}

export function Composer({ chat }: { chat: ChatView }) {
  const field = useRef<HTMLTextAreaElement>(null);
  const keeper = useRef<DraftKeeper | null>(null);
  const [text, setTextState] = useState(chat.draft);
  const [mode, setMode] = useState<Mode>(null);
  const [emoji, setEmoji] = useState(false);
  const [files, setFiles] = useState<readonly File[]>([]);
  const [cursor, setCursor] = useState(0);
  const [dropping, setDropping] = useState(false);
  const kept = useRef('');
  const mentioned = useRef(new Map<string, number>());
  const members = useMembers(chat);

  useEffect(() => {
    const k = keepDraft(chat);
    keeper.current = k;
    return () => {
      k.end();
      editing.value = false;
    };
  }, [chat.id]);
  // Restores a reply that was begun in another session, once its message is in view.
  useEffect(() => {
    if (chat.draftReply && mode === null) {
      const m = findMessage(timeline.value, chat.draftReply);
      if (m) setMode({ what: 'reply', m });
    }
  }, [timeline.value.chat]);
  useEffect(() => {
    editing.value = mode?.what === 'edit';
  }, [mode]);
  // Another tab may have continued the draft while this one was not in use.
  useEffect(() => {
    if (document.activeElement !== field.current && mode?.what !== 'edit') setTextState(chat.draft);
  }, [chat.draft]);

  const setText = (value: string): void => {
    setTextState(value);
    if (mode?.what !== 'edit') keeper.current?.changed(value, mode?.what === 'reply' ? mode.m.id : 0);
  };
  const begin = (next: NonNullable<Mode>): void => {
    if (next.what === 'edit') {
      kept.current = mode?.what === 'edit' ? kept.current : text;
      setTextState(next.m.text);
    } else {
      if (mode?.what === 'edit') setTextState(kept.current);
      keeper.current?.changed(mode?.what === 'edit' ? kept.current : text, next.m.id);
    }
    setMode(next);
    field.current?.focus();
  };
  const endMode = (): void => {
    if (mode?.what === 'edit') setTextState(kept.current);
    else keeper.current?.changed(text, 0);
    setMode(null);
    field.current?.focus();
  };
  // The message it replies to or edits was deleted meanwhile: its words go from here too.
  const isVain = mode !== null && vanished.value.has(mode.m.id);
  useEffect(() => {
    if (isVain) endMode();
  }, [isVain]);
  useEffect(() => {
    const wish = composing.value;
    if (!wish || wish.m.chat !== chat.id) return;
    composing.value = null;
    begin(wish);
  }, [composing.value]);

  const send = async (): Promise<void> => {
    const value = text.trim();
    if (value === '') return;
    if (new TextEncoder().encode(value).length > TEXT_BYTES_MAX) {
      setFiles([new File([value], 'message.txt', { type: 'text/plain' })]);
      return;
    }
    const was = mode;
    const mentions = [...mentioned.current].filter(([name]) => value.includes(`@${name}`)).map(([, id]) => id);
    setMode(null);
    setTextState(was?.what === 'edit' ? kept.current : '');
    const outcome =
      was?.what === 'edit'
        ? await tell({ kind: 'op_edit', message: was.m.id, text: value })
        : await tell({ kind: 'op_send', chat: chat.id, text: value, replyTo: was?.m.id ?? 0, mentions });
    if (settle(outcome)) {
      if (was?.what !== 'edit') keeper.current?.clear();
      mentioned.current.clear();
    } else {
      setTextState(value);
      setMode(was);
    }
  };

  const insert = (what: string, from?: number): void => {
    const el = field.current;
    if (!el) return;
    const start = from ?? el.selectionStart;
    const next = text.slice(0, start) + what + text.slice(el.selectionEnd);
    setText(next);
    setTimeout(() => {
      el.focus();
      el.setSelectionRange(start + what.length, start + what.length);
      setCursor(start + what.length);
    });
  };
  const mention = mentionAt(text, cursor, members);
  const pickMention = (m: MemberView): void => {
    if (!mention) return;
    mentioned.current.set(m.name, m.person);
    insert(`@${m.name} `, mention.at);
  };

  const enterSends = setting('enter-sends', 'on') !== 'off';
  const onKeyDown = (e: KeyboardEvent): void => {
    if (e.isComposing) return;
    const wantsSend = e.key === 'Enter' && !e.shiftKey && (e.ctrlKey || e.metaKey || enterSends);
    if (wantsSend) {
      e.preventDefault();
      void send();
    } else if (e.key === 'ArrowUp' && text === '' && mode === null) {
      const m = lastOwn();
      if (!m) return;
      e.preventDefault();
      begin({ what: 'edit', m });
    } else if (e.key === 'Escape' && mode) {
      e.preventDefault();
      e.stopPropagation();
      endMode();
    }
  };
  const take = (list: FileList | undefined | null): boolean => {
    const taken = Array.from(list ?? []);
    if (taken.length > 0) setFiles(taken);
    return taken.length > 0;
  };

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping files is an addition to the button
    <div
      class={dropping ? 'composer dropping' : 'composer'}
      onDragOver={(e) => {
        e.preventDefault();
        setDropping(true);
      }}
      onDragLeave={() => setDropping(false)}
      onDrop={(e) => {
        e.preventDefault();
        setDropping(false);
        take(e.dataTransfer?.files);
      }}
    >
      {mode && !isVain && <ModeBar mode={mode} onEnd={endMode} />}
      {mention && <MentionList list={mention.list} field={field} onPick={pickMention} />}
      {emoji && (
        // biome-ignore lint/a11y/noStaticElementInteractions: Escape closes what the button opened
        <div
          class="emoji-pop"
          onKeyDown={(e) => {
            if (e.key !== 'Escape') return;
            e.stopPropagation();
            setEmoji(false);
            field.current?.focus();
          }}
        >
          <EmojiPanel onPick={(x) => insert(x)} />
        </div>
      )}
      <form
        class="composer-row"
        onSubmit={(e) => {
          e.preventDefault();
          void send();
        }}
      >
        <label class="icon-button" title={t('attach')}>
          <Icon name="attach" />
          <span class="unseen">{t('attach')}</span>
          <input
            type="file"
            class="unseen"
            multiple
            onChange={(e) => {
              take(e.currentTarget.files);
              e.currentTarget.value = '';
            }}
          />
        </label>
        <textarea
          id="composer"
          ref={field}
          rows={1}
          dir={text ? 'auto' : undefined}
          value={text}
          aria-label={t('write-to', { name: chatTitle(chat) })}
          placeholder={t('write')}
          enterkeyhint={enterSends ? 'send' : 'enter'}
          onInput={(e) => {
            setText(e.currentTarget.value);
            setCursor(e.currentTarget.selectionStart);
          }}
          onSelect={(e) => setCursor(e.currentTarget.selectionStart)}
          onKeyDown={onKeyDown}
          onBlur={() => keeper.current?.flush()}
          onPaste={(e) => {
            if (take(e.clipboardData?.files)) e.preventDefault();
          }}
        />
        <IconButton icon="smile" label={t('emoji')} expanded={emoji} onClick={() => setEmoji(!emoji)} />
        <IconButton icon="send" label={t('send')} submit flip tone="accent" disabled={text.trim() === ''} />
      </form>
      {files.length > 0 && (
        <AttachDialog
          chat={chat}
          files={files}
          caption={text}
          replyTo={mode?.what === 'reply' ? mode.m.id : 0}
          onClose={() => setFiles([])}
          onSent={() => {
            setFiles([]);
            setMode(null);
            setTextState('');
            keeper.current?.clear();
          }}
        />
      )}
    </div>
  );
}
