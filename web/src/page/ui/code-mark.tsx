// The mark of the code: what is known about the files that run here. A shape and words, never colour alone, and no more
// than was checked.
import { useState } from 'preact/hooks';
import { agreeLoader, mark, pending, refusal, shown, trouble } from '../door.ts';
import { fullTime } from '../text/dates.ts';
import { type PlainKey, t } from '../text/strings.ts';
import { EvidenceButton, TroubleText } from './code-trouble.tsx';
import { Button } from './kit/button.tsx';
import { Dialog } from './kit/dialog.tsx';

const DAY_S = 86_400;
/** Trouble with a newer release leaves the running one as good as it was; it is shown beside the mark. */
const TROUBLE: Readonly<Record<string, PlainKey>> = {
  withheld: 'trouble-withheld',
  rollback: 'trouble-rollback',
  equivocation: 'trouble-equivocation',
  previous: 'trouble-equivocation',
  stale: 'trouble-stale',
  newest: 'trouble-newest',
  clock: 'trouble-clock',
  file: 'trouble-file',
  loader: 'trouble-loader',
  network: 'trouble-network',
};

function Facts() {
  const s = shown.value;
  const age = s && s.time > 0 ? Math.max(0, Math.floor((Date.now() / 1000 - s.time) / DAY_S)) : null;
  return (
    <dl class="facts">
      <dt>{t('code-version')}</dt>
      <dd>{s?.version ?? BUILD.version}</dd>
      {s && (
        <>
          <dt>{t('code-release')}</dt>
          <dd>{s.seq}</dd>
          <dt>{t('code-log')}</dt>
          <dd>{t('code-log-place', { index: s.index, size: s.size })}</dd>
          <dt>{t('code-witnesses')}</dt>
          <dd>{s.witnesses === 0 ? t('code-witnesses-none') : s.witnesses}</dd>
          {age !== null && (
            <>
              <dt>{t('code-seen')}</dt>
              <dd>{t('code-age', { when: fullTime(s.time * 1000), days: age })}</dd>
            </>
          )}
          <dt>{t('code-list')}</dt>
          <dd class="mono hash" dir="ltr">
            {s.hash}
          </dd>
          <dt>{t('code-commit')}</dt>
          <dd class="mono hash" dir="ltr">
            {s.commit}
          </dd>
        </>
      )}
      <dt>core.wasm</dt>
      <dd class="mono hash" dir="ltr">
        {BUILD.core}
      </dd>
    </dl>
  );
}

function Beside() {
  const wait = pending.value;
  const it = trouble.value;
  return (
    <>
      {wait && (
        <p class="note">
          {t('code-pending', { version: wait.version, seq: wait.seq, when: fullTime(wait.readyAt * 1000) })}
        </p>
      )}
      {it && refusal.value === '' && (
        <div role="alert">
          <p>{t(TROUBLE[it.code] ?? 'trouble-refused')}</p>
          <TroubleText />
          {it.code === 'loader' && <Button onClick={() => agreeLoader(it.path)}>{t('trouble-loader-agree')}</Button>}
        </div>
      )}
    </>
  );
}

export function CodeMark({ compact = false }: { compact?: boolean }) {
  const [open, setOpen] = useState(false);
  const now = mark.value;
  const name = t(`code-${now}`);
  const alert = trouble.value !== null && trouble.value.code !== 'network';
  const label = alert ? t('code-alert', { name }) : name;
  return (
    <>
      <button type="button" class={`code-mark ${now}`} title={label} onClick={() => setOpen(true)}>
        <span class="code-shape" aria-hidden="true" />
        <span class={compact ? 'unseen' : ''}>{label}</span>
      </button>
      {open && (
        <Dialog title={name} onClose={() => setOpen(false)} actions={shown.value ? <EvidenceButton /> : undefined}>
          <p>{t(`code-${now}-text`)}</p>
          <Beside />
          <p class="note">{t('code-not')}</p>
          <Facts />
        </Dialog>
      )}
    </>
  );
}
