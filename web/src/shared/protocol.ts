// Messages between a page and its worker, and between the workers of several windows. Every window has a worker; one of
// them, the owner, holds the store and the core, and the others pass calls on to it over ports that the service worker
// hands out. The page cannot tell which kind it has.
import type { Result as Answer, Change, ErrorName, Op, OpFileBegin, Status } from './abi.gen.ts';
import type { Result } from './result.ts';

/** A failed call: the core's error, or `host` when the owner went away before it answered. */
export interface Failure {
  readonly name: ErrorName;
  readonly detail: number;
}
export type Outcome = Result<Answer | Blob, Failure>;

/** What a page asks; every call is answered once. */
export type Call =
  | { readonly t: 'op'; readonly n: number; readonly op: Op }
  /** Begins a file message, or goes on with `message` when that is not 0; answered when it is made. */
  | {
      readonly t: 'upload';
      readonly n: number;
      readonly op: OpFileBegin;
      readonly file: Blob;
      readonly message: number;
    }
  /** The whole file of a message, which must be here; answered by a Blob. */
  | { readonly t: 'file'; readonly n: number; readonly message: number; readonly type: string };

/** `op` with an empty `secret`, which comes over the port: see Question. The page never has it. */
export interface Derive<P> {
  readonly t: 'derive';
  readonly n: number;
  readonly op: Op;
  readonly port: P;
}

/** The name of the worker that derives one key, and what it says once it can be asked. */
export const KDF_NAME = 'kdf';
export const KDF_READY = 'ready';

/** To that worker: passphrase to 32 bytes, which go over the port as a Result<Uint8Array, string>. It is asked once. */
export interface Question<P> {
  /** Wiped there. */
  readonly passphrase: Uint8Array<ArrayBuffer>;
  readonly salt: Uint8Array;
  readonly ops: number;
  readonly memoryKib: number;
  readonly port: P;
}

/** What a page tells about itself. */
export interface Life {
  readonly t: 'life';
  readonly visible: boolean;
  readonly focused: boolean;
  readonly online: boolean;
  readonly closing: boolean;
  /** Unused for as long as the settings allow. All windows together decide. */
  readonly idle: boolean;
}

/** A port to the worker of another window, from the service worker. `tap`: only if the person lets that window in. */
export interface Port<P> {
  readonly t: 'port';
  readonly port: P;
  readonly tap: boolean;
}

/** The person's answer to a window that knocked. */
export interface Admit {
  readonly t: 'admit';
  readonly id: string;
  readonly yes: boolean;
}

/** Ask the other windows again. */
export interface Again {
  readonly t: 'again';
}
export type ToWorker<P> = Call | Derive<P> | Life | Port<P> | Admit | Again;

/** Another window has the store. open: no way to it (yet); asked: the person is asked there; denied: they said no. */
export type Elsewhere = 'open' | 'asked' | 'denied';

export type DeadReason = 'storage' | 'busy' | 'core' | 'panic';

/** What a worker tells its page. */
export type News =
  | { readonly t: 'answer'; readonly n: number; readonly outcome: Outcome }
  | { readonly t: 'changes'; readonly changes: readonly Change[] }
  | { readonly t: 'notify'; readonly chat: number; readonly title: string; readonly body: string }
  /** A core is ready (again): everything shown must be asked for again. */
  | { readonly t: 'ready'; readonly status: Status; readonly owner: boolean }
  | { readonly t: 'dead'; readonly reason: DeadReason; readonly detail: string }
  /** The service worker is to hand out ports to the other windows. */
  | { readonly t: 'meet' }
  | { readonly t: 'elsewhere'; readonly why: Elsewhere }
  /** Another window wants in, and the person has to decide. `open` false: it is gone again. */
  | { readonly t: 'knock'; readonly id: string; readonly open: boolean };

/** Between two workers, over their port. */
export type Whisper =
  /** First, from both. `lock`: the name of a lock that is held as long as this worker lives. */
  | { readonly t: 'hello'; readonly lock: string; readonly owner: boolean }
  /** To the owner: over this port, the window with this lock wants in. */
  | { readonly t: 'join'; readonly lock: string; readonly n: number }
  /** From the owner: the person is asked, or has said no. */
  | { readonly t: 'wait' }
  | { readonly t: 'no' }
  | { readonly t: 'up'; readonly message: Call | Life }
  | { readonly t: 'down'; readonly message: News };
