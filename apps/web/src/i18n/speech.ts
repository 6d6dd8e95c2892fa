import type { Catalog } from './catalog.ts';
import { type Formats, formatsOf } from './formats.ts';
import { directionOf, type Language, localeOf } from './languages.ts';
import { type Translate, translator } from './translate.ts';

/** One language, ready to be spoken. */
export interface Speech {
  readonly language: Language;
  readonly dir: 'ltr' | 'rtl';
  readonly t: Translate;
  readonly formats: Formats;
}

/** @param spoken what the device speaks, the favourite first */
export function speechOf(language: Language, catalog: Catalog, spoken: readonly string[]): Speech {
  const locale = localeOf(language, spoken);
  const t = translator(catalog, locale);
  return { language, dir: directionOf(language), t, formats: formatsOf(locale, t) };
}
