// Makes the checked-in tables of the page from packages of tests/web: the icon drawings (lucide, ISC) and the emoji
// list (Unicode data by way of emojibase-data, MIT). Run after changing the lists: node tests/web/dev/make-tables.mjs
import { readFileSync, writeFileSync } from 'node:fs';

const at = (path) => new URL(path, import.meta.url);
const read = (path) => JSON.parse(readFileSync(at(`../node_modules/${path}`), 'utf8'));

const icons = {
  chats: 'message-circle', people: 'users', settings: 'settings', search: 'search', plus: 'plus', close: 'x',
  back: 'chevron-left', next: 'chevron-right', down: 'chevron-down', send: 'send-horizontal', attach: 'paperclip',
  smile: 'face-slightly-smiling', more: 'ellipsis', reply: 'reply', edit: 'pencil', copy: 'copy', star: 'star', trash: 'trash',
  retry: 'rotate-cw', file: 'file', picture: 'image', download: 'download', check: 'check', checks: 'check-check',
  clock: 'clock', alert: 'circle-alert', lock: 'lock', user: 'user', userPlus: 'user-plus', link: 'link',
  scan: 'scan-line', qr: 'qr-code', share: 'share-2', bell: 'bell', bellOff: 'bell-off', pin: 'pin', archive: 'archive',
  device: 'monitor-smartphone', palette: 'palette', shield: 'key-round', disk: 'hard-drive', info: 'info',
  logout: 'log-out', block: 'ban', print: 'printer', save: 'save', inbox: 'inbox', note: 'notebook-pen',
  eye: 'eye', keyboard: 'keyboard', fingerprint: 'fingerprint-pattern', crown: 'shield-check', camera: 'camera',
  crossed: 'eye-off', group: 'users-round', arrowDown: 'arrow-down',
};
const nodes = read('lucide-static/icon-nodes.json');
const round = (n) => String(Math.round(Number(n) * 100) / 100);
/** A hundredth of the 24 units is less than anybody sees. A number that another follows without a space stays as it is. */
const coarse = (d) => d.replace(/-?\d*\.\d{3,}(?![\d.])/g, (n) => round(n).replace(/^(-?)0\./, '$1.'));
function path([tag, a]) {
  if (tag === 'path') return coarse(a.d.startsWith('m') ? `M0 0${a.d}` : a.d); // a first m is absolute, but not behind another path
  if (tag === 'line') return `M${a.x1} ${a.y1}L${a.x2} ${a.y2}`;
  if (tag === 'circle' || tag === 'ellipse') {
    const rx = Number(a.r ?? a.rx), ry = Number(a.r ?? a.ry);
    return `M${round(a.cx - rx)} ${a.cy}a${rx} ${ry} 0 1 0 ${2 * rx} 0a${rx} ${ry} 0 1 0 ${-2 * rx} 0`;
  }
  if (tag === 'rect') {
    const r = Number(a.rx ?? a.ry ?? 0), w = Number(a.width), h = Number(a.height);
    const corner = (x, y) => (r ? `a${r} ${r} 0 0 1 ${x} ${y}` : '');
    return `M${round(Number(a.x) + r)} ${a.y}h${w - 2 * r}${corner(r, r)}v${h - 2 * r}${corner(-r, r)}h${2 * r - w}${corner(-r, -r)}v${2 * r - h}${corner(r, -r)}z`;
  }
  if (tag === 'polyline' || tag === 'polygon') return `M${a.points}${tag === 'polygon' ? 'z' : ''}`;
  throw new Error(`icon part ${tag}`);
}
let out = '// Made by tests/web/dev/make-tables.mjs from lucide (ISC licence); do not edit.\nexport const icons = {\n';
for (const [name, from] of Object.entries(icons).sort()) {
  if (!nodes[from]) throw new Error(`no icon ${from}`);
  out += `  ${name}: '${nodes[from].map(path).join('')}',\n`;
}
writeFileSync(at('../../../web/src/page/ui/kit/icons.gen.ts'), `${out}} as const;\n`);

const emoji = read('emojibase-data/en/compact.json');
const groups = ['smileys', 'people', 'skip', 'nature', 'food', 'travel', 'activities', 'objects', 'symbols', 'flags'];
const table = groups.map(() => []);
for (const e of emoji) {
  if (e.group === undefined || e.group === 2) continue;
  const words = (e.tags ?? []).filter((t) => !e.label.includes(t)).slice(0, 4);
  table[e.group].push({ order: e.order, line: `${e.unicode}\t${e.label}${words.length ? ` ${words.join(' ')}` : ''}` });
}
const text = groups
  .map((g, i) => ({ g, list: table[i].sort((a, b) => a.order - b.order) }))
  .filter(({ list }) => list.length > 0)
  .map(({ g, list }) => `#${g}\n${list.map((x) => x.line).join('\n')}`)
  .join('\n');
writeFileSync(at('../../../web/data/emoji.txt'), `${text}\n`);
