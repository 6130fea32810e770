// Theme and language of the document. Kept in the vault; a copy for the time before unlocking is kept beside it, since
// it says nothing about anyone.
import { signal } from '@preact/signals';
import { readWords } from './part.ts';
import { saveSetting } from './state/actions.ts';
import { phase, settings } from './state/state.ts';
import { setLanguage } from './text/strings.ts';

export type Theme = 'system' | 'light' | 'dark' | 'black';
export const themes: readonly Theme[] = ['system', 'light', 'dark', 'black'];
export const theme = signal<Theme>('system');

const STORED = 'sotto-look';

export function isLanguage(x: unknown): x is string {
  return typeof x === 'string' && Object.hasOwn(LANGUAGES, x);
}

/** Only the chosen language is loaded; the service worker keeps the others beside it. */
async function showLanguage(name: string): Promise<void> {
  const language = LANGUAGES[name];
  if (!language) throw new Error('no such language');
  setLanguage(name, await readWords(language, name));
  document.documentElement.lang = name;
  document.documentElement.dir = language.dir;
}

function showTheme(next: Theme): void {
  theme.value = next;
  document.documentElement.dataset['theme'] = next;
}

function keep(): void {
  try {
    localStorage.setItem(STORED, JSON.stringify([theme.value, document.documentElement.lang]));
  } catch {
    // without it the next start follows the system until unlocked
  }
}

export async function chooseLanguage(language: string): Promise<void> {
  await showLanguage(language);
  keep();
  if (phase.value === 'open') await saveSetting('language', language);
}

export async function chooseTheme(next: Theme): Promise<void> {
  showTheme(next);
  keep();
  if (phase.value === 'open') await saveSetting('theme', next);
}

function isTheme(x: unknown): x is Theme {
  return themes.some((known) => known === x);
}

/** Before the first render: what was chosen last, else what the browser asks for. */
export async function firstLook(): Promise<void> {
  let stored: unknown = null;
  try {
    stored = JSON.parse(localStorage.getItem(STORED) ?? 'null');
  } catch {
    stored = null;
  }
  const [storedTheme, storedLanguage]: readonly unknown[] = Array.isArray(stored) ? stored : [];
  showTheme(isTheme(storedTheme) ? storedTheme : 'system');
  const asked: readonly unknown[] = [storedLanguage, ...navigator.languages.map((l) => l.split('-')[0])];
  await showLanguage(asked.find(isLanguage) ?? 'en');
}

/** After unlocking: what the vault says. */
export async function settledLook(): Promise<void> {
  const wantedTheme = settings.value.get('theme');
  const wantedLanguage = settings.value.get('language');
  if (isTheme(wantedTheme)) showTheme(wantedTheme);
  if (isLanguage(wantedLanguage) && wantedLanguage !== document.documentElement.lang) {
    await showLanguage(wantedLanguage);
  }
  keep();
}
