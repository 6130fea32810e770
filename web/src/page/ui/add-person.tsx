// One's own link to give away, and the field for somebody else's.
import { useEffect, useState } from 'preact/hooks';
import { type LinkInfo, LinkWhat } from '../../shared/abi.gen.ts';
import { ask } from '../client.ts';
import { shareable } from '../place.ts';
import { go } from '../state/route.ts';
import { errorText } from '../text/errors.ts';
import { t } from '../text/strings.ts';
import { Button } from './kit/button.tsx';
import { Field } from './kit/field.tsx';
import { Qr } from './kit/qr.tsx';
import { Scanner } from './scanner.tsx';

export function ShareLink({ link }: { link: string }) {
  const [copied, setCopied] = useState(false);
  const share = (): void => {
    void navigator.share({ text: t('share-text'), url: link }).catch(() => undefined);
  };
  return (
    <div class="share">
      <Qr data={link} label={t('qr-of-link')} />
      <div class="share-side">
        <label class="field">
          <span class="label">{t('link')}</span>
          <input class="mono" readOnly value={link} dir="ltr" onFocus={(e) => e.currentTarget.select()} />
        </label>
        <div class="row-buttons">
          <Button
            icon={copied ? 'check' : 'copy'}
            onClick={() => void navigator.clipboard.writeText(link).then(() => setCopied(true))}
          >
            {copied ? t('copied') : t('copy-link')}
          </Button>
          {'share' in navigator && (
            <Button icon="share" onClick={share}>
              {t('share')}
            </Button>
          )}
        </div>
      </div>
    </div>
  );
}

/** One link of the account, made when first shown: for anyone, gone after a week. */
export function MyLink({ label }: { label: string }) {
  const [link, setLink] = useState('');
  const [error, setError] = useState('');
  useEffect(() => {
    let here = true;
    void ask({ kind: 'op_link_make', label, uses: 0, days: 7 }, 'text').then((made) => {
      if (!here) return;
      if (made.ok) setLink(shareable(made.value.value));
      else setError(errorText(made.error.name));
    });
    return () => {
      here = false;
    };
  }, []);
  if (error) return <p class="field-error">{error}</p>;
  return <ShareLink link={link} />;
}

interface AddProps {
  readonly onAdded: () => void;
  readonly given?: string;
}

const WHAT = ['add-is-person', 'add-is-group', 'add-is-device', 'add-is-own'] as const;

/** Reads the link first and says what it is, before anything is done with it. */
export function AddPerson({ onAdded, given = '' }: AddProps) {
  const [link, setLink] = useState(given);
  const [info, setInfo] = useState<LinkInfo | null>(null);
  const [error, setError] = useState('');
  const [busy, setBusy] = useState(false);
  const [scanning, setScanning] = useState(false);

  const look = async (text: string): Promise<void> => {
    setLink(text);
    setInfo(null);
    setError('');
    if (text.trim() === '') return;
    const answer = await ask({ kind: 'op_link_read', link: text.trim() }, 'link_info');
    if (answer.ok) setInfo(answer.value);
    else setError(t('add-not-a-link'));
  };
  useEffect(() => {
    if (given) void look(given);
  }, [given]);

  const add = async (): Promise<void> => {
    if (!info) return;
    setBusy(true);
    const op =
      info.what === LinkWhat.Group
        ? ({ kind: 'op_group_join', link: link.trim() } as const)
        : ({ kind: 'op_add', link: link.trim() } as const);
    const made = await ask(op, 'made');
    setBusy(false);
    if (!made.ok) {
      setError(errorText(made.error.name));
      return;
    }
    go(`chat/${made.value.id}`);
    onAdded();
  };
  const useless = info !== null && (info.what === LinkWhat.Device || info.what === LinkWhat.Mine);
  return (
    <form
      class="stack"
      onSubmit={(e) => {
        e.preventDefault();
        void add();
      }}
    >
      <Field
        label={t('add-field')}
        value={link}
        onInput={(v) => void look(v)}
        dir="ltr"
        error={error}
        placeholder="https://…/#/add/…"
      />
      {info && (
        <p class="note" role="status">
          {t(WHAT[info.what] ?? 'add-is-person', { gateway: info.gateway })}{' '}
          {info.known !== 0 && !useless ? t('add-known') : ''}
        </p>
      )}
      <div class="row-buttons">
        <Button look={info && !useless ? 'main' : 'plain'} submit busy={busy} disabled={!info || useless}>
          {t(info?.what === LinkWhat.Group ? 'group-join' : 'add')}
        </Button>
        <Button icon="scan" onClick={() => setScanning(true)}>
          {t('scan')}
        </Button>
      </div>
      {scanning && (
        <Scanner
          title={t('scan-link')}
          onClose={() => setScanning(false)}
          onText={(text) => {
            setScanning(false);
            void look(text);
          }}
        />
      )}
    </form>
  );
}
