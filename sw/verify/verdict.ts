// What the verifier says of a release: the names of wasm/release/verdict.h, in the order of the checks.

export const VERDICTS = [
  'ok',
  'trust',
  'note-format',
  'release-signature',
  'threshold',
  'line',
  'proof-format',
  'checkpoint-format',
  'log-origin',
  'log-signature',
  'witness-signature',
  'quorum',
  'inclusion',
  'rollback',
  'equivocation',
  'previous',
  'newest',
  'future',
  'stale',
  'cooling',
  'loader',
  'file',
] as const;

export type Verdict = (typeof VERDICTS)[number];
