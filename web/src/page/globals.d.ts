// Put in by build.js: the other files of this build, by address and SHA-256 (base64).
interface BuiltPart {
  readonly url: string;
  readonly sha256: string;
}
declare const WORKER: BuiltPart;
declare const SCAN: BuiltPart;
declare const EMOJI: BuiltPart;
declare const WORDS: BuiltPart;
/** By their tags: the name in the language itself, and which way it runs. */
declare const LANGUAGES: Readonly<Record<string, BuiltPart & { readonly name: string; readonly dir: 'ltr' | 'rtl' }>>;
/** local: of a release line `local/...`, a build on one's own machine. */
declare const BUILD: { readonly version: string; readonly core: string; readonly local: boolean };
/** Opened from disk: everything is inside, and there is neither a service worker nor a server of its own. */
declare const PORTABLE: boolean;
/** In the portable file: every part, base64. */
declare const PARTS: Readonly<Record<string, string>> | null;

// Not yet in TypeScript's own list. A policy's result passes for a string here; the browser tells them apart.
interface TrustedTypePolicyFactory {
  createPolicy(name: string, rules: { createScriptURL(url: string): string }): { createScriptURL(url: string): string };
}
declare var trustedTypes: TrustedTypePolicyFactory | undefined;
