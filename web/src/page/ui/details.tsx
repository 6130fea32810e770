// Beside the chat: the person or the group, its members, its link, its settings.
import { useEffect, useState } from 'preact/hooks';
import { ChatState, ChatType, type ChatView, type MemberView, Role, Verified } from '../../shared/abi.gen.ts';
import { ask } from '../client.ts';
import { shareable } from '../place.ts';
import { loadLinks, run, settle } from '../state/actions.ts';
import { go } from '../state/route.ts';
import { links, people } from '../state/state.ts';
import { t } from '../text/strings.ts';
import { ShareLink } from './add-person.tsx';
import { ChatConfirm } from './chat-confirm.tsx';
import { ChatAvatar, chatTitle } from './chat-list.tsx';
import { Avatar } from './kit/avatar.tsx';
import { Button, IconButton } from './kit/button.tsx';
import { Dialog } from './kit/dialog.tsx';
import { Choice, Field, Group, Switch } from './kit/field.tsx';
import { below, Menu, type MenuItem, type Place } from './kit/menu.tsx';
import { useMembers } from './mentions.tsx';
import { PersonActions, PersonHead } from './people.tsx';
import { PeoplePicker } from './people-picker.tsx';
import { Safety } from './safety.tsx';
import { PicturePicker } from './welcome.tsx';

const DAY_S = 86_400;
const TIMERS = [0, 3600, DAY_S, 7 * DAY_S, 28 * DAY_S] as const;

function Timer({ chat }: { chat: ChatView }) {
  return (
    <Group note={t('timer-note')}>
      <Choice
        label={t('timer')}
        value={String(chat.timerS)}
        disabled={
          (chat.state !== ChatState.Open && chat.state !== ChatState.Waiting) ||
          (chat.type === ChatType.Group && chat.role !== Role.Admin)
        }
        options={TIMERS.map((s) => [String(s), t('timer-value', { seconds: s })] as const)}
        onChange={(v) => void run({ kind: 'op_chat_set', chat: chat.id, key: 'timer', value: Number(v) })}
      />
    </Group>
  );
}

/** A device that somebody brought in and that has said nothing since: it may not know yet. */
function silentText(m: MemberView): string {
  return m.silent === m.devices ? t('member-silent') : t('devices-silent', { count: m.silent });
}

function Member({ chat, m, admin }: { chat: ChatView; m: MemberView; admin: boolean }) {
  const [menu, setMenu] = useState<Place | null>(null);
  const items: MenuItem[] = [];
  if (!m.me) items.push({ icon: 'user', label: t('show-person'), run: () => go(`person/${m.person}`) });
  if (admin && !m.me) {
    items.push(
      {
        icon: 'crown',
        label: t(m.role === Role.Admin ? 'role-drop' : 'role-give'),
        run: () =>
          void run({
            kind: 'op_group_role',
            chat: chat.id,
            person: m.person,
            role: m.role === Role.Admin ? Role.Member : Role.Admin,
          }),
      },
      {
        icon: 'logout',
        label: t('group-remove'),
        danger: true,
        run: () => void run({ kind: 'op_group_remove', chat: chat.id, person: m.person }),
      },
    );
  }
  return (
    <li class="member">
      <Avatar name={m.name} seed={m.person} picture={m.picture} ring={m.verified === Verified.Now} />
      <span class="chat-row-text">
        <bdi>{m.me ? t('you') : m.name || t('no-name')}</bdi>
        {m.role === Role.Admin && <span class="note">{t('admin')}</span>}
        {!m.me && m.silent > 0 && <span class="note">{silentText(m)}</span>}
      </span>
      {items.length > 0 && (
        <IconButton
          icon="more"
          label={t('member-menu', { name: m.name })}
          expanded={menu !== null}
          onClick={(e) => setMenu(below(e))}
        />
      )}
      {menu && (
        <Menu label={t('member-menu', { name: m.name })} at={menu} items={items} onClose={() => setMenu(null)} />
      )}
    </li>
  );
}

function AddMembers({
  chat,
  members,
  onClose,
}: {
  chat: ChatView;
  members: readonly MemberView[];
  onClose: () => void;
}) {
  const [chosen, setChosen] = useState<ReadonlySet<number>>(new Set());
  const inside = new Set(members.map((m) => m.person));
  const list = Array.from(people.value.values()).filter((p) => !p.blocked && !inside.has(p.id));
  return (
    <Dialog
      title={t('group-add')}
      onClose={onClose}
      actions={
        <Button
          look="main"
          disabled={chosen.size === 0}
          onClick={() => {
            onClose();
            void run({ kind: 'op_group_add', chat: chat.id, people: [...chosen] });
          }}
        >
          {t('add')}
        </Button>
      }
    >
      <PeoplePicker list={list} chosen={chosen} onChange={setChosen} />
    </Dialog>
  );
}

function EditGroup({ chat, onClose }: { chat: ChatView; onClose: () => void }) {
  const [name, setName] = useState(chat.title);
  const [picture, setPicture] = useState(chat.picture);
  const save = (): void => {
    onClose();
    void run({ kind: 'op_group_set', chat: chat.id, name: name.trim(), picture });
  };
  return (
    <Dialog
      title={t('group-edit')}
      onClose={onClose}
      actions={
        <Button look="main" disabled={name.trim() === ''} onClick={save}>
          {t('save')}
        </Button>
      }
    >
      <div class="stack">
        <PicturePicker name={name} picture={picture} onPick={setPicture} />
        <Field label={t('group-name')} value={name} onInput={setName} maxLength={64} />
      </div>
    </Dialog>
  );
}

function GroupLink({ chat }: { chat: ChatView }) {
  const link = links.value.find((l) => l.chat === chat.id)?.link ?? '';
  useEffect(() => {
    void loadLinks();
  }, [chat.id]);
  const change = async (on: boolean): Promise<void> => {
    settle(await ask({ kind: 'op_group_link', chat: chat.id, on }, 'text'));
    await loadLinks();
  };
  return (
    <Group title={t('group-link')} note={t('group-link-note')}>
      <Switch label={t('group-link-on')} on={link !== ''} onChange={(on) => void change(on)} />
      {link && (
        <div class="pad">
          <ShareLink link={shareable(link)} />
        </div>
      )}
    </Group>
  );
}

function GroupDetails({ chat }: { chat: ChatView }) {
  const members = useMembers(chat);
  const [open, setOpen] = useState<'' | 'add' | 'edit' | 'leave' | 'delete'>('');
  const admin = chat.role === Role.Admin && chat.state === ChatState.Open;
  const close = (): void => setOpen('');
  return (
    <>
      <div class="person-head">
        <ChatAvatar chat={chat} size="xl" />
        <h2>
          <bdi>{chatTitle(chat)}</bdi>
        </h2>
        <p class="note">{t('members-count', { count: chat.members })}</p>
        {admin && (
          <Button icon="edit" onClick={() => setOpen('edit')}>
            {t('group-edit')}
          </Button>
        )}
      </div>
      <Group title={t('members')}>
        {admin && (
          <div class="pad">
            <Button icon="userPlus" onClick={() => setOpen('add')}>
              {t('group-add')}
            </Button>
          </div>
        )}
        <ul class="plain-list">
          {members.map((m) => (
            <Member key={m.person} chat={chat} m={m} admin={admin} />
          ))}
        </ul>
      </Group>
      {admin && <GroupLink chat={chat} />}
      <Timer chat={chat} />
      <Group>
        <div class="row-buttons pad">
          {chat.state === ChatState.Open && (
            <Button look="danger" icon="logout" onClick={() => setOpen('leave')}>
              {t('group-leave')}
            </Button>
          )}
          <Button look="danger" icon="trash" onClick={() => setOpen('delete')}>
            {t('chat-delete')}
          </Button>
        </div>
      </Group>
      {open === 'add' && <AddMembers chat={chat} members={members} onClose={close} />}
      {open === 'edit' && <EditGroup chat={chat} onClose={close} />}
      {(open === 'leave' || open === 'delete') && <ChatConfirm chat={chat} what={open} onClose={close} />}
    </>
  );
}

export function Details({ chat }: { chat: ChatView }) {
  const person = people.value.get(chat.person);
  return (
    <aside class="details" aria-label={t('details')}>
      <header class="view-header">
        <h2>{t('details')}</h2>
        <IconButton icon="close" label={t('close')} onClick={() => go(`chat/${chat.id}`)} />
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard */}
      <div class="details-body" tabIndex={0} role="region" aria-label={t('details')}>
        {chat.type === ChatType.Group && <GroupDetails chat={chat} />}
        {chat.type === ChatType.Pair && person && (
          <>
            <PersonHead p={person} />
            <Safety p={person} />
            <Timer chat={chat} />
            <PersonActions p={person} />
          </>
        )}
        {chat.type === ChatType.Self && <p class="note pad">{t('note-to-self-hint')}</p>}
      </div>
    </aside>
  );
}
