// The one script URL a worker may start: its own. Under Trusted Types it needs a policy.
import { bytesOfBase64 } from '../shared/bytes.ts';

let own = self.location.href;

const policy = self.trustedTypes?.createPolicy('sotto-url', {
  createScriptURL: (url) => {
    if (url !== own) throw new TypeError('not a script of this build');
    return url;
  },
});

/** In a page on disk Chromium lets a worker start only blobs of its own making: the same bytes are wrapped again. */
function again(start: NonNullable<typeof self.SOTTO>): string {
  const code = start.parts?.[start.worker ?? ''];
  if (code === undefined) return self.location.href;
  const head = `self.SOTTO=${JSON.stringify(start)};\n`;
  return URL.createObjectURL(new Blob([head, bytesOfBase64(code)], { type: 'text/javascript' }));
}

export function workerUrl(): string {
  if (self.SOTTO && own === self.location.href) own = again(self.SOTTO);
  return policy ? policy.createScriptURL(own) : own;
}
