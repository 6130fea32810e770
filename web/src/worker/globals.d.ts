// Put in by build.js.
declare const CORE_URL: string;
declare const CORE_SHA256: string;
declare const KDF_URL: string;
declare const KDF_SHA256: string;

// Not yet in TypeScript's own list.
interface TrustedTypePolicyFactory {
  createPolicy(name: string, rules: { createScriptURL(url: string): string }): { createScriptURL(url: string): string };
}
interface WorkerGlobalScope {
  readonly trustedTypes?: TrustedTypePolicyFactory;
}
