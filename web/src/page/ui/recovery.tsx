// The recovery code: shown once at first run, later on demand; one group of it is asked for.
import { useState } from 'preact/hooks';
import { t } from '../text/strings.ts';
import { Button } from './kit/button.tsx';
import { Field } from './kit/field.tsx';

function groupsOf(code: string): readonly string[] {
  return code.split('-');
}

function save(code: string): void {
  const text = `${t('recovery-file', { date: new Date().toISOString().slice(0, 10) })}\n\n${code}\n`;
  const url = URL.createObjectURL(new Blob([text], { type: 'text/plain' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = 'sotto-recovery-code.txt';
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

export function CodeCard({ code }: { code: string }) {
  const [copied, setCopied] = useState(false);
  return (
    <div class="code-card">
      <ol class="code" dir="ltr" aria-label={t('recovery-code')}>
        {groupsOf(code).map((g, i) => (
          <li key={`${i}${g}`}>{g}</li>
        ))}
      </ol>
      <div class="row-buttons no-print">
        <Button icon="save" onClick={() => save(code)}>
          {t('save')}
        </Button>
        <Button icon="print" onClick={() => print()}>
          {t('print')}
        </Button>
        <Button
          icon={copied ? 'check' : 'copy'}
          onClick={() => void navigator.clipboard.writeText(code).then(() => setCopied(true))}
        >
          {copied ? t('copied') : t('copy')}
        </Button>
      </div>
    </div>
  );
}

/** Asks for one group, chosen at random when the screen opens. */
export function CodeCheck({ code, onRight }: { code: string; onRight: () => void }) {
  const groups = groupsOf(code);
  const [place] = useState(() => (crypto.getRandomValues(new Uint8Array(1))[0] ?? 0) % groups.length);
  const [typed, setTyped] = useState('');
  const [wrong, setWrong] = useState(false);
  return (
    <form
      class="stack"
      onSubmit={(e) => {
        e.preventDefault();
        const right = typed.trim().toUpperCase() === groups[place];
        setWrong(!right);
        if (right) onRight();
      }}
    >
      <Field
        label={t('recovery-ask', { place: place + 1 })}
        value={typed}
        onInput={setTyped}
        mono
        dir="ltr"
        maxLength={8}
        error={wrong ? t('recovery-wrong-group') : ''}
        hint={t('recovery-ask-hint')}
      />
      <Button look="main" submit disabled={typed.trim() === ''}>
        {t('recovery-check')}
      </Button>
    </form>
  );
}
