// People: the list, and one person with the safety number and what can be done.
import { useEffect, useState } from 'preact/hooks';
import { type PersonView, Verified } from '../../shared/abi.gen.ts';
import { ask } from '../client.ts';
import { run } from '../state/actions.ts';
import { go, route } from '../state/route.ts';
import { chats, people } from '../state/state.ts';
import { shortDate } from '../text/dates.ts';
import { language, t } from '../text/strings.ts';
import { Avatar } from './kit/avatar.tsx';
import { Button, IconButton } from './kit/button.tsx';
import { Confirm } from './kit/dialog.tsx';
import { Group } from './kit/field.tsx';
import { Safety } from './safety.tsx';
import { View } from './view.tsx';

export function PeopleList() {
  const [filter, setFilter] = useState('');
  const collator = new Intl.Collator(language());
  const list = Array.from(people.value.values())
    .filter((p) => p.name.toLocaleLowerCase().includes(filter.toLocaleLowerCase()))
    .sort((a, b) => collator.compare(a.name, b.name));
  return (
    <section class="list" aria-label={t('section-people')}>
      <header class="list-header">
        <h1>{t('section-people')}</h1>
        <IconButton icon="userPlus" label={t('add-someone')} onClick={() => go('new')} />
      </header>
      <div class="search">
        <input
          type="search"
          aria-label={t('people-filter')}
          placeholder={t('people-filter')}
          value={filter}
          onInput={(e) => setFilter(e.currentTarget.value)}
        />
      </div>
      <div class="list-scroll">
        <ul class="rows">
          {list.map((p) => (
            <li key={p.id}>
              <a
                class="chat-row small"
                href={`#/person/${p.id}`}
                aria-current={route.value.id === p.id ? 'page' : undefined}
              >
                <Avatar name={p.name} seed={p.id} picture={p.picture} ring={p.verified === Verified.Now} />
                <span class="chat-row-text">
                  <bdi class="chat-row-title">{p.name || t('no-name')}</bdi>
                  {p.blocked ? (
                    <span class="chat-row-last">{t('blocked')}</span>
                  ) : (
                    p.verified !== Verified.Known && (
                      <span class="chat-row-last">{t(VERIFIED[p.verified], { date: shortDate(p.verifiedMs) })}</span>
                    )
                  )}
                </span>
              </a>
            </li>
          ))}
        </ul>
        {list.length === 0 && <p class="list-empty">{t(filter ? 'found-nothing' : 'people-none')}</p>}
      </div>
    </section>
  );
}

function usePerson(id: number): PersonView | null {
  const known = people.value.get(id) ?? null;
  const [asked, setAsked] = useState<PersonView | null>(null);
  useEffect(() => {
    if (known) return;
    void ask({ kind: 'op_person', person: id }, 'people').then((a) =>
      setAsked(a.ok ? (a.value.list[0] ?? null) : null),
    );
  }, [id]);
  return known ?? asked;
}

const VERIFIED = {
  [Verified.Known]: 'known',
  [Verified.Now]: 'verified',
  [Verified.Changed]: 'changed',
  [Verified.Once]: 'was-compared',
} as const;

export function PersonHead({ p }: { p: PersonView }) {
  return (
    <div class="person-head">
      <Avatar name={p.name} seed={p.id} picture={p.picture} size="xl" ring={p.verified === Verified.Now} />
      <h2>
        <bdi>{p.name || t('no-name')}</bdi>
      </h2>
      <p class={p.verified === Verified.Changed ? 'caution-text' : 'note'}>
        {t(VERIFIED[p.verified], { date: shortDate(p.verifiedMs) })}
      </p>
    </div>
  );
}

export function PersonActions({ p }: { p: PersonView }) {
  const [asking, setAsking] = useState(false);
  return (
    <Group note={p.blocked ? t('blocked-note') : ''}>
      <dl class="facts pad">
        <dt>{t('fingerprint')}</dt>
        <dd class="mono" dir="ltr">
          {p.fingerprint}
        </dd>
        {p.devices > 0 && (
          <>
            <dt>{t('devices')}</dt>
            <dd>{p.devices}</dd>
          </>
        )}
      </dl>
      <div class="row-buttons pad">
        {p.blocked ? (
          <Button onClick={() => void run({ kind: 'op_block', person: p.id, on: false })}>{t('unblock')}</Button>
        ) : (
          <Button look="danger" icon="block" onClick={() => setAsking(true)}>
            {t('block')}
          </Button>
        )}
      </div>
      {asking && (
        <Confirm
          title={t('block')}
          text={t('block-text', { name: p.name })}
          yes={t('block')}
          danger
          onClose={() => setAsking(false)}
          onYes={() => void run({ kind: 'op_block', person: p.id, on: true })}
        />
      )}
    </Group>
  );
}

/** A chat that was deleted is listed again. */
async function openChat(chat: number): Promise<void> {
  if (!chats.value.has(chat)) await run({ kind: 'op_chat_set', chat, key: 'hidden', value: 0 });
  go(`chat/${chat}`);
}

export function Person({ id }: { id: number }) {
  const p = usePerson(id);
  if (!p) {
    return (
      <View title={t('section-people')} back="people">
        <p class="note">{t('err-gone')}</p>
      </View>
    );
  }
  return (
    <View title={p.name || t('no-name')} back="people">
      <PersonHead p={p} />
      {p.chat !== 0 && (
        <div class="row-buttons centre">
          <Button look="main" icon="chats" onClick={() => void openChat(p.chat)}>
            {t('open-chat')}
          </Button>
        </div>
      )}
      <Safety p={p} />
      <PersonActions p={p} />
    </View>
  );
}
