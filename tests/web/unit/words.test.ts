import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { errorText } from '../../../web/src/page/text/errors.ts';
import { listed, setLanguage, t } from '../../../web/src/page/text/strings.ts';

const root = process.cwd();
const { faults, languages, languageScript } = await import(pathToFileURL(join(root, 'web/language.js')).href);
const wordsIn = (language: string): Record<string, string> => JSON.parse(readFileSync(join(root, `web/language/${language}.json`), 'utf8'));
const bare = (text: string): string => text.replace(/[\u2068\u2069]/g, '');

async function speak(language: string): Promise<void> {
  const document = { currentScript: { words: () => assert.fail('no words') } };
  new Function('document', String(await languageScript(language)))(document);
  setLanguage(language, document.currentScript.words);
}

test('words_of_each_language_are_said', async () => {
  for (const [language, word] of [['en', 'Add'], ['ar', 'إضافة'], ['de', 'Hinzufügen']] as const) {
    await speak(language);
    assert.equal(t('add'), word);
  }
  for (const language of Object.keys(languages)) {
    await speak(language);
    assert.notEqual(t('code-checked-text'), 'code-checked-text', language);
  }
});

test('plurals_follow_the_rules_of_the_platform', async () => {
  const said = (counts: readonly number[]): string[] => counts.map((count) => bare(t('devices-count', { count })));
  await speak('en');
  assert.deepEqual(said([0, 1, 2, 1234]), ['0 devices', '1 device', '2 devices', '1,234 devices']);
  await speak('de');
  assert.deepEqual(said([0, 1, 2, 1234]), ['0 Geräte', '1 Gerät', '2 Geräte', '1.234 Geräte']);
  await speak('ar');
  const number = new Intl.NumberFormat('ar');
  assert.deepEqual(said([0, 1, 2, 3, 11, 100]), ['لا أجهزة', 'جهاز واحد', 'جهازان', `${number.format(3)} أجهزة`, `${number.format(11)} جهازًا`, `${number.format(100)} جهاز`]);
});

test('a_value_of_its_own_comes_before_the_plural', async () => {
  await speak('en');
  assert.deepEqual([0, 1, 5, 60].map((minutes) => bare(t('lock-minutes', { minutes }))), ['Never', '1 minute', '5 minutes', '1 hour']);
  assert.deepEqual([0, 1, 9].map((days) => bare(t('code-age', { when: 'Monday', days }))), ['Monday (today)', 'Monday (1 day ago)', 'Monday (9 days ago)']);
});

test('what_is_put_in_is_set_apart_from_the_words_around_it', async () => {
  await speak('ar');
  assert.match(t('blocked-chat', { name: 'Ben' }), /\u2068Ben\u2069/);
  assert.match(t('code-log-place', { index: 7, size: 8 }), /^\u2068[^\u2068\u2069]+\u2069/);
  await speak('en');
  assert.equal(t('blocked-chat', { name: '{who} # <b>' }), 'You blocked \u2068{who} # <b>\u2069.');
  assert.equal(bare(listed(['a', '', 'b', 'c'])), 'a, b, c');
  assert.equal(listed(['', '']), '');
});

test('a_store_of_an_older_and_of_a_newer_version_has_a_sentence_each', async () => {
  for (const language of Object.keys(languages)) {
    await speak(language);
    const said = (['store', 'store-corrupt', 'store-full', 'store-newer', 'store-older'] as const).map(errorText);
    assert.equal(new Set(said).size, said.length, language);
    for (const sentence of said) assert.match(sentence, /\S \S/, language);
  }
});

/** The faults when one file is changed. */
function faultsWith(language: string, change: (words: Record<string, string>) => void): string[] {
  return faults((name: string) => {
    const words = wordsIn(name);
    if (name === language) change(words);
    return words;
  });
}

test('what_a_language_lacks_is_found', () => {
  assert.deepEqual(faults(), []);
  assert.deepEqual(faultsWith('de', (w) => delete w['add']), ['de: add is missing']);
  assert.deepEqual(faultsWith('de', (w) => (w['add'] = ' ')), ['de: add is empty']);
  assert.deepEqual(faultsWith('de', (w) => (w['odd'] = 'x')), ['de: odd is not in en']);
  assert.deepEqual(faultsWith('de', (w) => (w['until'] = 'bis {day}')), ['de: until takes (day: string), not (date: string)']);
  assert.deepEqual(faultsWith('de', (w) => (w['until'] = 'bis {date, number}')), ['de: until takes (date: number), not (date: string)']);
  assert.deepEqual(faultsWith('ar', (w) => (w['days'] = '{count, plural, one {يوم} other {# أيام}}')), ['zero', 'two', 'few', 'many'].map((form) => `ar: days: {count} has no form “${form}”`));
  assert.equal(faultsWith('de', (w) => (w['days'] = '{count, plural, few {# Tage} other {# Tage}}')).length > 0, true);
  assert.equal(faultsWith('de', (w) => (w['until'] = 'bis {date, date}')).length > 0, true);
  assert.equal(faultsWith('de', (w) => (w['until'] = 'bis {date')).length > 0, true);
});
