// The list of chats, with search over all history in the same place.
import { useRef } from 'preact/hooks';
import { ChatState, ChatType, type ChatView, type HitView, Verified } from '../../shared/abi.gen.ts';
import { go, route } from '../state/route.ts';
import {
  endSearch,
  hits,
  moreHits,
  searchChat,
  searching,
  searchOlder,
  searchText,
  searchWords,
  setSearch,
} from '../state/search.ts';
import { chatOrder, chats, loaded, self, showArchived, typing } from '../state/state.ts';
import { shortTime } from '../text/dates.ts';
import { plainText } from '../text/format.ts';
import { t } from '../text/strings.ts';
import { Avatar } from './kit/avatar.tsx';
import { Button, IconButton } from './kit/button.tsx';
import { filled, slots } from './kit/filled.tsx';
import { Icon } from './kit/icon.tsx';
import { Unread } from './kit/unread.tsx';
import { marked } from './marked.tsx';
import { Ticks, waitsFor } from './ticks.tsx';

export function chatTitle(c: ChatView): string {
  return c.type === ChatType.Self ? t('note-to-self') : c.title || t('no-name');
}

export function ChatAvatar({ chat, size = 'm' }: { chat: ChatView; size?: 's' | 'm' | 'l' | 'xl' }) {
  const icon =
    chat.type === ChatType.Self ? 'note' : chat.type === ChatType.Group && !chat.picture ? 'group' : undefined;
  return (
    <Avatar
      name={chatTitle(chat)}
      seed={chat.person || chat.id}
      picture={chat.picture}
      size={size}
      icon={icon}
      ring={chat.verified === Verified.Now && chat.type === ChatType.Pair}
    />
  );
}

function lastLine(c: ChatView): string {
  const text = plainText(c.lastText);
  const from = c.type === ChatType.Group && !c.lastMine && text !== '' ? c.lastSender : '';
  return from ? t('last-from', { name: from, text }) : text;
}

function Row({ chat }: { chat: ChatView }) {
  const current = route.value.view === 'chat' && route.value.id === chat.id;
  const typist = typing.value.get(chat.id);
  const muted = chat.mutedUntilMs > Date.now();
  return (
    <li>
      <a
        href={`#/chat/${chat.id}`}
        class={chat.unread > 0 ? 'chat-row unread' : 'chat-row'}
        aria-current={current ? 'page' : undefined}
      >
        <ChatAvatar chat={chat} />
        <span class="chat-row-text">
          <span class="chat-row-top">
            <bdi class="chat-row-title">{chatTitle(chat)}</bdi>
            {chat.verified === Verified.Now && chat.type === ChatType.Pair && (
              <span class="unseen"> · {t('verified')}</span>
            )}
            {muted && <Icon name="bellOff" size={14} />}
            {muted && <span class="unseen"> · {t('muted')}</span>}
            <time class="chat-row-time">{shortTime(chat.lastMs)}</time>
          </span>
          <span class="chat-row-bottom">
            {typist !== undefined ? (
              <span class="chat-row-last typing">
                {chat.type === ChatType.Group ? t('typing-who', { name: typist }) : t('typing')}
              </span>
            ) : chat.draft ? (
              <span class="chat-row-last">
                <span class="draft-word">{filled(t('draft-word', { text: slots[0] }), <bdi>{chat.draft}</bdi>)}</span>
              </span>
            ) : (
              <span class="chat-row-last">
                {chat.lastMine && <Ticks state={chat.lastState} waits={waitsFor(chat)} />}
                <bdi>{chat.state === ChatState.Waiting ? t('waiting-accept') : lastLine(chat)}</bdi>
              </span>
            )}
            {chat.pinned && chat.unread === 0 && <Icon name="pin" size={14} />}
            {chat.pinned && <span class="unseen">{t('pinned')}</span>}
            {chat.mentioned && (
              <span class="badge mention">
                <span aria-hidden="true">@</span>
                <span class="unseen">{t('mentioned')}</span>
              </span>
            )}
            {chat.unread > 0 && (
              <span class={muted ? 'badge muted' : 'badge'}>
                <Unread count={chat.unread} />
              </span>
            )}
          </span>
        </span>
      </a>
    </li>
  );
}

function Hit({ hit, words }: { hit: HitView; words: readonly string[] }) {
  const m = hit.message;
  const text = plainText(m.text) || m.file?.name || '';
  return (
    <li>
      <a href={`#/chat/${m.chat}/m/${m.id}`} class="chat-row hit">
        <span class="chat-row-text">
          <span class="chat-row-top">
            <bdi class="chat-row-title">{hit.chatTitle || t('note-to-self')}</bdi>
            <time class="chat-row-time">{shortTime(m.atMs)}</time>
          </span>
          <span class="hit-text">
            {filled(
              t('last-from', { name: slots[0], text: slots[1] }),
              <bdi>{m.mine ? t('you') : m.senderName}</bdi>,
              <bdi>{marked(text, words)}</bdi>,
            )}
          </span>
        </span>
      </a>
    </li>
  );
}

function Results() {
  const words = searchWords(searchText.value);
  const only = searchChat.value;
  const titles = only
    ? []
    : Array.from(chats.value.values()).filter((c) => words.every((w) => chatTitle(c).toLocaleLowerCase().includes(w)));
  const nothing = titles.length === 0 && hits.value.length === 0 && !searching.value;
  return (
    <div class="list-scroll" aria-busy={searching.value}>
      <p class="unseen" role="status">
        {searching.value ? '' : t('found', { count: hits.value.length })}
      </p>
      {titles.length > 0 && (
        <>
          <h2 class="list-head">{t('section-chats')}</h2>
          <ul class="rows">
            {titles.map((c) => (
              <Row key={c.id} chat={c} />
            ))}
          </ul>
        </>
      )}
      {hits.value.length > 0 && (
        <>
          <h2 class="list-head">{t('messages')}</h2>
          <ul class="rows">
            {hits.value.map((h) => (
              <Hit key={h.message.id} hit={h} words={words} />
            ))}
          </ul>
        </>
      )}
      {moreHits.value && (
        <Button look="quiet" onClick={searchOlder}>
          {t('more')}
        </Button>
      )}
      {nothing && <p class="list-empty">{t('found-nothing')}</p>}
    </div>
  );
}

function SearchField() {
  const only = chats.value.get(searchChat.value);
  return (
    <div class="search" role="search">
      <Icon name="search" size={16} />
      {only && (
        <span class="chip">
          <bdi>{chatTitle(only)}</bdi>
          <button
            type="button"
            aria-label={t('search-everywhere')}
            title={t('search-everywhere')}
            onClick={() => (searchChat.value = 0)}
          >
            <Icon name="close" size={14} />
          </button>
        </span>
      )}
      <input
        id="search"
        type="search"
        aria-label={t('search')}
        placeholder={t('search')}
        dir={searchText.value ? 'auto' : undefined}
        value={searchText.value}
        onInput={(e) => setSearch(e.currentTarget.value)}
        onKeyDown={(e) => {
          if (e.key !== 'Escape') return;
          e.stopPropagation();
          endSearch();
          document.getElementById('composer')?.focus();
        }}
      />
    </div>
  );
}

function Skeleton() {
  return (
    <div class="rows skeleton" aria-hidden="true">
      {[0, 1, 2, 3, 4, 5].map((n) => (
        <div key={n} class="chat-row" />
      ))}
    </div>
  );
}

export function ChatList() {
  const list = useRef<HTMLUListElement>(null);
  const requests = self.value?.requests ?? 0;
  const archived = Array.from(chats.value.values()).filter((c) => c.archived).length;
  const move = (e: KeyboardEvent): void => {
    if (e.altKey || (e.key !== 'ArrowDown' && e.key !== 'ArrowUp' && e.key !== 'Home' && e.key !== 'End')) return;
    const rows = Array.from(list.current?.querySelectorAll('a') ?? []);
    const now = rows.findIndex((r) => r === document.activeElement);
    const next = e.key === 'Home' ? 0 : e.key === 'End' ? rows.length - 1 : now + (e.key === 'ArrowDown' ? 1 : -1);
    rows[next]?.focus();
    e.preventDefault();
  };
  return (
    <section class="list" aria-label={t('section-chats')}>
      <header class="list-header">
        {showArchived.value && (
          <IconButton icon="back" label={t('back')} flip onClick={() => (showArchived.value = false)} />
        )}
        <h1>{t(showArchived.value ? 'archive' : 'section-chats')}</h1>
        <IconButton icon="star" label={t('starred')} onClick={() => go('starred')} />
        <IconButton icon="plus" label={t('new-chat')} onClick={() => go('new')} />
      </header>
      <SearchField />
      {searchText.value !== '' ? (
        <Results />
      ) : (
        <div class="list-scroll">
          {requests > 0 && !showArchived.value && (
            <a
              class="requests-row"
              href="#/requests"
              aria-current={route.value.view === 'requests' ? 'page' : undefined}
            >
              <Icon name="inbox" />
              <span>{t('requests')}</span>
              <span class="badge">{requests}</span>
            </a>
          )}
          {!loaded.value && <Skeleton />}
          <ul class="rows" ref={list} onKeyDown={move}>
            {chatOrder.value.map((c) => (
              <Row key={c.id} chat={c} />
            ))}
          </ul>
          {loaded.value && chatOrder.value.length === 0 && <p class="list-empty">{t('empty-list')}</p>}
          {archived > 0 && !showArchived.value && (
            <button type="button" class="archive-row" onClick={() => (showArchived.value = true)}>
              <Icon name="archive" size={18} />
              <span>{t('archive')}</span>
              <span class="count">{archived}</span>
            </button>
          )}
        </div>
      )}
    </section>
  );
}
