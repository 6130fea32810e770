// The files of the store: OPFS handles opened once, asynchronously, and read and written synchronously ever after.
// A handle locks its file for all other tabs, so this runs only in the worker that holds the lock.
import { openBlocks } from './files-blocks.ts';
import type { Files } from './files-kind.ts';

export const NAMES = ['vault', 'main', 'main-wal', 'main-journal'] as const;
const FOLDER = 'sotto';
const RETRY_MS = 50;
const GIVE_UP_MS = 2000;

export class FilesBusy extends Error {}

function sleep(ms: number): Promise<void> {
  return new Promise((done) => setTimeout(done, ms));
}

/** A tab that was just closed may hold its handles a moment longer. */
async function openHandle(folder: FileSystemDirectoryHandle, name: string): Promise<FileSystemSyncAccessHandle> {
  const file = await folder.getFileHandle(name, { create: true });
  for (let waited = 0; ; waited += RETRY_MS) {
    try {
      return await file.createSyncAccessHandle();
    } catch (error) {
      const busy = error instanceof DOMException && error.name === 'NoModificationAllowedError';
      if (!busy) throw error;
      if (waited >= GIVE_UP_MS) throw new FilesBusy('the files are in use elsewhere');
    }
    await sleep(RETRY_MS);
  }
}

/** Pages opened from disk have no OPFS in Chromium; there the files are kept in IndexedDB. */
export async function openFiles(): Promise<Files> {
  let root: FileSystemDirectoryHandle;
  try {
    root = await navigator.storage.getDirectory();
  } catch (error) {
    if (self.SOTTO?.parts === undefined) throw error;
    return openBlocks(NAMES);
  }
  const folder = await root.getDirectoryHandle(FOLDER, { create: true });
  const handles: FileSystemSyncAccessHandle[] = [];
  try {
    for (const name of NAMES) handles.push(await openHandle(folder, name));
  } catch (error) {
    for (const handle of handles) handle.close();
    throw error;
  }

  function guard(file: number, act: (handle: FileSystemSyncAccessHandle) => number): number {
    const handle = handles[file];
    if (handle === undefined) return -1;
    try {
      return act(handle);
    } catch (error) {
      return error instanceof DOMException && error.name === 'QuotaExceededError' ? -2 : -1;
    }
  }

  return {
    open: (name) => NAMES.findIndex((n) => n === name),
    read: (file, into, at) =>
      Math.max(
        -1,
        guard(file, (h) => h.read(into, { at })),
      ),
    write: (file, from, at) => guard(file, (h) => (h.write(from, { at }) === from.length ? 0 : -2)),
    truncate: (file, size) =>
      Math.max(
        -1,
        guard(file, (h) => {
          h.truncate(size);
          return 0;
        }),
      ),
    flush: (file) =>
      Math.max(
        -1,
        guard(file, (h) => {
          h.flush();
          return 0;
        }),
      ),
    size: (file) =>
      Math.max(
        -1,
        guard(file, (h) => h.getSize()),
      ),
    close: () => {
      for (const handle of handles) handle.close();
    },
  };
}
