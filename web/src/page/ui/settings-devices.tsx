// The account's devices: which there are, revoking one, linking another.
import { useEffect, useState } from 'preact/hooks';
import { type DeviceView, LinkPhase } from '../../shared/abi.gen.ts';
import { toHex } from '../../shared/bytes.ts';
import { ask } from '../client.ts';
import { loadDevices, run, settle } from '../state/actions.ts';
import { devicesVersion } from '../state/patch.ts';
import { devices, linkProgress } from '../state/state.ts';
import { shortDate, shortTime } from '../text/dates.ts';
import { t } from '../text/strings.ts';
import { secretAgain } from './again.tsx';
import { Button } from './kit/button.tsx';
import { Dialog } from './kit/dialog.tsx';
import { Field, Group } from './kit/field.tsx';
import { Icon } from './kit/icon.tsx';
import { LinkWords, linkEnd, linkShows } from './link-words.tsx';
import { NewCode } from './new-code.tsx';
import { Scanner } from './scanner.tsx';
import { View } from './view.tsx';

/** The device goes and a new code comes, in one entry; "not now" says what stays open. */
function RevokeDialog({ d, onClose }: { d: DeviceView; onClose: () => void }) {
  const [old, setOld] = useState('');
  const revoke = async (code: string): Promise<void> => {
    if (!(await secretAgain('op_device_revoke'))) return;
    const done = await run({ kind: 'op_device_revoke', device: d.id, code, old: code === '' ? '' : old.trim() });
    if (done) onClose();
    await loadDevices();
  };
  return (
    <Dialog title={t('device-revoke')} onClose={onClose}>
      <p>{t('device-revoke-text', { name: d.name })}</p>
      <p>{t('device-revoke-code')}</p>
      <Field label={t('recovery-old')} value={old} onInput={setOld} mono dir="ltr" hint={t('recovery-old-hint')} />
      <NewCode onTake={(code) => void revoke(code)} />
      <p class="note">{t('device-revoke-open')}</p>
      <Button look="danger" onClick={() => void revoke('')}>
        {t('device-revoke-later')}
      </Button>
    </Dialog>
  );
}

function Device({ d }: { d: DeviceView }) {
  const [asking, setAsking] = useState(false);
  return (
    <li class="member">
      <span class="device-icon">
        <Icon name="device" />
      </span>
      <span class="chat-row-text">
        <bdi>{d.name || t('device-no-name')}</bdi>
        <span class="note">
          {d.current
            ? t('device-this')
            : t('device-since', { added: shortDate(d.addedMs), seen: d.seenMs ? shortTime(d.seenMs) : '–' })}
        </span>
      </span>
      {!d.current && (
        <Button look="danger" onClick={() => setAsking(true)}>
          {t('device-revoke')}
        </Button>
      )}
      {asking && <RevokeDialog d={d} onClose={() => setAsking(false)} />}
    </li>
  );
}

function LinkDialog({ onClose }: { onClose: () => void }) {
  const [code, setCode] = useState('');
  const [scanning, setScanning] = useState(false);
  const [going, setGoing] = useState(false);
  const [error, setError] = useState('');
  const progress = linkProgress.value;
  const accept = async (text: string): Promise<void> => {
    setScanning(false);
    setError('');
    if (!(await secretAgain('op_link_accept'))) return;
    linkProgress.value = null;
    const outcome = await ask({ kind: 'op_link_accept', code: text.trim() }, 'ok');
    if (outcome.ok) setGoing(true);
    else if (outcome.error.name === 'input') setError(t('link-bad-code'));
    else settle(outcome);
  };
  const phase = going ? (progress?.phase ?? LinkPhase.Waiting) : null;
  const underWay = phase === LinkPhase.Waiting || phase === LinkPhase.Words || phase === LinkPhase.Moving;
  const end = going ? linkEnd(progress) : null;
  return (
    <Dialog
      title={t('device-link')}
      onClose={() => {
        if (underWay) void run({ kind: 'op_link_cancel' });
        onClose();
      }}
    >
      {phase === null && !scanning && (
        <form
          class="stack"
          onSubmit={(e) => {
            e.preventDefault();
            void accept(code);
          }}
        >
          <p>{t('device-link-how')}</p>
          <Button icon="scan" onClick={() => setScanning(true)}>
            {t('scan')}
          </Button>
          <Field label={t('link-code')} value={code} onInput={setCode} mono dir="ltr" focus error={error} />
          <Button look="main" submit disabled={code.trim() === ''}>
            {t('continue')}
          </Button>
        </form>
      )}
      {phase !== null && (
        <div class="stack">
          {linkShows(progress) ? (
            <LinkWords progress={progress} />
          ) : (
            <p role="status">
              {t(
                end ??
                  (phase === LinkPhase.Done ? 'link-done' : phase === LinkPhase.Moving ? 'link-sending' : 'link-wait'),
              )}
            </p>
          )}
          {phase === LinkPhase.Moving && (
            <progress
              class="bar"
              aria-label={t('link-sending')}
              max={Math.max(1, progress?.total ?? 1)}
              value={progress?.done ?? 0}
            />
          )}
          {!underWay && <Button onClick={onClose}>{t('close')}</Button>}
        </div>
      )}
      {scanning && (
        <Scanner title={t('link-scan')} onText={(text) => void accept(text)} onClose={() => setScanning(false)} />
      )}
    </Dialog>
  );
}

export function DevicesPage() {
  const [linking, setLinking] = useState(false);
  useEffect(() => {
    void loadDevices();
  }, [devicesVersion.value]);
  return (
    <View title={t('settings-devices')} back="settings">
      <Group note={t('devices-note')}>
        <ul class="plain-list">
          {devices.value.map((d) => (
            <Device key={toHex(d.id)} d={d} />
          ))}
        </ul>
        <div class="pad">
          <Button
            look="main"
            icon="plus"
            onClick={() => {
              linkProgress.value = null;
              setLinking(true);
            }}
          >
            {t('device-link')}
          </Button>
        </div>
      </Group>
      {linking && <LinkDialog onClose={() => setLinking(false)} />}
    </View>
  );
}
