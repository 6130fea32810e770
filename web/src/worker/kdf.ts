// Passphrase to key in a worker that is thrown away afterwards, because WebAssembly memory never shrinks. The same script
// runs in both: the page starts the throw-away one by another name (page/derive.ts), and the key goes from it to the tab's
// worker over a port.
import { KDF_READY, type Question } from '../shared/protocol.ts';
import { bad, good, type Result } from '../shared/result.ts';
import { loadModule } from './load.ts';

const KEY_BYTES = 32;

interface KdfExports {
  readonly memory: WebAssembly.Memory;
  sotto_kdf_alloc(n: number): number;
  sotto_kdf_run(out: number, passphrase: number, n: number, salt: number, ops: number, memoryKib: number): number;
}

function isKdf(x: object): x is KdfExports {
  return 'memory' in x && 'sotto_kdf_alloc' in x && 'sotto_kdf_run' in x;
}

function isQuestion(x: unknown): x is Question<MessagePort> {
  return typeof x === 'object' && x !== null && 'passphrase' in x && 'port' in x;
}

async function derive(module: WebAssembly.Module, q: Question<MessagePort>): Promise<Uint8Array> {
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

/** The whole life of the throw-away worker: it loads, says so to the page, is asked once. */
export function runKdfWorker(post: (message: unknown) => void): void {
  loadModule(KDF).then(
    (module) => {
      self.addEventListener('message', (e: MessageEvent<unknown>) => {
        const question = e.data;
        if (!isQuestion(question)) return;
        derive(module, question).then(
          (key) => question.port.postMessage(good(key), [key.buffer]),
          (error: unknown) => question.port.postMessage(bad(String(error))),
        );
      });
      post(KDF_READY);
    },
    (error: unknown) => post(String(error)),
  );
}

function isAnswer(x: unknown): x is Result<Uint8Array, string> {
  return typeof x === 'object' && x !== null && 'ok' in x;
}

/** The one answer that comes over this port. */
export function derivedKey(port: MessagePort): Promise<Result<Uint8Array, string>> {
  return new Promise((done) => {
    port.onmessage = (e: MessageEvent<unknown>) => {
      port.close();
      done(isAnswer(e.data) ? e.data : bad('kdf: answer'));
    };
  });
}
