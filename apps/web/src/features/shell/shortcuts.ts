import type { PlainKey } from '../../i18n/catalog.ts';

/** Keys that do something: each of `keys` is one way. `Mod` is Cmd on a Mac, Ctrl elsewhere. */
export interface Shortcut {
  readonly does: PlainKey;
  readonly keys: readonly (readonly string[])[];
}

const isMac = (): boolean => /mac|iphone|ipad/i.test(navigator.userAgent);

/** How a key is written on this device. */
export function keyName(key: string): string {
  if (key === 'Mod') return isMac() ? '⌘' : 'Ctrl';
  if (key === 'Alt') return isMac() ? '⌥' : 'Alt';
  return key;
}

export const paletteKeys = (): string[] => ['Mod', 'K'].map(keyName);

/** Every shortcut there is, as the list of them shows it. */
export const shortcuts: readonly Shortcut[] = [
  { does: 'shortcuts.palette', keys: [['Mod', 'K']] },
  { does: 'shortcuts.help', keys: [['?']] },
  { does: 'shortcuts.previous', keys: [['Alt', '↑']] },
  { does: 'shortcuts.next', keys: [['Alt', '↓']] },
  { does: 'shortcuts.rows', keys: [['↑'], ['↓']] },
  { does: 'shortcuts.rowMenu', keys: [['Shift', 'F10']] },
  { does: 'shortcuts.mention', keys: [['@']] },
  { does: 'shortcuts.messageMenu', keys: [['Enter']] },
  { does: 'shortcuts.send', keys: [['Enter']] },
  { does: 'shortcuts.line', keys: [['Shift', 'Enter']] },
  { does: 'shortcuts.editLast', keys: [['↑']] },
  { does: 'shortcuts.escape', keys: [['Esc']] },
];
