// Rail, list, main pane. The style sheet decides which of them are side by side.

import { signal } from '@preact/signals';
import { useLayoutEffect } from 'preact/hooks';
import { Line } from '../../shared/abi.gen.ts';
import { outdated, staged, takeUpdate } from '../door.ts';
import { followKeys, sheetOpen } from '../keys.ts';
import { draftsKept, editing } from '../state/draft.ts';
import { go, route, type Section } from '../state/route.ts';
import { chats, openChat, self, unreadTotal } from '../state/state.ts';
import { t } from '../text/strings.ts';
import { AddView } from './add-view.tsx';
import { Chat } from './chat.tsx';
import { ChatList } from './chat-list.tsx';
import { CodeMark } from './code-mark.tsx';
import { Details } from './details.tsx';
import { GroupNew } from './group-new.tsx';
import { Avatar } from './kit/avatar.tsx';
import { Button } from './kit/button.tsx';
import { Icon, type IconName } from './kit/icon.tsx';
import { Unread } from './kit/unread.tsx';
import { PeopleList, Person } from './people.tsx';
import { Requests } from './requests.tsx';
import { Mark } from './screen.tsx';
import { SettingsList, SettingsPage } from './settings.tsx';
import { Shortcuts } from './shortcuts.tsx';
import { Starred } from './starred.tsx';

const narrowQuery = matchMedia('(max-width: 699px)');
/** One pane at a time: the list is the main one when it stands alone. */
const narrow = signal(narrowQuery.matches);
narrowQuery.addEventListener('change', (e) => (narrow.value = e.matches));

const SECTIONS: readonly { readonly id: Section; readonly icon: IconName; readonly to: string }[] = [
  { id: 'chats', icon: 'chats', to: '' },
  { id: 'people', icon: 'people', to: 'people' },
  { id: 'settings', icon: 'settings', to: 'settings' },
];

function Rail() {
  const section = route.value.section;
  const unread = unreadTotal.value;
  const me = self.value;
  return (
    <nav class="rail" aria-label={t('sections')}>
      <div class="rail-top">
        <Mark size={32} />
      </div>
      <ul>
        {SECTIONS.map(({ id, icon, to }) => (
          <li key={id}>
            <a href={`#/${to}`} class="rail-item" aria-current={id === section ? 'page' : undefined}>
              <Icon name={icon} size={22} />
              <span class="rail-name">{t(`section-${id}`)}</span>
              {id === 'chats' && unread > 0 && (
                <span class="badge">
                  <Unread count={unread} />
                </span>
              )}
            </a>
          </li>
        ))}
      </ul>
      <div class="rail-foot">
        <CodeMark compact />
        <a href="#/settings/profile" class="rail-me" aria-label={t('settings-profile')} title={me?.name}>
          <Avatar name={me?.name ?? ''} seed={me?.me ?? 0} picture={me?.picture ?? null} size="s" />
        </a>
      </div>
    </nav>
  );
}

function Connection() {
  const me = self.value;
  // Said on every screen: a removed device no longer connects, and would show "connecting" for ever.
  if (me?.dropped) {
    const name = me.droppedBy;
    return (
      <p class="line" role="status">
        {name ? t('dropped-by', { name }) : t('dropped')}
      </p>
    );
  }
  if (!me || me.line === Line.Online) return null;
  const waiting = me.waiting > 0 ? t('waiting', { count: me.waiting }) : '';
  return (
    <p class="line" role="status">
      {t(me.line === Line.Offline ? 'offline' : 'connecting')} {waiting}
    </p>
  );
}

function ClockLine() {
  const me = self.value;
  if (!me || me.clockOffMs === 0) return null;
  const minutes = Math.round(me.clockOffMs / 60_000);
  return (
    <p class="line" role="status">
      {t(me.clockFast ? 'clock-fast' : 'clock-slow', { minutes })}
    </p>
  );
}

function UpdateLine() {
  const next = staged.value;
  if (!next && !outdated.value) return null;
  const words = outdated.value || !next ? t('update-elsewhere') : t('update-ready', { version: next.version });
  return (
    <div class="line update" role="status">
      <span>{editing.value ? t('update-after') : words}</span>
      <Button disabled={editing.value} onClick={() => void draftsKept().then(takeUpdate)}>
        {t('update')}
      </Button>
    </div>
  );
}

function Empty() {
  const none = chats.value.size <= 1;
  return (
    <section class="main empty" aria-label={t('no-chat-open')}>
      <Mark size={56} />
      <p>{t(none ? 'empty-first' : 'empty-choose')}</p>
      {none && (
        <Button look="main" icon="userPlus" onClick={() => go('new')}>
          {t('add-someone')}
        </Button>
      )}
      <p class="note">{t('keys-hint')}</p>
    </section>
  );
}

function Pane() {
  const r = route.value;
  switch (r.view) {
    case 'chat':
      return openChat.value ? <Chat chat={openChat.value} around={Number(r.extra) || 0} /> : <Empty />;
    case 'requests':
      return <Requests />;
    case 'starred':
      return <Starred />;
    case 'new':
      return <AddView link="" />;
    case 'add':
      return <AddView link={r.extra} />;
    case 'group':
      return <GroupNew />;
    case 'person':
      return <Person id={r.id} />;
    case 'settings':
      return <SettingsPage name={r.extra} />;
    default:
      return <Empty />;
  }
}

function List() {
  const { section } = route.value;
  if (section === 'people') return <PeopleList />;
  if (section === 'settings') return <SettingsList />;
  return <ChatList />;
}

export function Frame() {
  const r = route.value;
  useLayoutEffect(followKeys, []);
  const info = r.view === 'chat' && r.info && openChat.value;
  const listAlone = narrow.value && r.view === '';
  return (
    <div class="frame" data-view={r.view === '' ? 'list' : info ? 'info' : 'main'}>
      <a
        class="skip"
        href={r.view === 'chat' ? '#composer' : '#pane'}
        onClick={(e) => {
          e.preventDefault();
          (document.getElementById('composer') ?? document.getElementById('pane'))?.focus();
        }}
      >
        {t(r.view === 'chat' ? 'skip' : 'skip-main')}
      </a>
      <div class="lines">
        <Connection />
        <ClockLine />
        <UpdateLine />
      </div>
      <Rail />
      <div class="slot" id={listAlone ? 'pane' : undefined} tabIndex={-1} role={listAlone ? 'main' : undefined}>
        <List />
      </div>
      <main class="pane" id={listAlone ? undefined : 'pane'} tabIndex={-1}>
        <Pane />
      </main>
      {info && <Details chat={info} />}
      {sheetOpen.value && <Shortcuts onClose={() => (sheetOpen.value = false)} />}
    </div>
  );
}
