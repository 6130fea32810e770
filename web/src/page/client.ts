// Typed calls to the worker. Which tab's worker answers is not known here and does not matter.
import type { Result as Answer, Change, Op, OpFileBegin, Status } from '../shared/abi.gen.ts';
import type {
  Call,
  DeadReason,
  Derive,
  Elsewhere,
  Failure,
  Life,
  News,
  Outcome,
  ToWorker,
} from '../shared/protocol.ts';
import { bad, good, type Result } from '../shared/result.ts';

export interface ClientEvents {
  ready(status: Status, owner: boolean): void;
  changes(changes: readonly Change[]): void;
  notify(chat: number, title: string, body: string): void;
  dead(reason: DeadReason, detail: string): void;
  /** Ports to the other windows are wanted. */
  meet(): void;
  elsewhere(why: Elsewhere): void;
  /** Another window wants in; `open` false: no longer. */
  knock(id: string, open: boolean): void;
}

type Kinds = Answer['kind'];
type AnswerOf<K extends Kinds> = Extract<Answer, { kind: K }>;

// Without the number, which is given here.
type Unnumbered<T> = T extends unknown ? Omit<T, 'n'> : never;

let worker: Worker | null = null;
let last = 0;
const waiting = new Map<number, (outcome: Outcome) => void>();
const uploads = new Map<number, { readonly op: OpFileBegin; readonly file: Blob }>();

const gone: Failure = { name: 'host', detail: 0 };
const wrong: Failure = { name: 'bug', detail: 0 };

export function startClient(started: Worker, events: ClientEvents): void {
  worker = started;
  started.onmessage = (e: MessageEvent<News>) => {
    const news = e.data;
    switch (news.t) {
      case 'answer': {
        const done = waiting.get(news.n);
        waiting.delete(news.n);
        done?.(news.outcome);
        return;
      }
      case 'changes':
        events.changes(news.changes);
        if (news.changes.some((c) => c.kind === 'locked_changed' && c.unlocked)) resumeUploads();
        return;
      case 'notify':
        return events.notify(news.chat, news.title, news.body);
      case 'ready':
        return events.ready(news.status, news.owner);
      case 'dead':
        return events.dead(news.reason, news.detail);
      case 'meet':
        return events.meet();
      case 'elsewhere':
        return events.elsewhere(news.why);
      case 'knock':
        return events.knock(news.id, news.open);
    }
  };
  started.onerror = (e) => events.dead('core', e.message);
}

function post(call: Unnumbered<Call | Derive<MessagePort>>, transfer: Transferable[] = []): Promise<Outcome> {
  const to = worker;
  if (to === null) return Promise.resolve(bad(gone));
  return new Promise((done) => {
    const n = ++last;
    waiting.set(n, done);
    to.postMessage({ ...call, n }, transfer);
  });
}

/** This window opens nothing: it leaves the store to others. */
export function endClient(): void {
  worker?.terminate();
  worker = null;
}

/** A port to the worker of another window, from the service worker that has served this one. */
export function takePort(port: MessagePort, tap: boolean): void {
  worker?.postMessage({ t: 'port', port, tap } satisfies ToWorker<MessagePort>, [port]);
}

/** The person's answer to a window that knocked. */
export function admit(id: string, yes: boolean): void {
  worker?.postMessage({ t: 'admit', id, yes } satisfies ToWorker<MessagePort>);
}

export function knockAgain(): void {
  worker?.postMessage({ t: 'again' } satisfies ToWorker<MessagePort>);
}

export function tellLife(life: Omit<Life, 't'>): void {
  worker?.postMessage({ t: 'life', ...life } satisfies Life);
}

function expect<K extends Kinds>(outcome: Outcome, kind: K): Result<AnswerOf<K>, Failure> {
  if (!outcome.ok) return outcome;
  const value = outcome.value;
  return !(value instanceof Blob) && isKind(value, kind) ? good(value) : bad(wrong);
}

function isKind<K extends Kinds>(value: Answer, kind: K): value is AnswerOf<K> {
  return value.kind === kind;
}

/** An op and the kind of answer that it gives. */
export async function ask<K extends Kinds>(op: Op, kind: K): Promise<Result<AnswerOf<K>, Failure>> {
  return expect(await post({ t: 'op', op }), kind);
}

/** An op whose answer, whatever it is, only says that it was done. */
export async function tell(op: Op): Promise<Result<null, Failure>> {
  const outcome = await post({ t: 'op', op });
  return outcome.ok ? good(null) : outcome;
}

/** An op with an empty secret, which comes over the port from a worker that derives it. */
export async function askDerived<K extends Kinds>(
  op: Op,
  port: MessagePort,
  kind: K,
): Promise<Result<AnswerOf<K>, Failure>> {
  return expect(await post({ t: 'derive', op, port }, [port]), kind);
}

/** The number of the message that carries the file. */
export async function sendFile(op: OpFileBegin, file: Blob): Promise<Result<number, Failure>> {
  const made = expect(await post({ t: 'upload', op, file, message: 0 }), 'made');
  if (!made.ok) return made;
  uploads.set(made.value.id, { op, file });
  return good(made.value.id);
}

/** Called when a file message has left state "going". */
export function endUpload(message: number): void {
  uploads.delete(message);
}

/** A core that was locked, or that another tab has started, has no file to read from: it gets it again. */
function resumeUploads(): void {
  for (const [message, { op, file }] of uploads) void post({ t: 'upload', op, file, message });
}

export async function readFile(message: number, type: string): Promise<Result<Blob, Failure>> {
  const outcome = await post({ t: 'file', message, type });
  if (!outcome.ok) return outcome;
  return outcome.value instanceof Blob ? good(outcome.value) : bad(wrong);
}
