// Both verifiers, wasm/release in C and sw/verify in TypeScript, on cases that were changed at random: every field of
// their answers must be the same.
//   node tests/unit/release/differ.mjs build/debug/tests/unit_release_cases [COUNT [SEED]]
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { webcrypto } from 'node:crypto';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const [program = '', count = '6000', seed = '1'] = process.argv.slice(2);
const out = join(root, 'build/tests');
mkdirSync(out, { recursive: true });
globalThis.crypto ??= webcrypto; // Node 18

// --- the TypeScript side ---

const esbuild = createRequire(join(root, 'web/package.json'))('esbuild');
const bundle = join(out, 'release-differ.mjs');
await esbuild.build({
  absWorkingDir: root, bundle: true, format: 'esm', target: 'node18', outfile: bundle, logLevel: 'error',
  stdin: { resolveDir: root, contents: "export * from './sw/verify/accept.ts'; export * from './sw/verify/trust.ts'; export * from './sw/verify/bytes.ts';" },
});
const { accept, decode, isListed, parseTrust } = await import(pathToFileURL(bundle).href);

async function judge(c) {
  const text = (name) => decode(new Uint8Array(c[name]));
  const r = await accept(await parseTrust(text('trust')), c.before, { note: text('note'), recent: text('recent'), first: text('first') }, c.now);
  let { verdict } = r;
  if (verdict === 'ok' && c.file) {
    const listed = r.text.files.get(c.file.path);
    if (!listed || !(await isListed(listed, new Uint8Array(Buffer.from(c.file.base64, 'base64'))))) verdict = 'file';
  }
  return [verdict, r.text?.seq ?? 0, r.text?.version ?? '', r.hash, r.signed, r.index, r.size, r.witnesses, r.recentTime, r.firstTime].join(' ');
}

// --- changes ---

let state = Number(seed);
/** mulberry32: an integer below n. */
function below(n) {
  state = (state + 0x6d2b79f5) | 0;
  let t = Math.imul(state ^ (state >>> 15), 1 | state);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * n);
}
const pick = (list) => list[below(list.length)];

const file = JSON.parse(readFileSync(join(root, 'tests/vectors/sotto/release/cases.json'), 'utf8'));
const bytesOf = (text) => (typeof text === 'string' ? Buffer.from(text) : Buffer.from(text.base64, 'base64'));
const texts = file.texts.map(bytesOf);
const TEXTS = ['trust', 'note', 'recent', 'first'];
const cases = file.cases.map((c) => ({ ...c, ...Object.fromEntries(TEXTS.map((name) => [name, texts[c[name]]])) }));
const good = cases.filter((c) => c.expect.verdict === 'ok');

const PIECES = ['\n', '\n\n', ' ', '  ', '\t', '\r', '\0', '+', '/', '-', '_', '=', '==', '0', '1', '9', '00', ',', '\u2014', '\u2014 ', '\u00a0', '\u0085', '\u200b', '\u2028', '\ufeff', '\u00e9', '\u{1f600}', '\x7f', 'A', 'none', 'file ', 'wasm ', 'release ', 'witness ', 'group g any w1\n', 'extra AAAA\n', '9007199254740991', '9007199254740992', '18446744073709551616']
  .map((s) => Buffer.from(s)).concat([[0x80], [0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xe2, 0x80], [0xf4, 0x90, 0x80, 0x80]].map((b) => Buffer.from(b)));

const splice = (b, at, n, piece) => Buffer.concat([b.subarray(0, at), piece, b.subarray(at + n)]);
function overLines(change) {
  return (b) => {
    const lines = b.toString('latin1').split('\n'); // latin1: every byte comes back
    change(lines, below(lines.length));
    return Buffer.from(lines.join('\n'), 'latin1');
  };
}
const BYTES = [
  (b) => splice(b, below(b.length + 1), 0, pick(PIECES)),
  (b) => splice(b, below(b.length + 1), 1, pick(PIECES)),
  (b) => splice(b, below(b.length + 1), 1, Buffer.from([below(256)])),
  (b) => splice(b, below(b.length + 1), 1 + below(4), Buffer.alloc(0)),
  (b) => b.subarray(0, below(b.length + 1)),
  (b) => b.subarray(below(b.length + 1)),
  (b) => { const at = below(b.length + 1); return splice(b, at, 1, Buffer.from([(b[at] ?? 0) ^ (1 << below(8))])); },
  overLines((l, i) => l.splice(i, 1)),
  overLines((l, i) => l.splice(i, 0, l[i])),
  overLines((l, i) => { const k = below(l.length); [l[i], l[k]] = [l[k], l[i]]; }),
  overLines((l, i) => { l[i] = pick(pick(texts).toString('latin1').split('\n')); }),
  overLines((l, i) => { l[i] = l[i].replace(/\d+/, (d) => String(Math.max(0, Number(d) + pick([-1, 1, -10, 10, 1e9])))); }),
  overLines((l, i) => l.push(l[i], '')),
];

function change(c) {
  const next = { ...c };
  for (let n = pick([1, 1, 1, 2, 3]); n > 0; n--) {
    const kind = below(10);
    const name = pick(TEXTS);
    if (kind < 6) next[name] = pick(BYTES)(next[name]);
    else if (kind === 6) next[name] = pick(cases)[name];
    else if (kind === 7) next.now = Math.max(0, next.now + pick([-301, -300, -299, 1, -1, 86_399, 86_400, 86_401, 14 * 86_400 - 1800, 14 * 86_400 - 1799, 14 * 86_400 - 1801, -1e9, 1e9, below(2e6) - 1e6]));
    else if (kind === 8) next.before = pick(cases).before;
    else next.recent = pick(good).recent;
  }
  return next;
}

// --- both, and what differs ---

const plain = (b) => (b.equals(Buffer.from(b.toString('utf8'))) ? b.toString('utf8') : { base64: b.toString('base64') });
const all = Array.from({ length: Number(count) }, () => change(below(3) ? pick(good) : pick(cases)));
const lines = join(out, 'release-differ.jsonl');
writeFileSync(lines, all.map((c) => `${JSON.stringify({ ...c, ...Object.fromEntries(TEXTS.map((name) => [name, plain(c[name])])) })}\n`).join(''));
const run = spawnSync(program, [lines], { encoding: 'utf8', maxBuffer: 1 << 28 });
const theirs = run.stdout?.split('\n').slice(0, -1) ?? [];
const seen = new Set();
let differ = 0;
for (const [i, c] of all.entries()) {
  const mine = await judge(c);
  seen.add(mine.split(' ')[0]);
  if (mine === theirs[i]) continue;
  if (++differ <= 5) console.log(`  line ${i + 1} of ${lines}, from "${c.name}":\n    C          ${theirs[i]}\n    TypeScript ${mine}`);
}
// Changes that never get anywhere would prove nothing.
const isWide = seen.size >= Math.min(20, Number(count) / 100);
const isGood = run.status === 0 && theirs.length === all.length && differ === 0 && isWide && all.length > 0;
if (run.status !== 0) console.log(`  ${program}: ${run.error ?? `ended with ${run.status}\n${run.stderr.slice(0, 2000)}`}`);
console.log(`${isGood ? 'ok' : 'not ok'} release_c_and_typescript_judge_alike: ${all.length} changed cases, seed ${seed}, ${seen.size} verdicts, ${differ} differ`);
process.exitCode = isGood ? 0 : 1;
