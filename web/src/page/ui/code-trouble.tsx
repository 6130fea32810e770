// What of the check went wrong, and the evidence of it to be kept.
import { useState } from 'preact/hooks';
import { evidence, trouble } from '../door.ts';
import { saveBlob } from '../files.ts';
import { t } from '../text/strings.ts';
import { Button } from './kit/button.tsx';

export function EvidenceButton() {
  const [busy, setBusy] = useState(false);
  const save = async (): Promise<void> => {
    setBusy(true);
    saveBlob(new Blob([await evidence()], { type: 'application/json' }), 'sotto-evidence.json');
    setBusy(false);
  };
  return (
    <Button icon="save" busy={busy} onClick={() => void save()}>
      {t('evidence-save')}
    </Button>
  );
}

/** What differed, as the verifier names it. */
export function TroubleText() {
  const it = trouble.value;
  if (!it) return null;
  const [mine, offered] = it.seqs;
  return (
    <p class="note mono" dir="ltr">
      {[it.code, it.path, mine !== undefined && offered !== undefined ? `${mine} -> ${offered}` : '']
        .filter(Boolean)
        .join(' ')}
    </p>
  );
}
