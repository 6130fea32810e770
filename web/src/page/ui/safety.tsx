// Comparing keys: digits to read aloud, a code to scan. Claims no more than that the encryption is verified.
import { useEffect, useState } from 'preact/hooks';
import { type PersonView, type Safety as SafetyAnswer, Verified } from '../../shared/abi.gen.ts';
import { fromBase64, toBase64 } from '../../shared/bytes.ts';
import { ask } from '../client.ts';
import { run, settle } from '../state/actions.ts';
import { t } from '../text/strings.ts';
import { Button } from './kit/button.tsx';
import { Group } from './kit/field.tsx';
import { Qr } from './kit/qr.tsx';
import { Scanner } from './scanner.tsx';

const PREFIX = 'sotto:verify:';
const GROUP = 5;

function groups(digits: string): readonly string[] {
  return digits.match(new RegExp(`.{1,${GROUP}}`, 'g')) ?? [];
}

function scanned(text: string): Uint8Array | null {
  if (!text.startsWith(PREFIX)) return null;
  try {
    return fromBase64(text.slice(PREFIX.length));
  } catch {
    return null;
  }
}

const HERE = ['device-not-in', 'device-silent', 'device-here'] as const;

/** Which devices they have: the list that the digits stand for. */
function Devices({ list }: { list: SafetyAnswer['devices'] }) {
  return (
    <ul class="plain-list pad" aria-label={t('devices')}>
      {list.map((d, i) => (
        <li key={d.fingerprint}>
          {t('device-number', { number: i + 1 })}{' '}
          <span class="mono" dir="ltr">
            {d.fingerprint}
          </span>{' '}
          <span class="note">{t(HERE[d.here] ?? 'device-not-in')}</span>
        </li>
      ))}
    </ul>
  );
}

export function Safety({ p }: { p: PersonView }) {
  const [safety, setSafety] = useState<SafetyAnswer | null>(null);
  const [scanning, setScanning] = useState(false);
  const [said, setSaid] = useState('');
  const [known, setKnown] = useState(true);
  useEffect(() => {
    setSaid('');
    void ask({ kind: 'op_safety', person: p.id }, 'safety').then((a) => {
      setSafety(a.ok ? a.value : null);
      setKnown(a.ok);
    });
  }, [p.id, p.verified, p.devices]);
  if (!safety) {
    return known ? null : (
      <Group title={t('safety')}>
        <p class="note pad">{t('safety-later')}</p>
      </Group>
    );
  }
  const onScan = async (text: string): Promise<void> => {
    setScanning(false);
    const bytes = scanned(text);
    if (!bytes) {
      setSaid(t('safety-other'));
      return;
    }
    const outcome = await ask({ kind: 'op_verify', person: p.id, on: true, scanned: bytes }, 'ok');
    if (outcome.ok) setSaid(t('safety-equal'));
    else if (outcome.error.name === 'auth') setSaid(t('safety-different'));
    else if (outcome.error.name === 'state') setSaid(t('safety-newer'));
    else settle(outcome);
  };
  return (
    <Group title={t('safety')} note={t('safety-note')}>
      <div class="safety">
        <div>
          <ol class="digits" dir="ltr" aria-label={t('safety-digits')}>
            {groups(safety.digits).map((g, i) => (
              <li key={`${i}${g}`}>{g}</li>
            ))}
          </ol>
          <p>{t('safety-how', { name: p.name })}</p>
        </div>
        <Qr data={PREFIX + toBase64(safety.code)} label={t('safety-qr')} />
      </div>
      <Devices list={safety.devices} />
      {said && (
        <p class="pad" role="status">
          <strong>{said}</strong>
        </p>
      )}
      {p.fork && <p class="bar caution">{t('safety-fork', { name: p.name })}</p>}
      <div class="row-buttons pad">
        <Button icon="scan" onClick={() => setScanning(true)}>
          {t('scan')}
        </Button>
        {p.verified === Verified.Now ? (
          <Button onClick={() => void run({ kind: 'op_verify', person: p.id, on: false, scanned: null })}>
            {t('unverify')}
          </Button>
        ) : (
          !p.fork && (
            <Button
              look="main"
              icon="check"
              onClick={() => void run({ kind: 'op_verify', person: p.id, on: true, scanned: null })}
            >
              {t('verify')}
            </Button>
          )
        )}
      </div>
      {scanning && (
        <Scanner title={t('safety-scan')} onText={(text) => void onScan(text)} onClose={() => setScanning(false)} />
      )}
    </Group>
  );
}
