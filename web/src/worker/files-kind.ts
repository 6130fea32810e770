// What the core needs of its store's files, wherever they are kept.
export interface Files {
  /** Number of the file, or -1. */
  open(name: string): number;
  read(file: number, into: Uint8Array, at: number): number;
  /** 0, -1 when it failed, -2 when the disk is full. */
  write(file: number, from: Uint8Array, at: number): number;
  truncate(file: number, size: number): number;
  flush(file: number): number;
  size(file: number): number;
  close(): void;
  /** Where writing is not durable at once: resolves when everything written so far is. */
  settle?(): Promise<void>;
}
