import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseRelease } from '../../../sw/release.ts';

const hash = 'A'.repeat(43);
const csp = "csp default-src 'none'; script-src 'sha256-x'";
const lines = ['sotto-release/v1', 'line sotto/web', 'version 0.1.0', `loader ${hash}`, csp, `wasm ${hash}`, `file / 998 ${hash} text/html`, `file /app.0.js 12 ${hash} text/javascript`];
const text = (list: readonly string[]): string => `${list.join('\n')}\n`;

test('a list of files is read', () => {
  const r = parseRelease(text(lines));
  assert.equal(r?.version, '0.1.0');
  assert.equal(r?.files.size, 2);
  assert.equal(r?.files.get('/')?.size, 998);
  assert.equal(r?.csp, csp.slice(4));
});

test('anything else is refused', () => {
  const bad: [string, string][] = [
    ['no newline at the end', lines.join('\n')],
    ['another format', text(['sotto-release/v2', ...lines.slice(1)])],
    ['no index', text(lines.filter((l) => !l.startsWith('file / ')))],
    ['no policy', text(lines.filter((l) => !l.startsWith('csp')))],
    ['a loose policy', text(lines.map((l) => (l.startsWith('csp') ? 'csp default-src *' : l)))],
    ['a comma in the policy', text(lines.map((l) => (l.startsWith('csp') ? `${l}, default-src *` : l)))],
    ['fields out of order', text([lines[0] ?? '', lines[2] ?? '', lines[1] ?? '', ...lines.slice(3)])],
    ['a field twice', text([...lines.slice(0, 3), 'version 2', ...lines.slice(3)])],
    ['files out of order', text([...lines.slice(0, 6), lines[7] ?? '', lines[6] ?? ''])],
    ['a file twice', text([...lines, lines[7] ?? ''])],
    ['a path with folders', text([...lines.slice(0, 7), `file /a/../b 1 ${hash} text/html`])],
    ['a short hash', text([...lines.slice(0, 7), `file /x 1 ${hash.slice(1)} text/html`])],
    ['a huge file', text([...lines.slice(0, 7), `file /x 99999999 ${hash} text/html`])],
    ['a control character', text([...lines, 'file /y\t 1'])],
    ['an unknown field', text([...lines, 'zebra 1'])],
    ['an empty line', text([...lines, '', ''])],
  ];
  for (const [why, t] of bad) assert.equal(parseRelease(t), null, why);
});
