// The words of the interface: every language has every key with the same arguments (web/language.js), the types made from
// them are fresh, every key is used, and the page glues no text from pieces and has no words of its own.
//
// A call "says words" when it is t(), or a function of the page whose result is made of such calls. What stands beside them
// is glue: data, or letters and punctuation in the code. Whole sentences may follow each other; a middle dot or a new line
// may stand between phrases; elements go into a message by filled(). acorn reads what esbuild makes of the sources, since
// neither it nor the TypeScript of today gives a tree.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { faults, keysOf, languages, typesAreFresh } from '../../web/language.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const copy = join(root, 'build/tests/words');
const { status } = spawnSync(join(root, 'tests/web/install.sh'));
if (status !== 0) throw new Error('tests/web/install.sh failed');
const { transformSync } = createRequire(join(root, 'web/package.json'))('esbuild');
const { parse } = createRequire(join(root, 'tests/web/package.json'))('acorn');

/** Names that stand in no language, and what a browser or a file calls itself. */
const NAMES = new Set(['Sotto', 'core.wasm', 'sotto-verify origin']);
/** Files that may put something together, and why. */
const MAY = { 'web/src/page/notify.ts': 'the title of the window: how many, a name, the product' };
const LABELS = new Set(['aria-label', 'title', 'placeholder', 'alt', 'label', 'hint', 'lead', 'text', 'yes', 'submit', 'note']);
/** Elements that stand in a line of text. */
const INLINE = new Set(['bdi', 'strong', 'em', 'b', 'i', 'a', 'time', 'mark', 'code', 'q']);

const walk = (node, visit, parent = null) => {
  if (!node || typeof node.type !== 'string') return;
  visit(node, parent);
  for (const value of Object.values(node)) {
    if (Array.isArray(value)) for (const one of value) walk(one, visit, node);
    else if (value && typeof value.type === 'string') walk(value, visit, node);
  }
};
const isString = (node) => node?.type === 'Literal' && typeof node.value === 'string';
const nameOf = (node) => (node?.type === 'Identifier' ? node.name : null);
const isElement = (node) => node?.type === 'CallExpression' && nameOf(node.callee) === 'jsxCall';
const isNothing = (node) => node?.type === 'Literal' && (node.value === null || node.value === false || node.value === '');

/** Source with types and JSX to a tree. */
function treeOf(source, name) {
  const { code } = transformSync(source, { loader: name.endsWith('x') ? 'tsx' : 'ts', jsx: 'transform', jsxFactory: 'jsxCall', jsxFragment: 'jsxFragment', target: 'es2022' });
  return parse(code, { ecmaVersion: 'latest', sourceType: 'module' });
}

class Page {
  /** Functions by whose call words are said: t, and what is found to give back what they say. */
  says = new Set(['t', 'listed']);

  constructor(sources) {
    this.files = sources.map(([name, source]) => ({ name, tree: treeOf(source, name), variables: new Set() }));
    for (let before = 0; before !== this.size(); ) {
      before = this.size();
      for (const file of this.files) this.learn(file);
    }
  }

  size() {
    return this.says.size + this.files.reduce((n, f) => n + f.variables.size, 0);
  }

  /** Whether what this gives is, or may be, words. */
  isWords(node, file) {
    const is = (x) => this.isWords(x, file);
    switch (node?.type) {
      case 'Identifier': return file.variables.has(node.name);
      case 'ConditionalExpression': return is(node.consequent) || is(node.alternate);
      case 'LogicalExpression': return is(node.right) || (node.operator !== '&&' && is(node.left));
      case 'BinaryExpression': return node.operator === '+' && (is(node.left) || is(node.right));
      case 'TemplateLiteral': return node.expressions.some(is);
      case 'ArrayExpression': return node.elements.some(is);
      case 'SpreadElement': return is(node.argument);
      case 'ChainExpression': return is(node.expression);
      case 'CallExpression':
        if (node.callee.type === 'MemberExpression') return is(node.callee.object) && !['map', 'has', 'get'].includes(nameOf(node.callee.property));
        return this.says.has(nameOf(node.callee));
      default: return false;
    }
  }

  learn(file) {
    walk(file.tree, (node) => {
      if (node.type === 'VariableDeclarator' && nameOf(node.id)) {
        const isFunction = node.init?.type === 'ArrowFunctionExpression';
        if (isFunction && node.init.expression && this.isWords(node.init.body, file)) this.says.add(node.id.name);
        if (!isFunction && this.isWords(node.init, file)) file.variables.add(node.id.name);
      }
      if (node.type !== 'FunctionDeclaration') return;
      let gives = false;
      walk(node.body, (inner) => {
        if (inner.type === 'ReturnStatement' && this.isWords(inner.argument, file)) gives = true;
      });
      if (gives) this.says.add(node.id.name);
    });
  }

  faultsOf(file) {
    const out = [];
    const say = (why, text) => out.push(`${file.name}: ${why}: ${JSON.stringify(text)}`);
    const words = (node) => this.isWords(node, file);
    const separates = (text) => /[·\n]/.test(text) && !/[^\s·]/.test(text);
    /** Text between pieces: [text or node, ...]. */
    const row = (pieces, where) => {
      for (const [i, piece] of pieces.entries()) {
        if (typeof piece === 'string' || !words(piece)) continue;
        for (const step of [-1, 1]) {
          const beside = pieces[i + step];
          if (typeof beside === 'string' && /[^\s·]/.test(beside)) say(`${where} words and text of the code`, beside);
          const isText = typeof beside === 'string';
          if (isText && separates(beside)) continue;
          const other = isText ? pieces[i + 2 * step] : beside;
          if (!other || typeof other === 'string' || words(other) || isNothing(other)) continue;
          if (isElement(other)) {
            const tag = other.arguments[0];
            let saysItself = false;
            walk(other, (x) => { saysItself ||= words(x); });
            if (isString(tag) && INLINE.has(tag.value) && !saysItself) say(`${where} words and an element`, tag.value);
          } else if (!holdsElement(other)) say(`${where} words and data`, other.type === 'Identifier' ? other.name : other.type);
        }
      }
    };
    walk(file.tree, (node, parent) => {
      if (node.type === 'TemplateLiteral' && !(parent?.type === 'CallExpression' && this.says.has(nameOf(parent.callee)))) {
        row(node.quasis.flatMap((q, i) => [q.value.cooked, ...(node.expressions[i] ? [node.expressions[i]] : [])]).filter((x) => x !== ''), 'template of');
      }
      if (node.type === 'BinaryExpression' && node.operator === '+' && !(parent?.type === 'BinaryExpression' && parent.operator === '+')) row(operands(node), 'sum of');
      if (node.type === 'CallExpression' && nameOf(node.callee.property) === 'join' && words(node.callee.object)) {
        const by = node.arguments[0]?.value ?? ',';
        if (!separates(by)) say('words are joined by the code', by);
      }
      if (!isElement(node)) return;
      const [, props, ...children] = node.arguments;
      for (const child of children) if (isString(child) && hasWord(child.value)) say('words in the code', child.value);
      for (const p of props?.type === 'ObjectExpression' ? props.properties : []) {
        const key = p.key?.name ?? p.key?.value;
        if (LABELS.has(key) && isString(p.value) && hasWord(p.value.value)) say(`words in the code (${key})`, p.value.value);
      }
      row(children.map((c) => (isString(c) ? c.value : c)), 'line of');
    });
    return out;
  }
}

/** Without any key the types refuse each use of one (the first in each call): what they do not name is used nowhere. */
function unused(project, types, keys) {
  writeFileSync(join(copy, types), "export type PlainKey = 'no key';\nexport type Takes = { 'no key too': { no: string } };\n");
  const { stdout } = spawnSync(join(root, 'tests/web/node_modules/.bin/tsc'), ['-p', join(copy, project), '--noErrorTruncation'], { encoding: 'utf8' });
  const named = new Set(Array.from(stdout.matchAll(/"([\w-]+)"/g), (m) => m[1]));
  return keys.filter((key) => !named.has(key)).map((key) => `${key} is used nowhere in ${project}`);
}

const operands = (node) => (node.type === 'BinaryExpression' && node.operator === '+' ? [...operands(node.left), ...operands(node.right)] : [isString(node) ? node.value : node]);
const hasWord = (text) => /\p{L}{2}/u.test(text) && !/^https:/.test(text) && !NAMES.has(text.trim());
function holdsElement(node) {
  let holds = false;
  walk(node, (x) => { holds ||= isElement(x); });
  return holds;
}

let bad = 0;
function claim(name, list) {
  for (const line of list) console.log(`  ${line}`);
  console.log(`${list.length === 0 ? 'ok' : 'not ok'} ${name}`);
  bad ||= list.length > 0;
}

// The check itself: each of these has one fault, or none.
const planted = [
  [`export const a = (n) => t('a') + ': ' + n`, 2],
  ['export const a = (n) => `${t("a")} ${n}`', 1],
  ['export const a = (n) => `${t("a")}\\n${n}`', 0],
  ['export const a = () => `${t("a")} ${t("b")}`', 0],
  [`export const a = () => [t('a'), t('b')].join(', ')`, 1],
  [`export const a = () => [t('a'), t('b')].join(' · ')`, 0],
  ['function b() { return t("b") } export const a = (n) => <p>{b()} {n}</p>', 1],
  ['export const a = (n) => <p>{t("a")} <bdi>{n}</bdi></p>', 1],
  ['export const a = () => <p>{t("a")} <strong>{t("b")}</strong></p>', 0],
  ['export const a = () => <p>({t("a")})</p>', 2],
  ['export const a = () => <p>Hello</p>', 1],
  ['export const a = () => <p title="Hello">Sotto</p>', 1],
  ['export const a = (n) => <p><Icon name="x" /> {t("a")}</p>', 0],
];
claim('words_check_sees_glue', planted.flatMap(([source, count], i) => {
  const page = new Page([[`planted${i}.tsx`, source]]);
  const found = page.faultsOf(page.files[0]);
  return found.length === count ? [] : [`${source}: ${found.length} found: ${found.join(' | ')}`];
}));

claim('words_every_language_has_every_key_with_the_same_arguments', faults());
claim('words_files_and_list_of_languages_agree', [
  ...Object.keys(languages).filter((tag) => !existsSync(join(root, `web/language/${tag}.json`))).map((tag) => `${tag} has no file`),
  ...readdirSync(join(root, 'web/language')).map((f) => f.replace('.json', '')).filter((tag) => tag !== 'list' && !(tag in languages)).map((tag) => `${tag} is not in list.json`),
]);
claim('words_types_are_fresh', typesAreFresh() ? [] : ['run node web/language.js']);

const read = (folder) => readdirSync(join(root, folder), { recursive: true }).map(String).filter((f) => /\.tsx?$/.test(f) && !/\.(gen|d)\.ts$/.test(f)).map((f) => [`${folder}/${f}`, readFileSync(join(root, folder, f), 'utf8')]);
const sources = read('web/src/page');
const page = new Page(sources);
const glued = page.files.map((file) => /** @type {const} */ ([file.name, page.faultsOf(file)]));
claim('words_are_not_glued', [
  ...glued.flatMap(([name, list]) => (MAY[name] ? [] : list)),
  ...Object.keys(MAY).filter((name) => !glued.some(([n, list]) => n === name && list.length > 0)).map((name) => `${name} needs no exception`),
]);
rmSync(copy, { recursive: true, force: true });
for (const path of ['web/src', 'web/tsconfig.base.json', 'web/tsconfig.page.json', 'sw']) cpSync(join(root, path), join(copy, path), { recursive: true });
symlinkSync(join(root, 'web/node_modules'), join(copy, 'web/node_modules'));
claim('words_are_used', [
  ...unused('web/tsconfig.page.json', 'web/src/page/text/words.gen.ts', keysOf(false)),
  ...unused('sw/guard/tsconfig.json', 'sw/guard/words.gen.ts', keysOf(true)),
]);
process.exitCode = bad ? 1 : 0;
