import type { LanguageChoice } from '../preferences/preferences.ts';
import type { Catalog } from './catalog.ts';
import { en } from './en.ts';

export type Language = Exclude<LanguageChoice, 'system'>;

/** What is spoken when the device speaks nothing that is here. */
const fallback: Language = 'en';

const baseOf = (tag: string): string => tag.split('-', 1)[0]?.toLowerCase() ?? '';

/** The language to speak. @param spoken what the device speaks, the favourite first */
export function languageOf(choice: LanguageChoice, spoken: readonly string[]): Language {
  if (choice !== 'system') return choice;
  const known = spoken.map(baseOf).find((base) => base === 'en' || base === 'ar');
  return known === 'ar' ? 'ar' : fallback;
}

/** How dates and numbers are written: as the device writes that language, where it does. */
export function localeOf(language: Language, spoken: readonly string[]): string {
  return spoken.find((tag) => baseOf(tag) === language) ?? language;
}

export const directionOf = (language: Language): 'ltr' | 'rtl' => (language === 'ar' ? 'rtl' : 'ltr');

/** A language is fetched when it is first spoken; English is always there. */
export async function loadCatalog(language: Language): Promise<Catalog> {
  return language === 'ar' ? (await import('./ar.ts')).ar : en;
}
