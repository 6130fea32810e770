// Files before they are sent: what they are, a caption, and how large.
import { useEffect, useState } from 'preact/hooks';
import type { ChatView } from '../../shared/abi.gen.ts';
import { sendAs } from '../files.ts';
import { isPicture } from '../picture.ts';
import { settle } from '../state/actions.ts';
import { byteSize } from '../text/dates.ts';
import { t } from '../text/strings.ts';
import { Button } from './kit/button.tsx';
import { Dialog } from './kit/dialog.tsx';
import { Field } from './kit/field.tsx';
import { Icon } from './kit/icon.tsx';

function Thumb({ file }: { file: File }) {
  const [url, setUrl] = useState('');
  useEffect(() => {
    if (!isPicture(file.type)) return undefined;
    const made = URL.createObjectURL(file);
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [file]);
  return url ? (
    <img class="attach-thumb" src={url} alt="" />
  ) : (
    <span class="attach-thumb">
      <Icon name="file" />
    </span>
  );
}

interface Props {
  readonly chat: ChatView;
  readonly files: readonly File[];
  readonly caption: string;
  readonly replyTo: number;
  readonly onClose: () => void;
  readonly onSent: () => void;
}

export function AttachDialog({ chat, files, caption: given, replyTo, onClose, onSent }: Props) {
  const [caption, setCaption] = useState(given);
  const [busy, setBusy] = useState(false);
  const send = async (): Promise<void> => {
    setBusy(true);
    for (const [i, file] of files.entries()) {
      const made = await sendAs(file, chat.id, i === 0 ? caption.trim() : '', i === 0 ? replyTo : 0);
      if (!settle(made)) {
        setBusy(false);
        return;
      }
    }
    onSent();
  };
  return (
    <Dialog
      title={t('attach-title', { count: files.length })}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button look="main" icon="send" busy={busy} onClick={() => void send()}>
            {t('send')}
          </Button>
        </>
      }
    >
      <ul class="attach-list">
        {files.map((file) => (
          <li key={file.name + file.size}>
            <Thumb file={file} />
            <span class="attach-text">
              <bdi>{file.name}</bdi>
              <span>{byteSize(file.size)}</span>
            </span>
          </li>
        ))}
      </ul>
      <form
        onSubmit={(e) => {
          e.preventDefault();
          void send();
        }}
      >
        <Field
          label={t('caption')}
          value={caption}
          onInput={setCaption}
          focus
          hint={files.some((f) => isPicture(f.type)) ? t('caption-hint') : ''}
        />
      </form>
    </Dialog>
  );
}
