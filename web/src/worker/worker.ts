// Entry of the worker script. Named "kdf" it derives one key and ends; otherwise it is a tab's worker.
import { KDF_NAME, type ToWorker } from '../shared/protocol.ts';
import { type Core, type CoreEvents, startCore } from './core.ts';
import { openFiles } from './files.ts';
import { Hub } from './hub.ts';
import { derivedKey, runKdfWorker } from './kdf.ts';
import { loadModule } from './load.ts';

async function openCore(events: CoreEvents): Promise<Core> {
  const [module, files] = await Promise.all([loadModule(CORE), openFiles()]);
  return startCore(module, files, events);
}

if (self.name === KDF_NAME) {
  runKdfWorker((message) => self.postMessage(message));
} else {
  const hub = new Hub((news) => self.postMessage(news), {
    openCore,
    derivedKey,
  });
  self.addEventListener('message', (e: MessageEvent<ToWorker<MessagePort>>) => hub.onPage(e.data));
  hub.start();
}
