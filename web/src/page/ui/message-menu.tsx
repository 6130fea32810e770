// What can be done with a message, and the quick reactions above it.
import { signal } from '@preact/signals';
import { useState } from 'preact/hooks';
import { MessageState, MessageType, type MessageView } from '../../shared/abi.gen.ts';
import { run } from '../state/actions.ts';
import { t } from '../text/strings.ts';
import { EmojiPanel, recentEmoji } from './emoji.tsx';
import { Button } from './kit/button.tsx';
import { Dialog } from './kit/dialog.tsx';
import { Icon } from './kit/icon.tsx';
import { Menu, type MenuItem, type Place } from './kit/menu.tsx';

/** What the composer of the open chat is asked to do. */
export const composing = signal<{ readonly what: 'reply' | 'edit'; readonly m: MessageView } | null>(null);

function DeleteDialog({ m, onClose }: { m: MessageView; onClose: () => void }) {
  const act = (everyone: boolean): void => {
    onClose();
    void run({ kind: 'op_delete', message: m.id, everyone });
  };
  return (
    <Dialog
      title={t('delete-title')}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button look={m.mine ? 'plain' : 'danger'} onClick={() => act(false)}>
            {t('delete-here')}
          </Button>
          {m.mine && m.type !== MessageType.Deleted && (
            <Button look="danger" onClick={() => act(true)}>
              {t('delete-everyone')}
            </Button>
          )}
        </>
      }
    >
      <p>{t(m.mine ? 'delete-text' : 'delete-text-here')}</p>
    </Dialog>
  );
}

export function MessageMenu({ m, at, onClose }: { m: MessageView; at: Place; onClose: () => void }) {
  const [step, setStep] = useState<'menu' | 'emoji' | 'delete'>('menu');
  const react = (emoji: string): void => {
    onClose();
    void run({
      kind: 'op_react',
      message: m.id,
      emoji: m.reactions.some((r) => r.mine && r.emoji === emoji) ? '' : emoji,
    });
  };
  if (step === 'delete') return <DeleteDialog m={m} onClose={onClose} />;
  if (step === 'emoji') {
    return (
      <Dialog title={t('react')} onClose={onClose}>
        <EmojiPanel onPick={react} />
      </Dialog>
    );
  }
  const whole = m.type === MessageType.Text || m.type === MessageType.File;
  const items: MenuItem[] = [];
  if (whole) items.push({ icon: 'reply', label: t('reply'), run: () => (composing.value = { what: 'reply', m }) });
  if (m.mine && m.type === MessageType.Text && m.state !== MessageState.Failed)
    items.push({ icon: 'edit', label: t('edit'), run: () => (composing.value = { what: 'edit', m }) });
  if (whole && m.text)
    items.push({ icon: 'copy', label: t('copy-text'), run: () => void navigator.clipboard.writeText(m.text) });
  if (whole) {
    items.push({
      icon: 'star',
      label: t(m.starred ? 'unstar' : 'star'),
      run: () => void run({ kind: 'op_star', message: m.id, on: !m.starred }),
    });
  }
  if (m.type === MessageType.Unreadable || (m.mine && m.state === MessageState.Failed)) {
    items.push({ icon: 'retry', label: t('retry'), run: () => void run({ kind: 'op_retry', message: m.id }) });
  }
  const canReact = whole && (!m.mine || m.state !== MessageState.Failed);
  const all: MenuItem[] = [...items, { icon: 'trash', label: t('delete'), run: () => undefined, danger: true }];
  const quick = (
    <div class="quick-reactions" role="presentation">
      {recentEmoji()
        .slice(0, 6)
        .map((emoji) => (
          <button
            key={emoji}
            type="button"
            role="menuitem"
            aria-label={t('react-with', { emoji })}
            onClick={() => react(emoji)}
          >
            {emoji}
          </button>
        ))}
      <button
        type="button"
        role="menuitem"
        aria-label={t('react-more')}
        title={t('react-more')}
        onClick={() => setStep('emoji')}
      >
        <Icon name="plus" size={18} />
      </button>
    </div>
  );
  // The last item opens a question instead of closing, so it is treated separately here.
  const close = (): void => onClose();
  return (
    <Menu
      label={t('message-menu')}
      at={at}
      top={canReact ? quick : undefined}
      items={all.map((item) => (item.danger ? { ...item, run: () => setStep('delete'), stay: true } : item))}
      onClose={close}
    />
  );
}
