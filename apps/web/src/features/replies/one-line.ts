import { wordsOf } from '../messages/segments.ts';

/** So much of a text fits a line, whatever the screen. */
const CHARACTERS = 200;

/** The beginning of a text, in one line. */
export function oneLine(text: string): string {
  return wordsOf(text.slice(0, 2 * CHARACTERS))
    .replaceAll(/\s+/g, ' ')
    .trim()
    .slice(0, CHARACTERS);
}
