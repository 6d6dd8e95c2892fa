import { OwnStore } from '../own-store.ts';

/** What somebody chose for this device; `system` follows the device itself. */
export interface Preferences {
  readonly theme: ThemeChoice;
  readonly language: LanguageChoice;
}

const themeChoices = ['system', 'light', 'dark'] as const;
export type ThemeChoice = (typeof themeChoices)[number];

const languageChoices = ['system', 'en', 'ar'] as const;
export type LanguageChoice = (typeof languageChoices)[number];

const KEY = 'parley.preferences';
const standard: Preferences = { theme: 'system', language: 'system' };

type Place = Pick<Storage, 'getItem' | 'setItem'>;

/** Keeps the preferences of this device, the same in every tab. */
export class PreferenceStore extends OwnStore<Preferences> {
  readonly #place: Place;

  constructor(place: Place) {
    super(preferencesIn(place));
    this.#place = place;
  }

  set(change: Partial<Preferences>): void {
    this.show({ ...this.getSnapshot(), ...change });
    try {
      this.#place.setItem(KEY, JSON.stringify(this.getSnapshot()));
    } catch {
      // Where nothing can be stored it is so until the page goes.
    }
  }

  /** Takes over what another tab chose. */
  readonly adopt = (): void => this.show(preferencesIn(this.#place));
}

function preferencesIn(place: Place): Preferences {
  try {
    return preferencesOf(JSON.parse(place.getItem(KEY) ?? 'null'));
  } catch {
    return standard;
  }
}

/** What was stored, as far as it makes sense. */
function preferencesOf(stored: unknown): Preferences {
  if (typeof stored !== 'object' || stored === null) return standard;
  const theme = 'theme' in stored ? themeChoices.find((choice) => choice === stored.theme) : undefined;
  const language =
    'language' in stored ? languageChoices.find((choice) => choice === stored.language) : undefined;
  return { theme: theme ?? standard.theme, language: language ?? standard.language };
}
