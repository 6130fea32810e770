// Entry of the worker script. Named "kdf" it derives one key and ends; otherwise it is a tab's worker.
import type { ToWorker } from '../shared/protocol.ts';
import { Hub } from './hub.ts';
import { KDF_NAME, runKdfWorker } from './kdf.ts';

if (self.name === KDF_NAME) {
  runKdfWorker((message, transfer) => self.postMessage(message, transfer));
} else {
  const hub = new Hub((news) => self.postMessage(news));
  self.addEventListener('message', (e: MessageEvent<ToWorker<MessagePort>>) => hub.onPage(e.data));
  hub.start();
}
