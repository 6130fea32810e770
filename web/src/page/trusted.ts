// Trusted Types: the policy gives back the few script addresses this build has, and nothing else.

const known: string[] = [WORKER.url, SCAN.url, '/sw.js', ...Object.values(LANGUAGES).map((l) => l.url)];

const policy = globalThis.trustedTypes?.createPolicy('sotto-url', {
  createScriptURL: (url) => {
    if (!known.includes(url)) throw new TypeError('not a script of this build');
    return url;
  },
});

export function scriptUrl(url: string): string {
  return policy ? policy.createScriptURL(url) : url;
}

/** For bytes that have been compared with a hash of this build. */
export function blobScript(bytes: Blob): string {
  const url = URL.createObjectURL(bytes);
  known.push(url);
  return scriptUrl(url);
}
