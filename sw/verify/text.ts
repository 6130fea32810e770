// The text of a release note, `sotto-release/v1` (verified-delivery 4.1). Grammar: wasm/release/accept.h.

export interface ListedFile {
  readonly path: string;
  readonly size: number;
  /** SHA-256, base64url without padding. */
  readonly hash: string;
  readonly type: string;
}
export interface ReleaseText {
  readonly line: string;
  readonly version: string;
  readonly seq: number;
  /** Hash of the text before; '' for the first. */
  readonly previous: string;
  readonly commit: string;
  readonly toolchain: string;
  readonly loader: string;
  readonly csp: string;
  readonly wasm: readonly string[];
  readonly files: ReadonlyMap<string, ListedFile>;
}

export const INDEX = '/';
const FILE_BYTES_MAX = 64 << 20;
const HASH = '[\\w-]{42}[AEIMQUYcgkosw048]'; // the last letter carries four bits
const NUMBER = '0|[1-9]\\d{0,15}';
const FILE = `file (/|/[A-Za-z0-9][\\w.-]*) (${NUMBER}) (${HASH}) ([a-z+.-]+/[a-z0-9+.-]+)\\n`;
const TEXT = new RegExp(
  `^sotto-release/v1\\nline ([!-~]+)\\nversion ([0-9A-Za-z.+-]{1,64})\\nseq (${NUMBER})\\nprev (-|${HASH})\\n` +
    `commit ([0-9a-f]{40}|[0-9a-f]{64})\\ntoolchain ([0-9a-f]{64})\\nloader (${HASH})\\n` +
    `csp (default-src 'none'; [ -+\\--~]*)\\n((?:wasm ${HASH}\\n){0,8})((?:file [!-~]+ (?:${NUMBER}) ${HASH} [!-~]+\\n){1,64})$`,
);

function isAscending(list: readonly string[]): boolean {
  return list.every((x, i) => i === 0 || (list[i - 1] ?? '') < x);
}

function parseFiles(text: string): Map<string, ListedFile> | null {
  const files = new Map<string, ListedFile>();
  for (const line of text.split(/(?<=\n)/)) {
    const [, path, digits, hash = '', type = ''] = new RegExp(`^${FILE}$`).exec(line) ?? [];
    const size = Number(digits);
    if (path === undefined || size > FILE_BYTES_MAX || files.has(path)) return null;
    files.set(path, { path, size, hash, type });
  }
  return files.has(INDEX) && isAscending(Array.from(files.keys())) ? files : null;
}

/** Null for anything that is not exactly such a text. */
export function parseText(text: string): ReleaseText | null {
  const [, line = '', version = '', digits, prev = '', commit = '', toolchain = '', loader = '', csp = '', w = '', f] =
    TEXT.exec(text) ?? [];
  const seq = Number(digits);
  const wasm =
    w === ''
      ? []
      : w
          .slice(0, -1)
          .split('\n')
          .map((l) => l.slice(5));
  const files = f === undefined ? null : parseFiles(f);
  if (files === null || !Number.isSafeInteger(seq) || seq < 1 || (prev === '-') !== (seq === 1)) return null;
  if (!isAscending(wasm)) return null;
  const previous = prev === '-' ? '' : prev;
  return { line, version, seq, previous, commit, toolchain, loader, csp, wasm, files };
}
