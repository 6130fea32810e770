// One chat: header, what is special about it, timeline, composer.
import { useEffect, useLayoutEffect, useState } from 'preact/hooks';
import { ChatNote, ChatState, ChatType, type ChatView, Role, Settle, Verified } from '../../shared/abi.gen.ts';
import { closeTimeline, openTimeline, run } from '../state/actions.ts';
import { go, route } from '../state/route.ts';
import { startSearch } from '../state/search.ts';
import { self, typing } from '../state/state.ts';
import { t } from '../text/strings.ts';
import { ChatConfirm } from './chat-confirm.tsx';
import { ChatAvatar, chatTitle } from './chat-list.tsx';
import { Composer } from './composer.tsx';
import { Button, IconButton } from './kit/button.tsx';
import { below, Menu, type MenuItem, type Place } from './kit/menu.tsx';
import { TimelineView } from './timeline.tsx';

const HOUR_MS = 3_600_000;

function subtitle(c: ChatView): string {
  const typist = typing.value.get(c.id);
  if (typist !== undefined) return c.type === ChatType.Group ? t('typing-who', { name: typist }) : t('typing');
  if (c.type === ChatType.Self) return t('note-to-self-hint');
  if (c.type === ChatType.Group) return t('members-count', { count: c.members });
  return [
    c.verified === Verified.Now ? t('verified') : '',
    c.devices > 0 ? t('devices-count', { count: c.devices }) : '',
    c.silent > 0 ? t('devices-silent', { count: c.silent }) : '',
  ]
    .filter(Boolean)
    .join(' · ');
}

export function chatMenu(chat: ChatView, ask: (what: 'delete' | 'leave') => void): MenuItem[] {
  const set = (key: string, value: number) => (): void => void run({ kind: 'op_chat_set', chat: chat.id, key, value });
  const muted = chat.mutedUntilMs > Date.now();
  const items: MenuItem[] = [
    { icon: 'search', label: t('search-here'), run: () => startSearch(chat.id), keys: 'Ctrl F' },
    { icon: 'pin', label: t(chat.pinned ? 'unpin' : 'pin'), run: set('pinned', chat.pinned ? 0 : 1) },
    {
      icon: muted ? 'bell' : 'bellOff',
      label: t(muted ? 'unmute' : 'mute-8h'),
      run: set('muted-until', muted ? 0 : Date.now() + 8 * HOUR_MS),
    },
  ];
  if (!muted)
    items.push({ icon: 'bellOff', label: t('mute-always'), run: set('muted-until', Date.now() + 1000 * 24 * HOUR_MS) });
  items.push(
    {
      icon: 'archive',
      label: t(chat.archived ? 'unarchive' : 'archive-chat'),
      run: set('archived', chat.archived ? 0 : 1),
    },
    { icon: 'chats', label: t('mark-unread'), run: set('unread', 1) },
  );
  if (chat.type === ChatType.Group && chat.state === ChatState.Open)
    items.push({ icon: 'logout', label: t('group-leave'), run: () => ask('leave'), danger: true });
  if (chat.type !== ChatType.Self)
    items.push({ icon: 'trash', label: t('chat-delete'), run: () => ask('delete'), danger: true });
  return items;
}

function Header({ chat }: { chat: ChatView }) {
  const [menu, setMenu] = useState<Place | null>(null);
  const [asking, setAsking] = useState<'delete' | 'leave' | null>(null);
  const info = route.value.info;
  const sub = subtitle(chat);
  return (
    <header class="chat-header">
      <span class="only-narrow">
        <IconButton icon="back" label={t('back')} flip onClick={() => go('')} />
      </span>
      <a class="chat-who" href={info ? `#/chat/${chat.id}` : `#/chat/${chat.id}/info`} aria-expanded={info}>
        <ChatAvatar chat={chat} />
        <span class="chat-who-text">
          <h1>
            <bdi>{chatTitle(chat)}</bdi>
          </h1>
          {sub && <span class={typing.value.has(chat.id) ? 'typing' : ''}>{sub}</span>}
        </span>
      </a>
      <IconButton icon="search" label={t('search-here')} onClick={() => startSearch(chat.id)} />
      <IconButton icon="more" label={t('chat-menu')} expanded={menu !== null} onClick={(e) => setMenu(below(e))} />
      {menu && (
        <Menu label={t('chat-menu')} at={menu} items={chatMenu(chat, setAsking)} onClose={() => setMenu(null)} />
      )}
      {asking && <ChatConfirm chat={chat} what={asking} onClose={() => setAsking(null)} />}
    </header>
  );
}

function Notice({ chat }: { chat: ChatView }) {
  if (self.value?.dropped) return null; // said above; nothing can be done here
  if (chat.note === ChatNote.Fork) {
    return (
      <div class="bar caution" role="note">
        <span>{t('branches', { name: chatTitle(chat) })}</span>
        <Button onClick={() => go(`person/${chat.person}`)}>{t('compare')}</Button>
        <Button onClick={() => void run({ kind: 'op_fork_settle', person: chat.person })}>{t('branches-keep')}</Button>
      </div>
    );
  }
  if (chat.note === ChatNote.KeyChanged || chat.verified === Verified.Changed) {
    return (
      <div class="bar caution" role="note">
        <span>{t('key-changed', { name: chatTitle(chat) })}</span>
        <Button onClick={() => go(`person/${chat.person}`)}>{t('compare')}</Button>
      </div>
    );
  }
  if (chat.note === ChatNote.ReaddAsked) {
    return (
      <div class="bar caution" role="note">
        <span>{t('stuck')}</span>
        <Button onClick={() => go(`chat/${chat.id}/info`)}>{t('members')}</Button>
      </div>
    );
  }
  if (chat.note === ChatNote.Alone) return <p class="bar">{t('note-alone', { name: chatTitle(chat) })}</p>;
  if (chat.note === ChatNote.Removal) return <p class="bar">{t('note-removal')}</p>;
  if (chat.note === ChatNote.Stopped || chat.note === ChatNote.Lost) {
    const mayMake = chat.note === ChatNote.Lost || chat.type !== ChatType.Group || chat.role === Role.Admin;
    return (
      <div class="bar caution" role="note">
        <span>{t(chat.note === ChatNote.Stopped ? 'note-stopped' : 'note-lost')}</span>
        {mayMake && (
          <Button onClick={() => void run({ kind: 'op_room_settle', chat: chat.id, how: Settle.Anew })}>
            {t('room-new')}
          </Button>
        )}
      </div>
    );
  }
  if (chat.note === ChatNote.OtherRoom) {
    return (
      <div class="bar caution" role="note">
        <span>{t('note-other-room')}</span>
        <Button onClick={() => void run({ kind: 'op_room_settle', chat: chat.id, how: Settle.Aside })}>
          {t('room-take')}
        </Button>
      </div>
    );
  }
  if (chat.note === ChatNote.NoLife) {
    return (
      <div class="bar" role="note">
        <span>{t('note-quiet', { name: chatTitle(chat) })}</span>
        <Button onClick={() => void run({ kind: 'op_room_settle', chat: chat.id, how: Settle.Again })}>
          {t('quiet-again')}
        </Button>
      </div>
    );
  }
  if (chat.note === ChatNote.NewRoom) {
    return (
      <div class="bar caution" role="note">
        <span>{t('note-new-room')}</span>
        <Button onClick={() => void run({ kind: 'op_room_settle', chat: chat.id, how: Settle.Aside })}>
          {t('room-follow')}
        </Button>
      </div>
    );
  }
  if (chat.note === ChatNote.LeftOut) {
    return (
      <div class="bar caution" role="note">
        <span>{t('note-still')}</span>
        <Button onClick={() => void run({ kind: 'op_room_settle', chat: chat.id, how: Settle.GoOn })}>
          {t('still-go-on')}
        </Button>
      </div>
    );
  }
  if (chat.note === ChatNote.Forked) return <p class="bar caution">{t('forked')}</p>;
  if (chat.state === ChatState.Waiting) return <p class="bar">{t('waiting-accept-long', { name: chatTitle(chat) })}</p>;
  if (chat.state === ChatState.Joining) return <p class="bar">{t('joining')}</p>;
  return null;
}

function Foot({ chat }: { chat: ChatView }) {
  if (self.value?.dropped) return null; // this device can send nothing any more
  if (chat.state === ChatState.Left) return <p class="foot-note">{t('left-group')}</p>;
  if (chat.state === ChatState.Blocked) {
    return (
      <div class="foot-note">
        <span>{t('blocked-chat', { name: chatTitle(chat) })}</span>
        <Button onClick={() => void run({ kind: 'op_block', person: chat.person, on: false })}>{t('unblock')}</Button>
      </div>
    );
  }
  return <Composer key={chat.id} chat={chat} />;
}

export function Chat({ chat, around }: { chat: ChatView; around: number }) {
  useEffect(() => {
    void openTimeline(chat.id, around);
  }, [chat.id, around]);
  // A layout effect ends at once when this chat goes; an ordinary one ends later and would close the next one's
  // timeline.
  useLayoutEffect(() => closeTimeline, []);
  return (
    <div class="chat" key={chat.id}>
      <Header chat={chat} />
      <Notice chat={chat} />
      <TimelineView chat={chat} target={around} />
      <Foot chat={chat} />
    </div>
  );
}
