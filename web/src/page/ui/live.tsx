// The one region that is spoken: new messages of the open chat (state/spoken.ts says how often); failures at once.

import { effect } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { MessageType } from '../../shared/abi.gen.ts';
import { trouble } from '../state/actions.ts';
import { arrivals } from '../state/patch.ts';
import { polite, speak } from '../state/spoken.ts';
import { openChat } from '../state/state.ts';
import { plainText } from '../text/format.ts';
import { t } from '../text/strings.ts';
import { IconButton } from './kit/button.tsx';

const SPOKEN_MAX = 200;

export function Live() {
  useEffect(
    () =>
      effect(() => {
        for (const m of arrivals.value) {
          if (m.chat !== openChat.peek()?.id || (m.type !== MessageType.Text && m.type !== MessageType.File)) continue;
          if (m.mine) speak(t('spoken-sent'));
          else speak(t('spoken', { name: m.senderName, text: plainText(m.text).slice(0, SPOKEN_MAX) }), m);
        }
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
