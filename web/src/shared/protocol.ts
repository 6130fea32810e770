// Messages between a page and its worker, and between the workers of several tabs. Every tab has a worker; one of
// them, the owner, holds the store and the core, and the others pass calls on to it. The page cannot tell which it has.
import type { Result as Answer, Change, ErrorName, Op, OpFileBegin, Slot, Status } from './abi.gen.ts';
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
  /** `op` with an empty `secret`, which the KDF fills by the parameters of `slot`. The passphrase is wiped. */
  | { readonly t: 'derive'; readonly n: number; readonly op: Op; readonly slot: Slot; readonly passphrase: Uint8Array }
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

/** What a page tells about itself. */
export interface Life {
  readonly t: 'life';
  readonly visible: boolean;
  readonly focused: boolean;
  readonly online: boolean;
  readonly closing: boolean;
}

export type DeadReason = 'storage' | 'busy' | 'core' | 'panic';

/** What a worker tells its page. */
export type News =
  | { readonly t: 'answer'; readonly n: number; readonly outcome: Outcome }
  | { readonly t: 'changes'; readonly changes: readonly Change[] }
  | { readonly t: 'notify'; readonly chat: number; readonly title: string; readonly body: string }
  /** A core is at hand (again): everything shown must be asked for anew. */
  | { readonly t: 'ready'; readonly status: Status; readonly owner: boolean }
  | { readonly t: 'dead'; readonly reason: DeadReason; readonly detail: string };

/** Between workers on the common channel. */
export type Shout = { readonly t: 'who'; readonly id: string } | { readonly t: 'owner'; readonly id: string };

/** Between two workers on the channel of the asking one. */
export type Whisper =
  | { readonly t: 'up'; readonly message: Call | Life }
  | { readonly t: 'down'; readonly message: News };
