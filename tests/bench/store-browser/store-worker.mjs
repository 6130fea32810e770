// Our side: store_bench.wasm over OPFS, with handles opened as the product does.
import { measure } from "./measure.mjs";
import { instantiate } from "./module.mjs";

onmessage = async ({ data: { count } }) => {
  try {
    const folder = await navigator.storage.getDirectory();
    const files = [];
    const names = new Map();
    for (const name of ["main", "main-wal"]) {
      const handle = await folder.getFileHandle(name, { create: true });
      names.set(name, files.push(await handle.createSyncAccessHandle()) - 1);
    }
    const exports = await instantiate(names, files);
    measure(exports, count, (line) => postMessage(line));
    for (const file of files) file.close();
    postMessage({ done: true });
  } catch (error) {
    postMessage({ error: String(error?.stack ?? error) });
  }
};
