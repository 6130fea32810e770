// QR codes: made and read in a worker that is started when a screen needs it. The browser's own reader is tried first.
import { startWorker } from './part.ts';

export interface QrCode {
  readonly size: number;
  readonly dots: Uint8Array;
}

interface Detector {
  detect(image: ImageBitmapSource): Promise<readonly { readonly rawValue: string }[]>;
}
type DetectorClass = new (options: { formats: readonly string[] }) => Detector;

type Question = { readonly make: string } | { readonly read: ImageData };

let worker: Worker | null = null;
let asked = false;
let last = 0;
const waiting = new Map<number, { readonly body: Question; done(value: unknown): void }>();

function begin(made: Worker): void {
  worker = made;
  made.onmessage = (e: MessageEvent<{ readonly n: number; readonly value: unknown }>) => {
    waiting.get(e.data.n)?.done(e.data.value);
    waiting.delete(e.data.n);
  };
  for (const [n, { body }] of waiting) made.postMessage({ ...body, n });
}

function question(body: Question): Promise<unknown> {
  return new Promise((done) => {
    const n = ++last;
    waiting.set(n, { body, done });
    worker?.postMessage({ ...body, n });
    if (!asked) startWorker(SCAN, 'scan', begin);
    asked = true;
  });
}

function isCode(x: unknown): x is QrCode {
  return typeof x === 'object' && x !== null && 'size' in x && 'dots' in x && x.dots instanceof Uint8Array;
}

export async function makeCode(text: string): Promise<QrCode | null> {
  const made = await question({ make: text });
  return isCode(made) ? made : null;
}

function isDetectorClass(x: unknown): x is DetectorClass {
  return typeof x === 'function';
}

const found: unknown = Object.getOwnPropertyDescriptor(globalThis, 'BarcodeDetector')?.value;
const detector = isDetectorClass(found) ? new found({ formats: ['qr_code'] }) : null;

async function readImage(image: ImageData): Promise<string | null> {
  if (detector) {
    try {
      const codes = await detector.detect(image);
      if (codes[0]) return codes[0].rawValue;
    } catch {
      // present, but with no service behind it: our own reader is tried next
    }
  }
  const text = await question({ read: image });
  return typeof text === 'string' ? text : null;
}

function grab(source: CanvasImageSource, width: number, height: number): ImageData | null {
  if (width === 0 || height === 0) return null;
  const scale = Math.min(1, 960 / Math.max(width, height));
  const canvas = document.createElement('canvas');
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  const context = canvas.getContext('2d', { willReadFrequently: true });
  context?.drawImage(source, 0, 0, canvas.width, canvas.height);
  return context?.getImageData(0, 0, canvas.width, canvas.height) ?? null;
}

/** A code in a picture the person chose or pasted. */
export async function readFile(file: Blob): Promise<string | null> {
  const bitmap = await createImageBitmap(file);
  const image = grab(bitmap, bitmap.width, bitmap.height);
  bitmap.close();
  return image ? readImage(image) : null;
}

/** Shows the camera in `video` until a code is seen; returns what ends it. */
export async function watchCamera(video: HTMLVideoElement, seen: (text: string) => void): Promise<() => void> {
  const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' }, audio: false });
  video.srcObject = stream;
  await video.play();
  let ended = false;
  const end = (): void => {
    ended = true;
    for (const track of stream.getTracks()) track.stop();
    video.srcObject = null;
  };
  const look = async (): Promise<void> => {
    if (ended) return;
    const image = grab(video, video.videoWidth, video.videoHeight);
    const text = image ? await readImage(image) : null;
    if (text !== null && !ended) {
      end();
      seen(text);
      return;
    }
    setTimeout(() => void look(), 150);
  };
  void look();
  return end;
}
