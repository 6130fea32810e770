// Instantiates core.wasm and gives it its imports (wasm/imports.txt). Input and output are copied at every step and no
// view of the memory is kept, because growth detaches views.
import { decode, type Effects, encode, type Input } from '../shared/abi.gen.ts';
import type { Files } from './files-kind.ts';

const ABI_VERSION = 3;

export class CorePanic extends Error {}

interface Exports {
  readonly memory: WebAssembly.Memory;
  sotto_abi_version(): number;
  sotto_core_create(): number;
  sotto_core_destroy(): void;
  sotto_core_input(n: number): number;
  sotto_core_step(n: number): number;
  sotto_core_output(): number;
  sotto_core_output_size(): number;
}

export interface Host {
  step(input: Input): Effects;
  destroy(): void;
}

const FUNCTIONS = [
  'sotto_abi_version',
  'sotto_core_create',
  'sotto_core_destroy',
  'sotto_core_input',
  'sotto_core_step',
  'sotto_core_output',
  'sotto_core_output_size',
] as const;

function isCore(x: object): x is Exports {
  return (
    'memory' in x &&
    x.memory instanceof WebAssembly.Memory &&
    FUNCTIONS.every((f) => typeof Object.getOwnPropertyDescriptor(x, f)?.value === 'function')
  );
}

export async function startHost(module: WebAssembly.Module, files: Files): Promise<Host> {
  let memory: WebAssembly.Memory | undefined;
  const view = (at: number, n: number): Uint8Array<ArrayBuffer> => {
    if (memory === undefined) throw new CorePanic('no memory yet');
    return new Uint8Array(memory.buffer, at >>> 0, n >>> 0);
  };
  const text = (at: number, n: number): string => new TextDecoder().decode(view(at, n).slice());
  const sotto = {
    random: (at: number, n: number): void => {
      crypto.getRandomValues(view(at, n));
    },
    panic: (at: number, n: number): never => {
      throw new CorePanic(text(at, n));
    },
    file_open: (at: number, n: number): number => files.open(text(at, n)),
    file_read: (file: number, at: number, n: number, offset: number): number => files.read(file, view(at, n), offset),
    file_write: (file: number, at: number, n: number, offset: number): number => files.write(file, view(at, n), offset),
    file_truncate: (file: number, size: number): number => files.truncate(file, size),
    file_flush: (file: number): number => files.flush(file),
    file_size: (file: number): number => files.size(file),
  };
  const { exports } = await WebAssembly.instantiate(module, { sotto });
  if (!isCore(exports)) throw new Error('core.wasm lacks an export');
  memory = exports.memory;
  if (exports.sotto_abi_version() !== ABI_VERSION) throw new Error('core.wasm speaks another version');
  if (exports.sotto_core_create() !== 0) throw new Error('the core could not be created');

  return {
    step(input) {
      const bytes = encode('input', input);
      const at = exports.sotto_core_input(bytes.length);
      if (at === 0) throw new CorePanic('no room for input');
      view(at, bytes.length).set(bytes);
      bytes.fill(0);
      const code = exports.sotto_core_step(bytes.length);
      if (code !== 0) throw new CorePanic(`step: ${code}`);
      const out = exports.sotto_core_output();
      return decode('effects', view(out, exports.sotto_core_output_size()).slice());
    },
    destroy: () => exports.sotto_core_destroy(),
  };
}
