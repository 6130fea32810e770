// QR codes in a worker of their own, started when a screen needs one: makes and reads them.
import { correction, generate } from 'lean-qr';
import { decodeQR } from 'qr/decode.js';

type Question = { readonly n: number; readonly make: string } | { readonly n: number; readonly read: ImageData };

function make(data: string): { size: number; dots: Uint8Array } {
  const code = generate(data, { minCorrectionLevel: correction.L, maxCorrectionLevel: correction.Q });
  const dots = new Uint8Array(code.size * code.size);
  for (let y = 0; y < code.size; y++) {
    for (let x = 0; x < code.size; x++) dots[y * code.size + x] = code.get(x, y) ? 1 : 0;
  }
  return { size: code.size, dots };
}

function read(image: ImageData): string | null {
  try {
    return decodeQR(image);
  } catch {
    return null; // no code in the picture
  }
}

self.addEventListener('message', (e: MessageEvent<Question>) => {
  const q = e.data;
  const value = 'read' in q ? read(q.read) : make(q.make);
  self.postMessage({ n: q.n, value });
});
