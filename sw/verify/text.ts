// The text of a release note, `sotto-release/v1`. Grammar: wasm/release/text.h.

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
const HASH = '([\\w-]{42}[AEIMQUYcgkosw048])'; // the last letter carries four bits
const NUMBER = '(0|[1-9]\\d{0,15})';
const HEAD = new RegExp(
  `^sotto-release/v1\\nline ([!-~]+)\\nversion ([0-9A-Za-z.+-]{1,64})\\nseq ${NUMBER}\\nprev (-|${HASH})\\n` +
    `commit ([0-9a-f]{40}|[0-9a-f]{64})\\ntoolchain ([0-9a-f]{64})\\nloader ${HASH}\\n` +
    "csp (default-src 'none'; [ -+\\--~]*[!-+\\--~])\\n((?:wasm .*\\n){0,8})((?:file .*\\n){1,64})$",
);
const WASM = new RegExp(`^wasm ${HASH}$`);
const FILE = new RegExp(`^file (/|/[A-Za-z0-9][\\w.-]*) ${NUMBER} ${HASH} ([a-z+.-]+/[a-z0-9+.-]+)$`);

/** The fields of each line, ascending by the first; null if one does not fit. */
function rows(lines: string, one: RegExp): string[][] | null {
  const all = lines
    .split('\n')
    .slice(0, -1)
    .map((line) => one.exec(line)?.slice(1));
  const fits = all.every((row, i) => row?.[0] && (i === 0 || row[0] > (all[i - 1]?.[0] ?? '')));
  return fits ? all.flatMap((row) => (row ? [row] : [])) : null;
}

/** Null for anything that is not exactly such a text. */
export function parseText(text: string): ReleaseText | null {
  const [
    ,
    line = '',
    version = '',
    digits,
    prev,
    previous = '',
    commit = '',
    toolchain = '',
    loader = '',
    csp = '',
    w = '',
    f = '',
  ] = HEAD.exec(text) ?? [];
  const seq = Number(digits);
  const wasm = rows(w, WASM);
  const rest = rows(f, FILE);
  if (!wasm || !rest || !(seq > 0) || !Number.isSafeInteger(seq) || (prev === '-') !== (seq === 1)) return null;
  const files = new Map<string, ListedFile>();
  for (const [path = '', bytes, hash = '', type = ''] of rest) {
    const size = Number(bytes);
    if (size > FILE_BYTES_MAX) return null;
    files.set(path, { path, size, hash, type });
  }
  if (!files.has(INDEX)) return null;
  return { line, version, seq, previous, commit, toolchain, loader, csp, wasm: wasm.flat(), files };
}
