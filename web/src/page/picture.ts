// Pictures before they leave: small square ones for profiles, and what a preview needs (size and thumbhash).
import { rgbaToThumbHash, thumbHashToDataURL } from 'thumbhash';

const PROFILE_SIDE = 256;
const PROFILE_BYTES_MAX = 32768;
const HASH_SIDE = 100;
/** Shown in place; everything else is a file to save. No SVG: it is a document. */
const SHOWN = new Set(['image/png', 'image/jpeg', 'image/webp', 'image/gif', 'image/avif']);

export function isPicture(type: string): boolean {
  return SHOWN.has(type);
}

function draw(
  bitmap: ImageBitmap,
  x: number,
  y: number,
  side: [number, number],
  to: [number, number],
): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  canvas.width = to[0];
  canvas.height = to[1];
  canvas.getContext('2d')?.drawImage(bitmap, x, y, side[0], side[1], 0, 0, to[0], to[1]);
  return canvas;
}

function toBlob(canvas: HTMLCanvasElement, quality: number): Promise<Blob | null> {
  return new Promise((done) => canvas.toBlob(done, 'image/jpeg', quality));
}

/** A square JPEG that fits into a profile, or null when the file is no picture. */
export async function profilePicture(file: Blob): Promise<Uint8Array | null> {
  try {
    const bitmap = await createImageBitmap(file);
    const side = Math.min(bitmap.width, bitmap.height);
    const canvas = draw(
      bitmap,
      (bitmap.width - side) / 2,
      (bitmap.height - side) / 2,
      [side, side],
      [PROFILE_SIDE, PROFILE_SIDE],
    );
    bitmap.close();
    for (const quality of [0.85, 0.7, 0.5, 0.3]) {
      const blob = await toBlob(canvas, quality);
      if (blob && blob.size <= PROFILE_BYTES_MAX) return new Uint8Array(await blob.arrayBuffer());
    }
  } catch {
    // not a picture this browser can read
  }
  return null;
}

export interface Preview {
  readonly width: number;
  readonly height: number;
  readonly hash: Uint8Array;
}

const none: Preview = { width: 0, height: 0, hash: new Uint8Array(0) };

export async function previewOf(file: Blob): Promise<Preview> {
  if (!isPicture(file.type)) return none;
  try {
    const bitmap = await createImageBitmap(file);
    const { width, height } = bitmap;
    const scale = Math.min(1, HASH_SIDE / Math.max(width, height));
    const w = Math.max(1, Math.round(width * scale));
    const h = Math.max(1, Math.round(height * scale));
    const canvas = draw(bitmap, 0, 0, [width, height], [w, h]);
    bitmap.close();
    const data = canvas.getContext('2d')?.getImageData(0, 0, w, h);
    return data ? { width, height, hash: Uint8Array.from(rgbaToThumbHash(w, h, data.data)) } : none;
  } catch {
    return none;
  }
}

const blurs = new Map<string, string>();

/** The blurred preview as a URL; '' when there is none. */
export function blurUrl(hash: Uint8Array): string {
  if (hash.length < 5) return '';
  const key = hash.join();
  let url = blurs.get(key);
  if (url === undefined) {
    url = thumbHashToDataURL(hash);
    blurs.set(key, url);
  }
  return url;
}
