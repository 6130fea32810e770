// Put in by build.js: address and SHA-256 (base64).
declare const CORE: { readonly url: string; readonly sha256: string };
declare const KDF: { readonly url: string; readonly sha256: string };

// Not yet in TypeScript's own list.
interface TrustedTypePolicyFactory {
  createPolicy(name: string, rules: { createScriptURL(url: string): string }): { createScriptURL(url: string): string };
}
interface WorkerGlobalScope {
  readonly trustedTypes?: TrustedTypePolicyFactory;
  /** Set by the page in front of a worker that is started as a blob: where its files are, or the files themselves. */
  readonly SOTTO?: {
    readonly base?: string;
    readonly parts?: Readonly<Record<string, string>>;
    /** Which of the parts this script is. */
    readonly worker?: string;
  };
}
