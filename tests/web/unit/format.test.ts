import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isOnlyEmoji, parseInline, parseText, plainText } from '../../../web/src/page/text/format.ts';
import { findLinks, linkFrom } from '../../../web/src/page/text/links.ts';

test('marks', () => {
  assert.deepEqual(parseInline('a **b** c'), [{ t: 'text', text: 'a ' }, { t: 'strong', inner: [{ t: 'text', text: 'b' }] }, { t: 'text', text: ' c' }]);
  assert.deepEqual(parseInline('**a *b* c**'), [{ t: 'strong', inner: [{ t: 'text', text: 'a ' }, { t: 'em', inner: [{ t: 'text', text: 'b' }] }, { t: 'text', text: ' c' }] }]);
  assert.deepEqual(parseInline('~~x~~ ||y||'), [{ t: 's', inner: [{ t: 'text', text: 'x' }] }, { t: 'text', text: ' ' }, { t: 'spoiler', inner: [{ t: 'text', text: 'y' }] }]);
  assert.deepEqual(parseInline('`**no**`'), [{ t: 'code', text: '**no**' }]);
});

test('what is no mark stays as it is', () => {
  for (const text of ['2 * 3 * 4', 'snake_case_name', '**', '****', '* a', '_', '~~', 'a**', '||', '`', '[a](b c)', '<b>x</b>']) assert.deepEqual(parseInline(text), [{ t: 'text', text }], text);
});

test('blocks', () => {
  const kinds = (text: string): string[] => parseText(text).map((b) => b.t);
  assert.deepEqual(kinds('one\n\n> two\n> three\nfour'), ['p', 'quote', 'p']);
  assert.deepEqual(kinds('- a\n- b\n1. c\n2. d'), ['list', 'list']);
  assert.deepEqual(parseText('```\na **b**\n```'), [{ t: 'code', text: 'a **b**' }]);
  assert.deepEqual(kinds('```\nnever closed'), ['p']);
});

test('links: bare, named, honest and not', () => {
  assert.deepEqual(findLinks('see https://example.org/a.').map((l) => l.node.href), ['https://example.org/a']);
  assert.equal(linkFrom('https://evil.example/x', 'bank.example')?.host, 'evil.example');
  assert.equal(linkFrom('https://bank.example/x', 'https://bank.example')?.host, '');
  for (const bad of ['javascript:alert(1)', 'data:text/html,x', 'file:///etc/passwd', 'vbscript:x']) assert.equal(linkFrom(bad, 'x'), null, bad);
  assert.deepEqual(parseInline('[x](javascript:alert(1))').every((n) => n.t === 'text'), true);
  const odd = findLinks('https://аррӏе.com')[0];
  assert.equal(odd?.node.host.startsWith('xn--'), true);
});

test('mentions only of people who are there', () => {
  assert.deepEqual(parseInline('@Ana hi', ['Ana']), [{ t: 'mention', text: '@Ana' }, { t: 'text', text: ' hi' }]);
  assert.deepEqual(parseInline('@Anabel', ['Ana']), [{ t: 'text', text: '@Anabel' }]);
});

test('plain text hides spoilers and marks', () => {
  assert.equal(plainText('**a** ||secret|| `c`'), 'a ▒▒▒ c');
});

test('only emoji', () => {
  for (const yes of ['🎉', '👍🏽', '👨‍👩‍👧', '🇩🇪🇫🇷', '❤️ 😀']) assert.equal(isOnlyEmoji(yes), true, yes);
  for (const no of ['', 'a', '1', '12', '#', '🎉 a', '🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉']) assert.equal(isOnlyEmoji(no), false, no);
});

test('long and nested input ends soon', () => {
  const start = Date.now();
  parseText('*'.repeat(4000) + 'a' + '_'.repeat(4000));
  parseText('**a '.repeat(3000));
  parseText('> '.repeat(5000));
  assert.ok(Date.now() - start < 3000, `${Date.now() - start} ms`);
});
