// The list of files of one build: text, strict field order, one file a line (verified-delivery 4.1). Pure functions.

export interface ListedFile {
  readonly path: string;
  readonly size: number;
  /** SHA-256, base64url without padding. */
  readonly hash: string;
  readonly type: string;
}

export interface Release {
  readonly version: string;
  readonly csp: string;
  readonly files: ReadonlyMap<string, ListedFile>;
}

export const INDEX = '/';
const SIZE_MAX = 8 << 20;
const TEXT_MAX = 65_535;
const FILES_MAX = 64;

const FIELD = /^(sotto-release\/v1|[a-z]+ .+)$/;
const FILE = /^file (\/[A-Za-z0-9._-]*) (\d{1,8}) ([A-Za-z0-9_-]{43}) ([a-z+.-]+\/[a-z0-9+.-]+)$/;
const ORDER = ['line', 'version', 'seq', 'prev', 'commit', 'toolchain', 'loader', 'csp', 'wasm', 'file'];

/** Null for anything that is not exactly such a list. */
export function parseRelease(text: string): Release | null {
  if (text.length > TEXT_MAX || !text.endsWith('\n') || !/^[\x20-\x7e\n]*$/.test(text)) return null;
  const lines = text.slice(0, -1).split('\n');
  if (lines[0] !== 'sotto-release/v1') return null;
  const files = new Map<string, ListedFile>();
  let version = '';
  let csp = '';
  let place = 0;
  let lastPath = '';
  for (const line of lines.slice(1)) {
    if (!FIELD.test(line)) return null;
    const name = line.slice(0, line.indexOf(' '));
    const rank = ORDER.indexOf(name);
    if (rank < place) return null;
    if (rank === place && place > 0 && name !== 'wasm' && name !== 'file') return null;
    place = rank;
    if (name === 'version') version = line.slice(8);
    if (name === 'csp') csp = line.slice(4);
    if (name !== 'file') continue;
    const [, path = '', size, hash = '', type = ''] = FILE.exec(line) ?? [];
    if (path === '' || path <= lastPath || Number(size) > SIZE_MAX || files.size >= FILES_MAX) return null;
    lastPath = path;
    files.set(path, { path, size: Number(size), hash, type });
  }
  if (version === '' || !csp.startsWith("default-src 'none'; ") || csp.includes(',') || !files.has(INDEX)) return null;
  return { version, csp, files };
}

/** The place of signatures, log proof and witnesses. Until releases are signed a list can only be "not checked". */
export function verified(_text: string): 'not checked' {
  return 'not checked';
}
