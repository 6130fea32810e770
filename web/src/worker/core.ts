// The owner's side: requests become steps of the core, effects become socket traffic, answers and changes.
import {
  type Change,
  type Effect,
  type Event,
  errorNames,
  FileState,
  type LifeState,
  type Op,
  type OpFileBegin,
} from '../shared/abi.gen.ts';
import type { Failure, Outcome } from '../shared/protocol.ts';
import { bad, good } from '../shared/result.ts';
import type { Files } from './files-kind.ts';
import { type Host, startHost } from './host.ts';
import { makeWire } from './wire.ts';

const CHUNK_BYTES = 32768;
const READ_BYTES = 1 << 20;

export interface CoreEvents {
  changes(changes: readonly Change[]): void;
  notify(chat: number, title: string, body: string): void;
  /** The core stopped for good; the store is as of the last commit. */
  died(detail: string): void;
}

export interface Core {
  request(op: Op): Promise<Outcome>;
  life(state: LifeState): void;
  upload(op: OpFileBegin, file: Blob, message: number): Promise<Outcome>;
  file(message: number, type: string): Promise<Outcome>;
}

interface Reading {
  readonly parts: Uint8Array<ArrayBuffer>[];
  bytes: number;
  last: boolean;
}

export const ownerGone: Failure = { name: 'host', detail: 0 };

export async function startCore(module: WebAssembly.Module, files: Files, events: CoreEvents): Promise<Core> {
  const host: Host = await startHost(module, files);
  const waiting = new Map<number, (outcome: Outcome) => void>();
  const readings = new Map<number, Reading>();
  let lastRequest = 0;
  let dead = false;
  let fileTurn: Promise<unknown> = Promise.resolve();
  let settled: Promise<unknown> = Promise.resolve();

  const wire = makeWire({
    open: (conn) => feed({ kind: 'net_open', conn }),
    message: (conn, data) => feed({ kind: 'net_message', conn, data }),
    close: (conn) => feed({ kind: 'net_close', conn }),
    alarm: () => feed({ kind: 'alarm' }),
  });

  function die(detail: string): void {
    dead = true;
    wire.close();
    files.close();
    for (const done of waiting.values()) done(bad(ownerGone));
    waiting.clear();
    readings.clear();
    events.died(detail);
  }

  function feed(event: Event): void {
    if (dead) return;
    let effects: readonly Effect[];
    try {
      effects = host.step({ nowMs: Date.now(), event }).list;
    } catch (error) {
      die(error instanceof Error ? error.message : String(error));
      return;
    }
    const settle = files.settle?.();
    if (settle === undefined) return release(effects);
    // Nothing is sent or shown before it is on disk, and everything in the order of the steps.
    settled = Promise.all([settled, settle]).then(
      () => release(effects),
      (error: unknown) => die(`the store could not be written: ${String(error)}`),
    );
  }

  function release(effects: readonly Effect[]): void {
    if (dead) return;
    const changes: Change[] = [];
    try {
      for (const effect of effects) {
        if (effect.kind === 'patch') changes.push(effect.change);
        else apply(effect);
      }
      if (changes.length > 0) events.changes(changes);
    } catch (error) {
      die(String(error)); // what was to be sent or shown after it is missing: the page must not wait for it
    }
  }

  function apply(effect: Exclude<Effect, { kind: 'patch' }>): void {
    switch (effect.kind) {
      case 'reply': {
        const done = waiting.get(effect.request);
        waiting.delete(effect.request);
        if (effect.error === 0) done?.(good(effect.result));
        else done?.(bad({ name: errorNames[effect.error] ?? 'bug', detail: effect.detail }));
        return;
      }
      case 'dial':
        return wire.dial(effect.conn, effect.url, effect.protocol);
      case 'send':
        return wire.send(effect.conn, effect.data);
      case 'hang_up':
        return wire.hangUp(effect.conn);
      case 'alarm_set':
        return wire.alarmAt(effect.atMs);
      case 'notify':
        return events.notify(effect.chat, effect.title, effect.body);
      case 'chunk': {
        const reading = readings.get(effect.message);
        if (reading === undefined || effect.offset !== reading.bytes) return;
        reading.parts.push(new Uint8Array(effect.data));
        reading.bytes += effect.data.length;
        reading.last = effect.last;
        return;
      }
    }
  }

  function request(op: Op): Promise<Outcome> {
    if (dead) return Promise.resolve(bad(ownerGone));
    return new Promise((done) => {
      const n = ++lastRequest;
      waiting.set(n, done);
      feed({ kind: 'command', request: n, op });
    });
  }

  /** Reads a slice at a time, and asks for the next chunk only when the one before is durable. */
  async function sendChunks(message: number, file: Blob, from: number): Promise<void> {
    let slice = new Uint8Array(0);
    let sliceAt = -1;
    for (let offset = from; offset < file.size || offset === 0; ) {
      if (sliceAt < 0 || offset >= sliceAt + slice.length) {
        sliceAt = offset;
        slice = new Uint8Array(await file.slice(offset, offset + READ_BYTES).arrayBuffer());
      }
      const data = slice.subarray(offset - sliceAt, offset - sliceAt + CHUNK_BYTES);
      const last = offset + data.length >= file.size;
      const outcome = await request({ kind: 'op_file_chunk', message, offset, data, last });
      if (!outcome.ok || last) return;
      offset += data.length;
    }
  }

  /** Some chunks come with each answer; asked again until the last one is here. */
  async function readAll(message: number, type: string): Promise<Outcome> {
    const reading: Reading = { parts: [], bytes: 0, last: false };
    readings.set(message, reading);
    try {
      while (!reading.last) {
        const before = reading.bytes;
        const outcome = await request({ kind: 'op_file_read', message, offset: before });
        if (!outcome.ok) return outcome;
        if (reading.bytes === before && !reading.last) return bad({ name: 'bug', detail: 0 });
      }
    } finally {
      readings.delete(message);
    }
    return good(new Blob(reading.parts, { type }));
  }

  return {
    request,
    life: (state) => feed({ kind: 'life', state }),
    async upload(op, file, message) {
      if (message !== 0) {
        const now = await request({ kind: 'op_message', id: message });
        const view =
          now.ok && !(now.value instanceof Blob) && now.value.kind === 'messages' ? now.value.list[0] : undefined;
        if (view?.file?.state === FileState.Going)
          void sendChunks(message, file, view.file.done).catch(() => undefined);
        return now;
      }
      const made = await request(op);
      if (made.ok && !(made.value instanceof Blob) && made.value.kind === 'made') {
        void sendChunks(made.value.id, file, 0).catch(() => undefined);
      }
      return made;
    },
    // One file at a time: the core reads each as a stream from its beginning.
    file(message, type) {
      const outcome = fileTurn.then(() => readAll(message, type));
      fileTurn = outcome.catch(() => undefined);
      return outcome;
    },
  };
}
