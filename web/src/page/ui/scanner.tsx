// Reads a code with the camera, or from a picture. The camera is asked for only after a press.
import { useEffect, useRef, useState } from 'preact/hooks';
import { readFile, watchCamera } from '../scan.ts';
import { t } from '../text/strings.ts';
import { Button } from './kit/button.tsx';
import { Dialog } from './kit/dialog.tsx';

interface Props {
  readonly title: string;
  readonly onText: (text: string) => void;
  readonly onClose: () => void;
}

export function Scanner({ title, onText, onClose }: Props) {
  const video = useRef<HTMLVideoElement>(null);
  const end = useRef<() => void>(() => undefined);
  const [on, setOn] = useState(false);
  const [problem, setProblem] = useState('');
  useEffect(() => () => end.current(), []);
  const start = (): void => {
    const el = video.current;
    if (!el) return;
    setProblem('');
    watchCamera(el, onText).then(
      (stop) => {
        end.current = stop;
        setOn(true);
      },
      () => setProblem(t('camera-refused')),
    );
  };
  return (
    <Dialog title={title} onClose={onClose}>
      <div class="stack">
        <video ref={video} class={on ? 'camera' : 'camera off'} playsInline muted aria-label={t('camera-picture')} />
        {!on && (
          <>
            <p class="note">{t('camera-why')}</p>
            <Button look="main" icon="camera" onClick={start}>
              {t('camera-start')}
            </Button>
          </>
        )}
        <label class="button plain">
          <span>{t('scan-picture')}</span>
          <input
            type="file"
            accept="image/*"
            class="unseen"
            onChange={(e) => {
              const file = e.currentTarget.files?.[0];
              if (!file) return;
              readFile(file).then(
                (text) => (text ? onText(text) : setProblem(t('scan-nothing'))),
                () => setProblem(t('scan-nothing')),
              );
            }}
          />
        </label>
        {problem && (
          <p class="field-error" role="alert">
            {problem}
          </p>
        )}
      </div>
    </Dialog>
  );
}
