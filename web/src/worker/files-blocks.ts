// The files of the store in IndexedDB, for a page opened from disk where there is no OPFS: all blocks in memory, and
// after each step what changed goes out in one transaction, whole or not at all. The core waits for it (`settle`).
import type { Files } from './files-kind.ts';

const DATABASE = 'sotto';
const STORE = 'blocks';
const BLOCK_BYTES = 16_384;

interface Kept {
  size: number;
  readonly blocks: Uint8Array<ArrayBuffer>[];
}
type Row = readonly [key: string, value: Uint8Array<ArrayBuffer> | number];

function asked<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((done, failed) => {
    request.onsuccess = () => done(request.result);
    request.onerror = () => failed(request.error);
  });
}

function open(): Promise<IDBDatabase> {
  const request = indexedDB.open(DATABASE, 1);
  request.onupgradeneeded = () => request.result.createObjectStore(STORE);
  return asked(request);
}

async function load(database: IDBDatabase, names: readonly string[]): Promise<Kept[]> {
  const store = database.transaction(STORE).objectStore(STORE);
  const [keys, values] = await Promise.all([asked(store.getAllKeys()), asked<unknown[]>(store.getAll())]);
  const files: Kept[] = names.map(() => ({ size: 0, blocks: [] }));
  for (const [i, key] of keys.entries()) {
    const [name, block] = String(key).split('/');
    const file = files[names.indexOf(name ?? '')];
    const value = values[i];
    if (file === undefined) continue;
    if (block === 'size') file.size = Number(value);
    else if (value instanceof Uint8Array) file.blocks[Number(block)] = new Uint8Array(value);
  }
  return files;
}

export async function openBlocks(names: readonly string[]): Promise<Files> {
  const database = await open();
  const files = await load(database, names);
  const dirty = new Map<string, Row>();
  const gone = new Set<string>();

  const key = (file: number, block: number | 'size'): string => `${names[file]}/${block}`;

  function block(kept: Kept, n: number): Uint8Array<ArrayBuffer> {
    const found = kept.blocks[n] ?? new Uint8Array(BLOCK_BYTES);
    kept.blocks[n] = found;
    return found;
  }

  function mark(file: number, kept: Kept, n: number): void {
    gone.delete(key(file, n));
    dirty.set(key(file, n), [key(file, n), block(kept, n)]);
  }

  function resize(file: number, kept: Kept, size: number): void {
    kept.size = size;
    dirty.set(key(file, 'size'), [key(file, 'size'), size]);
  }

  function each(at: number, n: number, act: (block: number, from: number, to: number, done: number) => void): void {
    for (let done = 0; done < n; ) {
      const place = at + done;
      const from = place % BLOCK_BYTES;
      const to = Math.min(BLOCK_BYTES, from + n - done);
      act(Math.floor(place / BLOCK_BYTES), from, to, done);
      done += to - from;
    }
  }

  return {
    open: (name) => names.indexOf(name),
    read(file, into, at) {
      const kept = files[file];
      if (kept === undefined) return -1;
      const n = Math.max(0, Math.min(into.length, kept.size - at));
      each(at, n, (b, from, to, done) => into.set(block(kept, b).subarray(from, to), done));
      return n;
    },
    write(file, bytes, at) {
      const kept = files[file];
      if (kept === undefined) return -1;
      each(at, bytes.length, (b, from, to, done) => {
        block(kept, b).set(bytes.subarray(done, done + to - from), from);
        mark(file, kept, b);
      });
      if (at + bytes.length > kept.size) resize(file, kept, at + bytes.length);
      return 0;
    },
    truncate(file, size) {
      const kept = files[file];
      if (kept === undefined) return -1;
      const keep = Math.ceil(size / BLOCK_BYTES);
      for (let b = keep; b < kept.blocks.length; b++) {
        dirty.delete(key(file, b));
        gone.add(key(file, b));
      }
      kept.blocks.length = Math.min(kept.blocks.length, keep);
      if (size % BLOCK_BYTES !== 0 && size < kept.size) {
        block(kept, keep - 1).fill(0, size % BLOCK_BYTES);
        mark(file, kept, keep - 1);
      }
      resize(file, kept, size);
      return 0;
    },
    flush: (file) => (files[file] === undefined ? -1 : 0), // made durable by settle, before anything leaves
    size: (file) => files[file]?.size ?? -1,
    close: () => database.close(),
    async settle() {
      if (dirty.size === 0 && gone.size === 0) return;
      const transaction = database.transaction(STORE, 'readwrite', { durability: 'strict' });
      const store = transaction.objectStore(STORE);
      for (const name of gone) store.delete(name);
      for (const [name, value] of dirty.values()) store.put(value, name); // put() takes a copy
      dirty.clear();
      gone.clear();
      await new Promise<void>((done, failed) => {
        transaction.oncomplete = () => done();
        transaction.onabort = () => failed(transaction.error);
      });
    },
  };
}
