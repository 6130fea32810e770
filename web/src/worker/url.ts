// The one script URL a worker may start: its own. Under Trusted Types it needs a policy.

const policy = self.trustedTypes?.createPolicy('sotto-url', {
  createScriptURL: (url) => {
    if (url !== self.location.href) throw new TypeError('not a script of this build');
    return url;
  },
});

export function workerUrl(): string {
  const url = self.location.href;
  return policy ? policy.createScriptURL(url) : url;
}
