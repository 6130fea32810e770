// The words of the interface: language/NAME.json, one ICU MessageFormat file a language, made into one small script each.
// A plain message becomes a string, one with arguments a function (by @messageformat/core); what all of them share, number
// format and plural rules, is given to the script by the page, from the platform. Used by build.js and by Guard's build.
//
// Usage: node web/language.js    writes the two files words.gen.ts: which keys there are, and what each takes
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import MessageFormat from '@messageformat/core';
import compileModule from '@messageformat/core/compile-module.js';
import { parse } from '@messageformat/parser';
import * as esbuild from 'esbuild';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const folder = join(root, 'web/language');
/** Where the types of the page's words lie, and those of Guard's. */
const types = [{ path: join(root, 'web/src/page/text/words.gen.ts'), guard: false }, { path: join(root, 'sw/guard/words.gen.ts'), guard: true }];
/** The language that the others are translated from. */
const SOURCE = 'en';
/** Keys that begin so are words of Sotto Guard; all others are the page's. */
const GUARD = 'guard-';
/** As far as anything here is counted; millions have plurals of their own in some languages. */
const COUNTED_MAX = 1000;

const json = (name) => JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8'));

/** Name of each language in itself, and its direction. @type {Record<string, { name: string, dir: 'ltr' | 'rtl' }>} */
export const languages = json('list');

/** Form of each number as far as it is counted here, a list a language. @type {Map<string, string[]>} */
const counted = new Map();

/** The plural forms that a language needs, but for numbers that have a case of their own (`=5`). */
function forms(language, exact = []) {
  const rules = new Intl.PluralRules(language);
  const all = counted.get(language) ?? Array.from({ length: COUNTED_MAX }, (_, n) => rules.select(n));
  counted.set(language, all);
  return [...new Set(exact.length === 0 ? all : all.filter((_, n) => !exact.includes(`=${n}`)))];
}

/** For the compiler: the rule comes with the page, from the platform; only its name and its forms are needed here. */
function pluralOf(language) {
  const rule = () => 'other';
  return Object.assign(Object.defineProperty(rule, 'name', { value: language }), { cardinals: forms(language), module: 'page' });
}

/**
 * What a message takes: name to 'string' or 'number', and what is wrong with it.
 * @returns {{ args: Record<string, string>, faults: string[] }}
 */
function read(language, text) {
  const args = {};
  const faults = [];
  const take = (name, kind) => {
    if (args[name] && args[name] !== kind) faults.push(`{${name}} is a text and a number`);
    args[name] = kind;
  };
  const walk = (tokens) => {
    for (const token of tokens) {
      if (token.type === 'argument') take(token.arg, 'string');
      else if (token.type === 'function' && token.key === 'number' && !token.param) take(token.arg, 'number');
      else if (token.type === 'plural') {
        take(token.arg, 'number');
        for (const c of token.cases) walk(c.tokens);
        const has = token.cases.map((c) => c.key);
        const shown = token.cases.some((c) => c.tokens.some((x) => x.type === 'octothorpe'));
        // Where the number itself is not shown, the plural tells values apart, and has no forms to lack.
        if (shown) faults.push(...forms(language, has).filter((f) => !has.includes(f)).map((f) => `{${token.arg}} has no form “${f}”`));
      } else if (token.type !== 'content' && token.type !== 'octothorpe') faults.push(`${token.type} ${token.key ?? ''} is not known to the page`);
    }
  };
  try {
    walk(parse(text, { cardinal: forms(language), ordinal: [], strictPluralKeys: true }));
  } catch (e) {
    faults.push(e.message);
  }
  return { args, faults };
}

const shapeOf = (args) => Object.entries(args).sort().map(([name, kind]) => `${name}: ${kind}`).join('; ');

/**
 * Everything that is wrong with the files: keys that one lacks, arguments that differ, forms that are missing.
 * @param {(language: string) => Record<string, string>} wordsIn
 */
export function faults(wordsIn = json) {
  const source = wordsIn(SOURCE);
  const out = [];
  for (const language of Object.keys(languages)) {
    const words = wordsIn(language);
    for (const key of Object.keys(source)) if (!(key in words)) out.push(`${language}: ${key} is missing`);
    for (const [key, text] of Object.entries(words)) {
      if (!(key in source)) {
        out.push(`${language}: ${key} is not in ${SOURCE}`);
        continue;
      }
      if (text.trim() === '') out.push(`${language}: ${key} is empty`);
      const { args, faults: own } = read(language, text);
      out.push(...own.map((why) => `${language}: ${key}: ${why}`));
      const want = shapeOf(read(SOURCE, source[key]).args);
      if (shapeOf(args) !== want) out.push(`${language}: ${key} takes (${shapeOf(args)}), not (${want})`);
    }
  }
  return out;
}

/** @returns {[string, string][]} key and message of Guard, without its prefix, or of the page */
function wordsOf(language, guard) {
  const all = Object.entries(json(language)).filter(([key]) => key.startsWith(GUARD) === guard);
  return guard ? all.map(([key, text]) => [key.slice(GUARD.length), text]) : all;
}

export const keysOf = (guard) => wordsOf(SOURCE, guard).map(([key]) => key);

/** An expression: a function of (number, plural, rule) that gives the table of one language. */
function expression(language, guard) {
  const format = new MessageFormat(pluralOf(language), { strictPluralKeys: true });
  const entries = wordsOf(language, guard);
  const withArgs = Object.fromEntries(entries.filter(([, text]) => Object.keys(read(language, text).args).length > 0));
  const module = compileModule(format, withArgs);
  const imports = [...module.matchAll(/^import \{ (.*) \} from "(.*)";$/gm)].flatMap((m) => m[1].split(', '));
  const known = ['number', 'plural', format.plurals[0].id];
  const odd = imports.find((name) => !known.includes(name));
  if (odd) throw new Error(`${language}: ${odd} is not known to the page`);
  const start = 'export default ';
  const functions = module.slice(module.indexOf(start) + start.length);
  const plain = Object.fromEntries(entries.filter(([key]) => !(key in withArgs)).map(([key, text]) => [key, plainText(text)]));
  return `(${known.join(', ')}) => ({ ...${JSON.stringify(plain)}, ...${functions} })`;
}

/** A message without arguments, its quotes resolved. */
const plainText = (text) => parse(text).map((token) => token.value).join('');

/** The script of one language: it lays its table on the element that loads it, under no name that others could take. */
export async function languageScript(language) {
  const { code } = await esbuild.transform(`document.currentScript.words = ${expression(language, false)};`, { minify: true, charset: 'utf8', target: 'es2022' });
  return Buffer.from(code);
}

/** For Guard, whose words are few: all languages in one module, which its build puts in the place of `sotto:words`. */
function guardModule() {
  const all = Object.entries(languages).map(([language, { dir }]) => `'${language}': { dir: '${dir}', table: () => tableOf('${language}', ${expression(language, true)}) }`);
  return `import { said, tableOf } from './web/src/page/text/table.ts';\nexport { said };\nexport const languages = { ${all.join(', ')} };\n`;
}

/** @type {esbuild.Plugin} */
export const guardWords = {
  name: 'words',
  setup(build) {
    build.onResolve({ filter: /^sotto:words$/ }, ({ path }) => ({ path, namespace: 'words' }));
    build.onLoad({ filter: /./, namespace: 'words' }, () => ({ contents: guardModule(), resolveDir: root, loader: 'js' }));
  },
};

/** Types of the words, from the source language. */
function typesText(guard) {
  const entries = wordsOf(SOURCE, guard).map(([key, text]) => [key, shapeOf(read(SOURCE, text).args)]);
  const plain = entries.filter(([, shape]) => !shape).map(([key]) => `  | '${key}'`);
  const takes = entries.filter(([, shape]) => shape).map(([key, shape]) => `  ${/^\w+$/.test(key) ? key : `'${key}'`}: { ${shape} };`);
  return `// Made by web/language.js from web/language/${SOURCE}.json.\n\nexport type PlainKey =\n${plain.join('\n')};\n\n/** What the other messages take. */\nexport interface Takes {\n${takes.join('\n')}\n}\n`;
}

export const typesAreFresh = () => types.every(({ path, guard }) => readFileSync(path, 'utf8') === typesText(guard));

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) for (const { path, guard } of types) writeFileSync(path, typesText(guard));
