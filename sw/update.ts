// Installing the first build, staging a new one whole, switching when told to. Builds are never mixed.
import { verified } from './release.ts';
import { fetchFile, type Note, noteFrom, readFile, readNote, sweep, writeNote } from './store.ts';

const NOTE = '/release.txt';
const NOTE_BYTES_MAX = 65_535;

export interface DoorState {
  readonly t: 'release';
  readonly files: string;
  readonly staged: boolean;
  readonly trouble: string;
}

let trouble = '';

async function latest(): Promise<Note | null> {
  const answer = await fetch(NOTE, { cache: 'no-store', credentials: 'omit', redirect: 'error' });
  if (answer.status !== 200) return null;
  const text = await answer.text();
  if (text.length > NOTE_BYTES_MAX) return null;
  verified(text); // signatures and proof: not there yet, see README.md
  return noteFrom(text);
}

/** Every file of the build is here and is the listed one; the path of the first that is not. */
async function gather(note: Note): Promise<string> {
  for (const file of note.release.files.values()) {
    if ((await readFile(file)) === null && (await fetchFile(file)) === null) return file.path;
  }
  return '';
}

/** At installation: the build that is served now. Throws when it is not whole, so that nothing is installed. */
export async function installFirst(): Promise<void> {
  const note = await latest();
  if (note === null) throw new Error('no list of files');
  const missing = await gather(note);
  if (missing !== '') throw new Error(`mismatch ${missing}`);
  if ((await readNote('active')) === null) await writeNote('active', note.text);
}

export async function check(): Promise<void> {
  const [active, staged, note] = await Promise.all([readNote('active'), readNote('staged'), latest()]);
  if (note === null || active === null || note.hash === staged?.hash) return;
  if (note.hash === active.hash) {
    await writeNote('staged', null);
    trouble = '';
    return;
  }
  const missing = await gather(note);
  trouble = missing === '' ? '' : `mismatch ${missing}`;
  if (missing === '') await writeNote('staged', note.text);
}

/** True when another build is in force from now on. */
export async function switchBuild(): Promise<boolean> {
  const [active, staged] = await Promise.all([readNote('active'), readNote('staged')]);
  if (staged === null) return false;
  const missing = await gather(staged);
  if (missing !== '') {
    trouble = `mismatch ${missing}`;
    return false;
  }
  await writeNote('active', staged.text);
  await writeNote('staged', null);
  // The build before stays until the next one, for windows that still show it.
  await sweep(active ? [active.release, staged.release] : [staged.release]);
  return true;
}

export async function state(): Promise<DoorState> {
  const [active, staged] = await Promise.all([readNote('active'), readNote('staged')]);
  return { t: 'release', files: active?.hash ?? '', staged: staged !== null, trouble };
}
