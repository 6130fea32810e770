// Starts the worker that derives a key from a passphrase. The page does it, not the tab's worker: in Firefox a worker can
// stop for ever while it starts another one. The key itself goes past the page, over the port of the question.
import { KDF_NAME, KDF_READY, type Question } from '../shared/protocol.ts';
import { bad } from '../shared/result.ts';
import { startWorker } from './part.ts';

// A worker that does not get as far as this would be waited for without an end: it is given up, and another one made.
const START_MS = 20_000;
const STARTS = 3;
/** Firefox ends a worker that nobody references, even one that has yet to answer. */
const atWork = new Set<Worker>();

/**
 * Whoever listens on the port gets the key, or why there is none. `failed`: the worker broke after it was asked, so
 * nothing will come. Gives what ends the worker, to be called once an answer is here.
 */
export function derive(question: Question<MessagePort>, failed: () => void): () => void {
  let worker: Worker | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let left = STARTS;
  let isAsked = false;
  const drop = (): void => {
    if (worker === null) return;
    worker.terminate();
    atWork.delete(worker);
    worker = null;
  };
  const end = (): void => {
    clearTimeout(timer);
    left = 0;
    drop();
    if (!isAsked) question.passphrase.fill(0);
  };
  const fail = (why: string): void => {
    end();
    if (isAsked) failed();
    else question.port.postMessage(bad(`kdf: ${why}`));
  };
  const start = (): void => {
    const mine = left;
    timer = setTimeout(() => {
      drop();
      left--;
      if (left === 0) fail('its worker does not start');
      else start();
    }, START_MS);
    startWorker(WORKER, KDF_NAME, (started) => {
      if (mine !== left || isAsked) return started.terminate(); // it comes too late
      if (worker !== null) atWork.delete(worker); // refused, and ended already
      worker = started;
      atWork.add(started);
      started.onmessage = (e: MessageEvent<unknown>) => {
        if (started !== worker || isAsked) return;
        if (e.data !== KDF_READY) return fail(String(e.data));
        clearTimeout(timer);
        isAsked = true;
        started.postMessage(question, [question.passphrase.buffer, question.port]);
      };
      started.onerror = (e) => fail(e.message);
    });
  };
  start();
  return end;
}
