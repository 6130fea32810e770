// What two devices show while one is linked: three words, and who asks to be let in.
import { signal } from '@preact/signals';
import { useEffect, useId, useRef } from 'preact/hooks';
import { LinkAsks, LinkPhase, type LinkProgress } from '../../shared/abi.gen.ts';
import { readText } from '../part.ts';
import { run } from '../state/actions.ts';
import { type PlainKey, t } from '../text/strings.ts';
import { Button } from './kit/button.tsx';
import { filled, slots } from './kit/filled.tsx';

/** How it can end without a linked device. */
const ENDS: Readonly<Partial<Record<LinkPhase, PlainKey>>> = {
  [LinkPhase.Failed]: 'link-failed',
  [LinkPhase.Over]: 'link-over',
  [LinkPhase.No]: 'link-refused',
  [LinkPhase.Used]: 'link-used',
};

const list = signal<readonly string[]>([]);

async function load(): Promise<void> {
  if (list.value.length === 0) list.value = (await readText(WORDS)).trim().split('\n');
}

/** Why it ended; null when it has not. */
export function linkEnd(progress: LinkProgress | null): PlainKey | null {
  return ENDS[progress?.phase ?? LinkPhase.Waiting] ?? null;
}

export function linkShows(progress: LinkProgress | null): progress is LinkProgress {
  return progress?.phase === LinkPhase.Words && progress.words !== '';
}

export function LinkWords({ progress }: { progress: LinkProgress }) {
  const question = useRef<HTMLParagraphElement>(null);
  const id = useId();
  const { asks, name } = progress;
  useEffect(() => {
    void load();
  }, []);
  useEffect(() => {
    if (asks !== LinkAsks.Nothing) question.current?.focus(); // the answers come next from there
  }, [asks]);
  const words = progress.words.split(' ').map((n) => list.value[Number(n)]);
  const here = words.every((word) => word !== undefined);
  const answer = (yes: boolean): void => void run({ kind: 'op_link_confirm', yes });
  return (
    <div class="stack">
      <p class="words" role="status">
        {filled(
          t('link-words', { words: slots[0] }),
          <strong lang="en" dir="ltr" class="link-words">
            {here ? words.join(' ') : '…'}
          </strong>,
        )}
      </p>
      {asks === LinkAsks.Nothing && <p>{t('link-other-side')}</p>}
      {asks !== LinkAsks.Nothing && (
        <fieldset class="stack" aria-labelledby={id}>
          <p id={id} ref={question} tabIndex={-1}>
            {t(asks === LinkAsks.Device ? 'link-ask-device' : 'link-ask-account', {
              name: name || t('device-no-name'),
            })}{' '}
            <strong>{t('link-ask-words')}</strong>
          </p>
          <p class="note">{t('link-ask-note')}</p>
          <Button look="main" disabled={!here} onClick={() => answer(true)}>
            {t('link-yes')}
          </Button>
          <Button look="danger" onClick={() => answer(false)}>
            {t('link-no')}
          </Button>
        </fieldset>
      )}
    </div>
  );
}
