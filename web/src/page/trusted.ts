// Trusted Types: the policy gives back the few script addresses this build has, and nothing else.

const known: readonly string[] = [WORKER_URL, SCAN_URL, '/sw.js'];

const policy = globalThis.trustedTypes?.createPolicy('sotto-url', {
  createScriptURL: (url) => {
    if (!known.includes(url)) throw new TypeError('not a script of this build');
    return url;
  },
});

export function scriptUrl(url: string): string {
  return policy ? policy.createScriptURL(url) : url;
}
