// Theme and language of the document. Kept in the vault; the choice before unlocking is kept beside it, since it says
// nothing about anyone.
import { signal } from '@preact/signals';
import { readText } from './part.ts';
import { saveSetting } from './state/actions.ts';
import { phase, settings } from './state/state.ts';
import { isLanguage, isRtl, type Language, setTable, type Table } from './text/strings.ts';

export type Theme = 'system' | 'light' | 'dark' | 'black';
export const themes: readonly Theme[] = ['system', 'light', 'dark', 'black'];
export const theme = signal<Theme>('system');

const STORED = 'sotto-look';

/** The file is the one this build was made with, so that its keys are those of the type. */
function isTable(x: unknown): x is Table {
  return typeof x === 'object' && x !== null && Object.values(x).every((v) => typeof v === 'string');
}

async function tableOf(language: Language): Promise<Table> {
  const file = TABLES[language];
  const table: unknown = JSON.parse(await readText(file));
  if (!isTable(table)) throw new Error('language table');
  return table;
}

async function showLanguage(language: Language): Promise<void> {
  setTable(language, await tableOf(language));
  document.documentElement.lang = language;
  document.documentElement.dir = isRtl() ? 'rtl' : 'ltr';
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

export async function chooseLanguage(language: Language): Promise<void> {
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

/** Before the first picture: what was chosen last, else what the browser asks for. */
export async function firstLook(): Promise<void> {
  let stored: unknown = null;
  try {
    stored = JSON.parse(localStorage.getItem(STORED) ?? 'null');
  } catch {
    stored = null;
  }
  const [storedTheme, storedLanguage]: readonly unknown[] = Array.isArray(stored) ? stored : [];
  showTheme(isTheme(storedTheme) ? storedTheme : 'system');
  const wanted = [storedLanguage, ...navigator.languages.map((l) => l.slice(0, 2))].find(
    (l) => typeof l === 'string' && isLanguage(l),
  );
  await showLanguage(typeof wanted === 'string' && isLanguage(wanted) ? wanted : 'en');
}

/** After unlocking: what the vault says. */
export async function settledLook(): Promise<void> {
  const wantedTheme = settings.value.get('theme');
  const wantedLanguage = settings.value.get('language');
  if (isTheme(wantedTheme)) showTheme(wantedTheme);
  if (wantedLanguage && isLanguage(wantedLanguage) && wantedLanguage !== document.documentElement.lang) {
    await showLanguage(wantedLanguage);
  }
  keep();
}
