// A new recovery code: shown, one group of it asked for, and only then used.
import { useEffect, useState } from 'preact/hooks';
import { ask } from '../client.ts';
import { settle } from '../state/actions.ts';
import { t } from '../text/strings.ts';
import { Button } from './kit/button.tsx';
import { CodeCard, CodeCheck } from './recovery.tsx';

export function NewCode({ onTake }: { onTake: (code: string) => void }) {
  const [code, setCode] = useState('');
  const [kept, setKept] = useState(false);
  useEffect(() => {
    void ask({ kind: 'op_recovery_new' }, 'recovery').then((answer) => {
      if (settle(answer) && answer.ok) setCode(answer.value.code);
    });
  }, []);
  if (code === '') return null;
  return kept ? (
    <CodeCheck code={code} onRight={() => onTake(code)} />
  ) : (
    <div class="stack">
      <CodeCard code={code} />
      <Button look="main" onClick={() => setKept(true)}>
        {t('recovery-kept')}
      </Button>
    </div>
  );
}
