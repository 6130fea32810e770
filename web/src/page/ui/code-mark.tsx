// The mark of the code: what is known about the files that run here. It claims no more than was checked.
import { useState } from 'preact/hooks';
import { build } from '../door.ts';
import { type Key, t } from '../text/strings.ts';
import { Dialog } from './kit/dialog.tsx';

const WORDS = {
  unchecked: ['code-unchecked', 'code-unchecked-text'],
  pinned: ['code-pinned', 'code-pinned-text'],
  mismatch: ['code-mismatch', 'code-mismatch-text'],
} as const satisfies Record<string, readonly [Key, Key]>;

export function CodeMark({ compact = false }: { compact?: boolean }) {
  const [open, setOpen] = useState(false);
  const { mark, files } = build.value;
  const [name, text] = WORDS[mark];
  return (
    <>
      <button type="button" class={`code-mark ${mark}`} title={t(name)} onClick={() => setOpen(true)}>
        <span class="code-shape" aria-hidden="true" />
        <span class={compact ? 'unseen' : ''}>{t(name)}</span>
      </button>
      {open && (
        <Dialog title={t(name)} onClose={() => setOpen(false)}>
          <p>{t(text)}</p>
          <p class="note">{t('code-not')}</p>
          <dl class="facts">
            <dt>{t('code-version')}</dt>
            <dd>{BUILD.version}</dd>
            <dt>core.wasm</dt>
            <dd class="mono hash" dir="ltr">
              {BUILD.core}
            </dd>
            {files && (
              <>
                <dt>{t('code-list')}</dt>
                <dd class="mono hash" dir="ltr">
                  {files}
                </dd>
              </>
            )}
          </dl>
        </Dialog>
      )}
    </>
  );
}
