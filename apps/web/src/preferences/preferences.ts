import type { Store } from '@parley/sdk';

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
export class PreferenceStore implements Store<Preferences> {
  readonly #place: Place;
  readonly #listeners = new Set<() => void>();
  #current: Preferences;

  constructor(place: Place) {
    this.#place = place;
    this.#current = this.#read();
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly getSnapshot = (): Preferences => this.#current;

  set(change: Partial<Preferences>): void {
    this.#show({ ...this.#current, ...change });
    try {
      this.#place.setItem(KEY, JSON.stringify(this.#current));
    } catch {
      // Where nothing can be stored it is so until the page goes.
    }
  }

  /** Takes over what another tab chose. */
  readonly adopt = (): void => this.#show(this.#read());

  #show(preferences: Preferences): void {
    this.#current = preferences;
    for (const listener of [...this.#listeners]) listener();
  }

  #read(): Preferences {
    try {
      return preferencesOf(JSON.parse(this.#place.getItem(KEY) ?? 'null'));
    } catch {
      return standard;
    }
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
