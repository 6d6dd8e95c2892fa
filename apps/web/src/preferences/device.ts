import { useSyncExternalStore } from 'react';
import { type Preferences, PreferenceStore } from './preferences.ts';
import { showTheme } from './theme.ts';

/** The preferences of this device. */
export const preferences = new PreferenceStore(localStorage);

export function usePreferences(): Preferences {
  return useSyncExternalStore(preferences.subscribe, preferences.getSnapshot);
}

/** Shows the theme of choice from now on, and follows what other tabs choose. */
export function followPreferences(): void {
  window.addEventListener('storage', preferences.adopt);
  const show = () => showTheme(preferences.getSnapshot().theme);
  preferences.subscribe(show);
  show();
}
