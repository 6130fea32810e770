// The new device, until it has an account: its code, the words, the chats that come.

import { LinkAsks, LinkPhase } from '../../shared/abi.gen.ts';
import { loadAll, run } from '../state/actions.ts';
import { linkProgress } from '../state/state.ts';
import { t } from '../text/strings.ts';
import { Button } from './kit/button.tsx';
import { Qr } from './kit/qr.tsx';
import { LinkWords, linkEnd, linkShows } from './link-words.tsx';
import { Screen } from './screen.tsx';

/** Nothing has come yet: what this device made for linking is removed. */
async function startAgain(): Promise<void> {
  if (await run({ kind: 'op_wipe' })) location.replace('/');
}

/** code: "" after a restart, when there is no code any more. */
export function LinkWaiting({ code }: { code: string }) {
  const progress = linkProgress.value;
  const phase = progress?.phase ?? LinkPhase.Waiting;
  const end = linkEnd(progress);
  if (end) {
    return (
      <Screen title={t('link-failed-title')} lead={t(end)}>
        <Button look="main" onClick={() => void startAgain()}>
          {t('start-again')}
        </Button>
      </Screen>
    );
  }
  if (phase !== LinkPhase.Waiting && phase !== LinkPhase.Words) {
    return (
      <Screen title={t('link-moving-title')} lead={t('link-moving')}>
        <progress
          class="bar"
          aria-label={t('link-moving-title')}
          max={Math.max(1, progress?.total ?? 1)}
          value={progress?.done ?? 0}
        />
        {phase === LinkPhase.Done && (
          <Button look="main" onClick={() => void loadAll()}>
            {t('to-chats')}
          </Button>
        )}
      </Screen>
    );
  }
  const cancel = (
    <Button look="quiet" onClick={() => void startAgain()}>
      {t('cancel')}
    </Button>
  );
  if (linkShows(progress)) {
    return (
      <Screen title={t('link-compare-title')}>
        <LinkWords progress={progress} />
        {progress.asks === LinkAsks.Nothing && cancel}
      </Screen>
    );
  }
  if (code === '') {
    return (
      <Screen title={t('link-moving-title')} lead={t('link-moving')}>
        <progress class="bar" aria-label={t('link-moving-title')} />
        {cancel}
      </Screen>
    );
  }
  return (
    <Screen title={t('link-show-title')} lead={t('link-show-lead')}>
      <Qr data={code} label={t('link-qr')} />
      <p class="link-code mono" dir="ltr">
        {code}
      </p>
      <Button icon="copy" onClick={() => void navigator.clipboard.writeText(code)}>
        {t('copy')}
      </Button>
      {cancel}
    </Screen>
  );
}
