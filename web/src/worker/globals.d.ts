// Put in by build.js: address and SHA-256 (base64).
declare const CORE: { readonly url: string; readonly sha256: string };
declare const KDF: { readonly url: string; readonly sha256: string };

interface WorkerGlobalScope {
  /** Set by the page in front of a worker that is started as a blob: where its files are, or the files themselves. */
  readonly SOTTO?: {
    readonly base?: string;
    readonly parts?: Readonly<Record<string, string>>;
  };
}
