// One message as an article: who, words, when, delivery state. Actions by a button, a key or the context menu.
import { Component } from 'preact';
import { useState } from 'preact/hooks';
import { ChatType, type ChatView, MessageState, MessageType, type MessageView } from '../../shared/abi.gen.ts';
import { run } from '../state/actions.ts';
import { people, self } from '../state/state.ts';
import { clock, fullTime } from '../text/dates.ts';
import { errorTextOf } from '../text/errors.ts';
import { plainText } from '../text/format.ts';
import { listed, t } from '../text/strings.ts';
import { Attachment } from './attachment.tsx';
import { Body } from './body.tsx';
import { Avatar } from './kit/avatar.tsx';
import { Button, IconButton } from './kit/button.tsx';
import { Icon } from './kit/icon.tsx';
import type { Place } from './kit/menu.tsx';
import { below } from './kit/menu.tsx';
import { MessageMenu } from './message-menu.tsx';
import { noticeText } from './notice.ts';
import { Ticks, ticksName, waitsFor } from './ticks.tsx';

interface Props {
  readonly m: MessageView;
  readonly chat: ChatView;
  readonly joined: boolean;
  readonly target: boolean;
}

function missingText(m: MessageView): string {
  return m.mine ? t('missing-mine', { count: m.reason }) : t('missing', { count: m.reason, who: m.senderName });
}

/** Sent before its device was removed, read after we knew of that. */
function removedText(m: MessageView): string {
  return m.mine ? t('removed-device-mine') : t('removed-device', { who: m.senderName });
}

/** The time shown is the sender's, at most the gateway's: here both, for those who want to know. */
function bothTimes(m: MessageView): string {
  return m.saidMs > 0 && m.serverMs > 0
    ? t('time-both', { said: fullTime(m.saidMs), gateway: fullTime(m.serverMs) })
    : fullTime(m.atMs);
}

export function messageSummary(m: MessageView): string {
  if (m.type === MessageType.Deleted) return t('deleted');
  if (m.type === MessageType.Unreadable) return t('unreadable');
  if (m.type === MessageType.Missing) return missingText(m);
  return plainText(m.text) || m.file?.name || '';
}

function spokenName(m: MessageView, waits: string): string {
  const reactions = m.reactions.map((r) => `${r.emoji} ${r.count}`);
  return listed([
    m.mine ? t('you') : m.senderName,
    messageSummary(m),
    m.edited ? t('edited') : '',
    m.removed ? removedText(m) : '',
    clock(m.atMs),
    m.mine ? ticksName(m.state, waits) : '',
    ...reactions,
    m.starred ? t('is-starred') : '',
  ]);
}

function Reply({ m }: { m: MessageView }) {
  if (!m.reply) return null;
  const r = m.reply;
  return (
    <a class="reply" href={`#/chat/${m.chat}/m/${r.id}`}>
      <bdi class="reply-who">{r.senderName || t('you')}</bdi>
      <span class="reply-text" dir="auto">
        {plainText(r.text) || t('message-gone')}
      </span>
    </a>
  );
}

function Reactions({ m }: { m: MessageView }) {
  if (m.reactions.length === 0) return null;
  return (
    <ul class="reactions" aria-label={t('reactions')}>
      {m.reactions.map((r) => (
        <li key={r.emoji}>
          <button
            type="button"
            class={r.mine ? 'reaction mine' : 'reaction'}
            aria-pressed={r.mine}
            title={r.removed ? t('reaction-removed', { who: r.who }) : r.who}
            aria-label={t(r.removed ? 'reaction-by-removed' : 'reaction-by', { emoji: r.emoji, who: r.who })}
            onClick={() => void run({ kind: 'op_react', message: m.id, emoji: r.mine ? '' : r.emoji })}
          >
            <span>{r.emoji}</span>
            {r.count > 1 && <span>{r.count}</span>}
          </button>
        </li>
      ))}
    </ul>
  );
}

function Unreadable({ m }: { m: MessageView }) {
  return (
    <div class="unreadable">
      <Icon name="clock" size={16} />
      <span>{t('unreadable-why', { why: errorTextOf(m.reason) })}</span>
      <Button onClick={() => void run({ kind: 'op_retry', message: m.id })}>{t('try-again')}</Button>
    </div>
  );
}

function Missing({ m }: { m: MessageView }) {
  return (
    <div class="unreadable">
      <Icon name="clock" size={16} />
      <span>{m.asked ? t('missing-asked', { missing: missingText(m) }) : missingText(m)}</span>
      <Button onClick={() => void run({ kind: 'op_retry', message: m.id })}>{t('missing-ask')}</Button>
    </div>
  );
}

function Failed({ m }: { m: MessageView }) {
  return (
    <div class="failed" role="note">
      <span>{t('not-sent', { why: errorTextOf(m.reason) })}</span>
      <span class="row-buttons">
        <Button icon="retry" onClick={() => void run({ kind: 'op_retry', message: m.id })}>
          {t('retry')}
        </Button>
        <Button icon="trash" onClick={() => void run({ kind: 'op_delete', message: m.id, everyone: false })}>
          {t('delete')}
        </Button>
      </span>
    </div>
  );
}

function Content({ m, names }: { m: MessageView; names: readonly string[] }) {
  if (m.type === MessageType.Deleted) {
    return (
      <p class="gone">
        <Icon name="block" size={15} /> {t('deleted')}
        {m.removed && ` · ${removedText(m)}`}
      </p>
    );
  }
  if (m.type === MessageType.Unreadable) return <Unreadable m={m} />;
  if (m.type === MessageType.Missing) return <Missing m={m} />;
  return (
    <>
      <Reply m={m} />
      {m.file && <Attachment m={m} f={m.file} />}
      {m.text && <Body text={m.text} names={names} />}
      {m.twice && <p class="gone">{t('twice')}</p>}
      {m.removed && <p class="gone">{removedText(m)}</p>}
    </>
  );
}

const none: readonly string[] = [];

function mentionable(m: MessageView): readonly string[] {
  if (!m.text.includes('@')) return none;
  return [...Array.from(people.value.values(), (p) => p.name), self.value?.name ?? '']
    .filter((n) => n !== '')
    .sort((a, b) => b.length - a.length);
}

function Article({ m, chat, joined, target }: Props) {
  const [menu, setMenu] = useState<Place | null>(null);
  if (m.type === MessageType.Notice) {
    return (
      <article id={`m${m.id}`} class="notice" tabIndex={-1}>
        <p>{noticeText(m)}</p>
      </article>
    );
  }
  const person = people.value.get(m.sender);
  const group = chat.type === ChatType.Group;
  const onlyPicture = m.file !== null && m.file.width > 0 && !m.text && !m.reply;
  const side = m.mine ? 'mine' : 'theirs';
  const state = `${m.state === MessageState.Failed && m.mine ? 'bad' : ''} ${m.mentionsMe ? 'mentions-me' : ''} ${target ? 'target' : ''}`;
  return (
    <article
      id={`m${m.id}`}
      class={`message ${side} ${joined ? 'joined' : ''} ${group ? 'in-group' : ''} ${state}`}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a list of articles that arrows move through; the same menu has a button
      tabIndex={0}
      aria-label={spokenName(m, waitsFor(chat))}
      onContextMenu={(e) => {
        if (e.target instanceof Element && e.target.closest('a, img')) return;
        e.preventDefault();
        setMenu({ x: e.clientX, y: e.clientY });
      }}
      onKeyDown={(e) => {
        if (e.target !== e.currentTarget || (e.key !== 'Enter' && e.key !== 'ContextMenu')) return;
        e.preventDefault();
        setMenu(below(e));
      }}
    >
      {group && !m.mine && (
        <span class="message-avatar">
          {!joined && <Avatar name={m.senderName} seed={m.sender} picture={person?.picture ?? null} size="s" />}
        </span>
      )}
      <div class={`bubble ${onlyPicture ? 'only-picture' : ''}`}>
        {group && !m.mine && !joined && (
          <a class={`sender tint-text${m.sender % 8}`} href={`#/person/${m.sender}`}>
            <bdi>{m.senderName}</bdi>
          </a>
        )}
        <Content m={m} names={mentionable(m)} />
        <span class="meta">
          {m.starred && <Icon name="star" size={13} />}
          {m.expiresMs > 0 && <Icon name="clock" size={13} />}
          {m.edited && <span>{t('edited')}</span>}
          <time title={bothTimes(m)}>{clock(m.atMs)}</time>
          {m.mine && m.type !== MessageType.Deleted && <Ticks state={m.state} waits={waitsFor(chat)} />}
        </span>
        {m.state === MessageState.Failed && m.mine && <Failed m={m} />}
        <Reactions m={m} />
      </div>
      <span class="message-actions">
        <IconButton icon="more" label={t('message-menu')} expanded={menu !== null} onClick={(e) => setMenu(below(e))} />
      </span>
      {menu && <MessageMenu m={m} at={menu} onClose={() => setMenu(null)} />}
    </article>
  );
}

/** Rendered again only when something of it changed; signals it reads render it by themselves. */
export class Message extends Component<Props> {
  override shouldComponentUpdate(next: Props): boolean {
    const now = this.props;
    return (
      next.m !== now.m ||
      next.joined !== now.joined ||
      next.target !== now.target ||
      next.chat.type !== now.chat.type ||
      waitsFor(next.chat) !== waitsFor(now.chat)
    );
  }
  override render() {
    return <Article {...this.props} />;
  }
}
