import { type PlainKey, t } from '../text/strings.ts';
import { Dialog } from './kit/dialog.tsx';

const KEYS: readonly (readonly [string, PlainKey])[] = [
  ['Ctrl K', 'key-search'],
  ['Ctrl F', 'key-search-chat'],
  ['Alt ↓ / Alt ↑', 'key-next'],
  ['Alt Shift ↓ / ↑', 'key-next-unread'],
  ['Enter', 'key-send'],
  ['Shift Enter', 'key-line'],
  ['↑', 'key-edit'],
  ['Esc', 'key-escape'],
  ['↑ ↓ Home End', 'key-messages'],
  ['Ctrl Shift M', 'key-mute'],
  ['?', 'key-sheet'],
];

export function Shortcuts({ onClose }: { onClose: () => void }) {
  return (
    <Dialog title={t('shortcuts')} onClose={onClose}>
      <dl class="shortcuts">
        {KEYS.map(([keys, what]) => (
          <div key={what}>
            <dt>
              <kbd dir="ltr">{keys}</kbd>
            </dt>
            <dd>{t(what)}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
