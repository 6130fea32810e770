// store_bench.wasm with the core's imports over synchronous file handles.
export async function instantiate(names, files) {
  let memory;
  const bytes = (p, n) => new Uint8Array(memory.buffer, p >>> 0, n >>> 0);
  const text = (p, n) => new TextDecoder().decode(bytes(p, n).slice());
  const file = (run) => {
    try {
      return run();
    } catch (error) {
      return error?.name === "QuotaExceededError" ? -2 : -1;
    }
  };
  const sotto = {
    random: (p, n) => void crypto.getRandomValues(bytes(p, n)),
    panic: (p, n) => {
      throw new Error(`panic: ${text(p, n)}`);
    },
    log: (p, n) => console.log(text(p, n)),
    file_open: (p, n) => names.get(text(p, n)) ?? -1,
    file_read: (f, p, n, at) => file(() => files[f].read(bytes(p, n), { at })),
    file_write: (f, p, n, at) => file(() => (files[f].write(bytes(p, n), { at }) === n >>> 0 ? 0 : -1)),
    file_truncate: (f, size) => file(() => (files[f].truncate(size), 0)),
    file_flush: (f) => file(() => (files[f].flush(), 0)),
    file_size: (f) => file(() => files[f].getSize()),
  };
  const { instance } = await WebAssembly.instantiateStreaming(fetch("store_bench.wasm"), { sotto });
  memory = instance.exports.memory;
  return instance.exports;
}
