import type { ThemeChoice } from './preferences.ts';

/** Shows a theme: its attribute sets the colour scheme, see `styles/base.css`; without it the system's holds. */
export function showTheme(theme: ThemeChoice): void {
  const { dataset } = document.documentElement;
  if (theme === 'system') delete dataset['theme'];
  else dataset['theme'] = theme;
  for (const meta of document.querySelectorAll<HTMLMetaElement>('meta[name=theme-color]')) {
    meta.media =
      theme === 'system' ? `(prefers-color-scheme: ${meta.dataset['scheme']})` : mediaOf(meta, theme);
  }
}

/** A browser's bar takes the first colour whose media holds: of a chosen theme always, of the other one never. */
function mediaOf({ dataset }: HTMLMetaElement, theme: ThemeChoice): string {
  return dataset['scheme'] === theme ? 'all' : 'not all';
}
