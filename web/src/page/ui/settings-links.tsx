// Contact links in use: how often and until when they still work, and taking them back.
import { useEffect, useState } from 'preact/hooks';
import type { LinkView } from '../../shared/abi.gen.ts';
import { ask } from '../client.ts';
import { shareable } from '../place.ts';
import { loadLinks, run, settle } from '../state/actions.ts';
import { chats, links } from '../state/state.ts';
import { shortDate } from '../text/dates.ts';
import { t } from '../text/strings.ts';
import { ShareLink } from './add-person.tsx';
import { Button } from './kit/button.tsx';
import { Dialog } from './kit/dialog.tsx';
import { Choice, Field, Group } from './kit/field.tsx';
import { View } from './view.tsx';

function state(l: LinkView): string {
  const uses = l.usesLeft === 0 ? t('uses-any') : t('uses-left', { count: l.usesLeft });
  return l.expiresMs === 0 ? uses : `${uses} · ${t('until', { date: shortDate(l.expiresMs) })}`;
}

function NewLink({ onClose }: { onClose: () => void }) {
  const [label, setLabel] = useState('');
  const [uses, setUses] = useState('1');
  const [days, setDays] = useState('7');
  const make = async (): Promise<void> => {
    const made = await ask(
      { kind: 'op_link_make', label: label.trim(), uses: Number(uses), days: Number(days) },
      'text',
    );
    if (settle(made)) onClose();
    await loadLinks();
  };
  return (
    <Dialog
      title={t('link-new')}
      onClose={onClose}
      actions={
        <Button look="main" onClick={() => void make()}>
          {t('make')}
        </Button>
      }
    >
      <div class="stack">
        <Field
          label={t('link-label')}
          value={label}
          onInput={setLabel}
          hint={t('link-label-hint')}
          maxLength={40}
          focus
        />
        <Choice
          label={t('link-uses')}
          value={uses}
          onChange={setUses}
          options={['1', '10', '0'].map(
            (n) => [n, n === '0' ? t('uses-any') : t('uses', { count: Number(n) })] as const,
          )}
        />
        <Choice
          label={t('link-days')}
          value={days}
          onChange={setDays}
          options={['1', '7', '30', '0'].map(
            (n) => [n, n === '0' ? t('days-any') : t('days', { count: Number(n) })] as const,
          )}
        />
      </div>
    </Dialog>
  );
}

/** A group's link is named after the group. */
function nameOf(l: LinkView): string {
  return chats.value.get(l.chat)?.title || l.label || t('link-no-label', { date: shortDate(l.madeMs) });
}

export function LinksPage() {
  const [making, setMaking] = useState(false);
  const [shown, setShown] = useState<LinkView | null>(null);
  useEffect(() => {
    void loadLinks();
  }, []);
  return (
    <View title={t('settings-links')} back="settings">
      <Group note={t('links-note')}>
        <ul class="plain-list">
          {links.value.map((l) => (
            <li key={l.id} class="member">
              <span class="chat-row-text">
                <bdi>{nameOf(l)}</bdi>
                <span class="note">{state(l)}</span>
              </span>
              <span class="row-buttons">
                <Button onClick={() => setShown(l)}>{t('show')}</Button>
                <Button look="danger" onClick={() => void run({ kind: 'op_link_drop', id: l.id }).then(loadLinks)}>
                  {t('link-drop')}
                </Button>
              </span>
            </li>
          ))}
        </ul>
        {links.value.length === 0 && <p class="note pad">{t('links-none')}</p>}
        <div class="pad">
          <Button look="main" icon="plus" onClick={() => setMaking(true)}>
            {t('link-new')}
          </Button>
        </div>
      </Group>
      {making && <NewLink onClose={() => setMaking(false)} />}
      {shown && (
        <Dialog title={shown.label || t('link')} onClose={() => setShown(null)}>
          <ShareLink link={shareable(shown.link)} />
        </Dialog>
      )}
    </View>
  );
}
