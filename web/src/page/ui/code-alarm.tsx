// Over the whole page: the code that runs here is not what was checked, or something tried to take its place.
import { type Alarm, dismissAlarm, type Refusal } from '../door.ts';
import { fullTime } from '../text/dates.ts';
import { t } from '../text/strings.ts';
import { EvidenceButton, TroubleText } from './code-trouble.tsx';
import { Button } from './kit/button.tsx';
import { Brand, LanguageChoice, Screen } from './screen.tsx';

export function RefusedScreen({ why }: { why: Refusal }) {
  return (
    <>
      <Brand />
      <Screen title={t(`refused-${why}`)} lead={t(`refused-${why}-text`)}>
        <div class="stack" role="alert">
          <TroubleText />
          <p class="note">{t('refused-safe')}</p>
          {why === 'opened' ? (
            <Button look="main" icon="close" onClick={() => window.close()}>
              {t('window-close')}
            </Button>
          ) : (
            <Button look="main" icon="retry" onClick={() => location.reload()}>
              {t('start-again')}
            </Button>
          )}
        </div>
      </Screen>
      <LanguageChoice />
    </>
  );
}

export function AlarmScreen({ alarm }: { alarm: Alarm }) {
  return (
    <>
      <Brand />
      <Screen title={t(`alarm-${alarm.code}`)} lead={t(`alarm-${alarm.code}-text`)}>
        <div class="stack" role="alert">
          <dl class="facts">
            <dt>{t('alarm-when')}</dt>
            <dd>{fullTime(alarm.at)}</dd>
            {alarm.release && (
              <>
                <dt>{t('alarm-release')}</dt>
                <dd class="mono hash" dir="ltr">
                  {alarm.release}
                </dd>
              </>
            )}
          </dl>
          <p class="note">{t('alarm-advice')}</p>
          <p class="note mono" dir="ltr">
            sotto-verify origin {location.origin}
          </p>
          <EvidenceButton />
          <Button look="quiet" onClick={dismissAlarm}>
            {t('alarm-continue')}
          </Button>
        </div>
      </Screen>
    </>
  );
}
