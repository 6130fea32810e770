// Put in by build.js.
declare const WORKER_URL: string;
declare const SCAN_URL: string;
declare const EMOJI: { readonly url: string; readonly sha256: string };
declare const TABLES: Readonly<Record<'en' | 'ar', { readonly url: string; readonly sha256: string }>>;
declare const BUILD: { readonly version: string; readonly core: string };

// Not yet in TypeScript's own list. A policy's result passes for a string here; the browser knows better.
interface TrustedTypePolicyFactory {
  createPolicy(name: string, rules: { createScriptURL(url: string): string }): { createScriptURL(url: string): string };
}
declare var trustedTypes: TrustedTypePolicyFactory | undefined;
