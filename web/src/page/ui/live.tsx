// The one place that is spoken: new messages of the open chat, at most one sentence in two seconds; failures at once.
import { effect, signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { trouble } from '../state/actions.ts';
import { arrivals } from '../state/patch.ts';
import { openChat } from '../state/state.ts';
import { plainText } from '../text/format.ts';
import { t } from '../text/strings.ts';
import { IconButton } from './kit/button.tsx';

const polite = signal('');
const EVERY_MS = 2000;

let waiting = 0;
let single = '';
let _timer: ReturnType<typeof setTimeout> | undefined;

function flush(): void {
  _timer = undefined;
  if (waiting === 0) return;
  polite.value = waiting === 1 ? single : t('spoken-many', { count: waiting });
  waiting = 0;
  _timer = setTimeout(flush, EVERY_MS);
}

/** Says something politely, joined with what else happens within two seconds. */
export function speak(text: string): void {
  waiting++;
  single = text;
  _timer ??= setTimeout(flush, 50);
}

export function Live() {
  useEffect(
    () =>
      effect(() => {
        const news = arrivals.value;
        const m = news?.message;
        if (!m || m.chat !== openChat.peek()?.id || m.type > 1) return;
        speak(m.mine ? t('spoken-sent') : t('spoken', { name: m.senderName, text: plainText(m.text).slice(0, 200) }));
      }),
    [],
  );
  return (
    <>
      <div class="unseen" role="status" aria-live="polite">
        {polite}
      </div>
      <div class={trouble.value ? 'trouble' : 'unseen'} role="alert">
        {trouble.value && (
          <>
            <span>{trouble}</span>
            <IconButton icon="close" label={t('close')} onClick={() => (trouble.value = '')} />
          </>
        )}
      </div>
    </>
  );
}
