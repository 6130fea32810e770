// Passphrase to key in a worker that is thrown away afterwards, because WebAssembly memory never shrinks. The same
// script runs in both: named "kdf" it is the throw-away one.
import type { Slot } from '../shared/abi.gen.ts';
import { bad, good, type Result } from '../shared/result.ts';
import { loadModule } from './load.ts';
import { workerUrl } from './url.ts';

export const KDF_NAME = 'kdf';
const KEY_BYTES = 32;
const READY = 'ready';
// Otherwise we would wait for ever for a worker that never gets this far: it is abandoned, and another one made.
const START_MS = 20_000;
const STARTS = 3;

interface Question {
  readonly passphrase: Uint8Array;
  readonly salt: Uint8Array;
  readonly ops: number;
  readonly memoryKib: number;
}

interface KdfExports {
  readonly memory: WebAssembly.Memory;
  sotto_kdf_alloc(n: number): number;
  sotto_kdf_run(out: number, passphrase: number, n: number, salt: number, ops: number, memoryKib: number): number;
}

function isKdf(x: object): x is KdfExports {
  return 'memory' in x && 'sotto_kdf_alloc' in x && 'sotto_kdf_run' in x;
}

function isQuestion(x: unknown): x is Question {
  return typeof x === 'object' && x !== null && 'passphrase' in x && x.passphrase instanceof Uint8Array;
}

async function derive(module: WebAssembly.Module, q: Question): Promise<Uint8Array> {
  let memory: WebAssembly.Memory | undefined;
  const { exports } = await WebAssembly.instantiate(module, {
    sotto: {
      random: (at: number, n: number): void => {
        if (memory !== undefined) crypto.getRandomValues(new Uint8Array(memory.buffer, at >>> 0, n));
      },
      panic: (): never => {
        throw new Error('kdf panic');
      },
    },
  });
  if (!isKdf(exports)) throw new Error('kdf.wasm lacks an export');
  memory = exports.memory;
  const put = (bytes: Uint8Array): number => {
    const at = exports.sotto_kdf_alloc(Math.max(1, bytes.length)) >>> 0;
    if (at === 0) throw new Error('kdf memory');
    new Uint8Array(exports.memory.buffer).set(bytes, at);
    return at;
  };
  const passphrase = put(q.passphrase);
  q.passphrase.fill(0);
  const salt = put(q.salt);
  const out = put(new Uint8Array(KEY_BYTES));
  // The module checks its own known answer first: a wrong Argon2id looks just like a right one.
  const code = exports.sotto_kdf_run(out, passphrase, q.passphrase.length, salt, q.ops, q.memoryKib);
  if (code !== 0) throw new Error(`kdf: ${code}`);
  return new Uint8Array(exports.memory.buffer.slice(out, out + KEY_BYTES));
}

/** The whole life of the throw-away worker: it loads, says so, is asked once. */
export function runKdfWorker(post: (message: unknown, transfer: Transferable[]) => void): void {
  const failed = (error: unknown): void => post(bad(String(error)), []);
  loadModule(KDF).then((module) => {
    self.addEventListener('message', (e: MessageEvent<unknown>) => {
      const question = e.data;
      if (isQuestion(question)) derive(module, question).then((key) => post(good(key), [key.buffer]), failed);
    });
    post(READY, []);
  }, failed);
}

function isAnswer(x: unknown): x is Result<Uint8Array, string> {
  return typeof x === 'object' && x !== null && 'ok' in x;
}

/** Firefox ends a worker that nobody references, even one that has yet to answer. */
const atWork = new Set<Worker>();

/** 32 bytes; the passphrase's bytes are transferred and wiped there. */
export function deriveKey(passphrase: Uint8Array, slot: Slot): Promise<Result<Uint8Array, string>> {
  const moved = new Uint8Array(passphrase);
  passphrase.fill(0);
  const question: Question = {
    passphrase: moved,
    salt: slot.salt,
    ops: slot.ops,
    memoryKib: Math.floor(slot.memory / 1024),
  };
  return new Promise((done) => {
    const start = (left: number): void => {
      let worker: Worker;
      try {
        worker = new Worker(workerUrl(), { type: self.SOTTO ? 'classic' : 'module', name: KDF_NAME });
      } catch (error) {
        moved.fill(0);
        return done(bad(`kdf: ${String(error)}`));
      }
      atWork.add(worker);
      const end = (): void => {
        clearTimeout(patience);
        worker.terminate();
        atWork.delete(worker);
      };
      const answer = (result: Result<Uint8Array, string>): void => {
        end();
        if (moved.length > 0) moved.fill(0); // else it went to the worker
        done(result);
      };
      const patience = setTimeout(() => {
        if (left === 1) return answer(bad('kdf: its worker does not start'));
        end();
        start(left - 1);
      }, START_MS);
      worker.onmessage = (e: MessageEvent<unknown>) => {
        if (e.data !== READY) return answer(isAnswer(e.data) ? e.data : bad('kdf: answer'));
        clearTimeout(patience);
        worker.postMessage(question, [moved.buffer]);
      };
      worker.onerror = (e) => answer(bad(e.message));
    };
    start(STARTS);
  });
}
