// Files and pictures in a message: blurred until they are here, fetched on demand, small pictures at once.
import { useEffect, useState } from 'preact/hooks';
import { FileState, type FileView, type MessageView } from '../../shared/abi.gen.ts';
import { tell } from '../client.ts';
import { fetchFile, filesVersion, fileUrl, loadFile, saveFile, sendAs } from '../files.ts';
import { blurUrl, isPicture } from '../picture.ts';
import { run, settle } from '../state/actions.ts';
import { byteSize, percent } from '../text/dates.ts';
import { t } from '../text/strings.ts';
import { Button, IconButton } from './kit/button.tsx';
import { Dialog } from './kit/dialog.tsx';
import { Icon } from './kit/icon.tsx';

const BY_ITSELF_BYTES = 2_000_000;
const SHOWN_WIDTH = 360;
const SHOWN_HEIGHT = 320;
/** Taking a file in needs no network: without progress for this long, no window is giving it. */
const STOPPED_MS = 5000;

function fit(f: FileView): { width: number; height: number } {
  const scale = Math.min(1, SHOWN_WIDTH / f.width, SHOWN_HEIGHT / f.height);
  return { width: Math.max(80, Math.round(f.width * scale)), height: Math.max(60, Math.round(f.height * scale)) };
}

function stateText(f: FileView): string {
  switch (f.state) {
    case FileState.Coming:
      return t('file-coming', { percent: percent(f.done, f.bytes) });
    case FileState.Failed:
      return t('file-failed');
    case FileState.Going:
      return t('file-going', { percent: percent(f.done, f.bytes) });
    default:
      return byteSize(f.bytes);
  }
}

/** The page that gave the file was closed before all of it was taken in. */
function useStopped(f: FileView): boolean {
  const [stopped, setStopped] = useState(false);
  useEffect(() => {
    setStopped(false);
    if (f.state !== FileState.Going || f.done >= f.bytes) return undefined;
    const timer = setTimeout(() => setStopped(true), STOPPED_MS);
    return () => clearTimeout(timer);
  }, [f.state, f.done]);
  return stopped;
}

function Stopped({ m }: { m: MessageView }) {
  const again = async (file: File): Promise<void> => {
    // As a new message: the file on the disk may have changed since part of it was taken in.
    if (settle(await sendAs(file, m.chat, m.text, m.reply?.id ?? 0))) {
      await run({ kind: 'op_file_cancel', message: m.id });
    }
  };
  return (
    <div class="failed" role="note">
      <span>{t('file-stopped')}</span>
      <span class="row-buttons">
        <label class="button plain">
          {t('file-again')}
          <input
            type="file"
            class="unseen"
            onChange={(e) => {
              const file = e.currentTarget.files?.[0];
              if (file) void again(file);
            }}
          />
        </label>
        <Button icon="trash" onClick={() => void run({ kind: 'op_file_cancel', message: m.id })}>
          {t('delete')}
        </Button>
      </span>
    </div>
  );
}

function Progress({ m, f }: { m: MessageView; f: FileView }) {
  const stopped = useStopped(f);
  if (stopped) return <Stopped m={m} />;
  if (f.state !== FileState.Coming && f.state !== FileState.Going) return null;
  return (
    <span class="file-progress">
      <progress class="bar" max={Math.max(1, f.bytes)} value={f.done} aria-label={stateText(f)} />
      <IconButton
        icon="close"
        label={t('cancel')}
        onClick={() => void tell({ kind: 'op_file_cancel', message: m.id })}
      />
    </span>
  );
}

function Picture({ m, f }: { m: MessageView; f: FileView }) {
  filesVersion.value; // renders again when the URL has arrived
  const url = fileUrl(m.id);
  const [large, setLarge] = useState(false);
  const { width, height } = fit(f);
  useEffect(() => {
    if (f.state === FileState.Here) void loadFile(m.id, f.type);
    if (f.state === FileState.Away && f.bytes <= BY_ITSELF_BYTES) fetchFile(m.id);
  }, [m.id, f.state]);
  const blur = blurUrl(f.preview);
  const name = f.name || t('picture');
  return (
    <>
      <button
        type="button"
        class="picture"
        aria-label={url ? t('picture-open', { name }) : t('picture-fetch', { name, size: byteSize(f.bytes) })}
        onClick={() => {
          if (url) setLarge(true);
          else if (f.state === FileState.Away || f.state === FileState.Failed) fetchFile(m.id);
        }}
      >
        {blur && !url && <img class="blur" src={blur} width={width} height={height} alt="" />}
        {url ? (
          <img src={url} width={width} height={height} alt={m.text || name} decoding="async" />
        ) : (
          <>
            {!blur && <svg width={width} height={height} aria-hidden="true" />}
            <span class="picture-state">
              {(f.state === FileState.Away || f.state === FileState.Failed) && (
                <Icon name={f.state === FileState.Failed ? 'retry' : 'download'} size={18} />
              )}
              {stateText(f)}
            </span>
          </>
        )}
      </button>
      <Progress m={m} f={f} />
      {large && url && (
        <Dialog
          title={name}
          wide
          onClose={() => setLarge(false)}
          actions={<IconButton icon="download" label={t('download')} onClick={() => void saveFile(m.id, f.name)} />}
        >
          <img class="full-picture" src={url} alt={m.text || name} />
        </Dialog>
      )}
    </>
  );
}

export function Attachment({ m, f }: { m: MessageView; f: FileView }) {
  if (isPicture(f.type) && f.width > 0 && f.height > 0) return <Picture m={m} f={f} />;
  const act = (): void => {
    if (f.state === FileState.Here) void saveFile(m.id, f.name);
    else if (f.state === FileState.Away || f.state === FileState.Failed) fetchFile(m.id);
  };
  const label = t(f.state === FileState.Here ? 'file-save' : 'file-fetch', { name: f.name, size: byteSize(f.bytes) });
  return (
    <div class="file">
      <button
        type="button"
        class="file-button"
        aria-label={label}
        disabled={f.state === FileState.Coming || f.state === FileState.Going}
        onClick={act}
      >
        <span class="file-icon">
          <Icon
            name={
              f.state === FileState.Here
                ? 'save'
                : f.state === FileState.Failed
                  ? 'retry'
                  : f.state === FileState.Away
                    ? 'download'
                    : 'file'
            }
          />
        </span>
        <span class="file-text">
          <bdi class="file-name">{f.name || t('file')}</bdi>
          <span class="file-state">{f.state === FileState.Here ? byteSize(f.bytes) : stateText(f)}</span>
        </span>
      </button>
      <Progress m={m} f={f} />
    </div>
  );
}
