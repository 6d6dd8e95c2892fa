import { tokensOf } from './tokens.ts';

/** What PostgreSQL keeps of a word: more places in a text, or later ones, it would drop. */
const places = 255;
const lastPlace = 16_383;

/** A text's tokens as a literal of a `tsvector`; empty when it has none. */
export function vectorOf(text: string): string {
  const found = new Map<string, number[]>();
  for (const [index, token] of tokensOf(text).entries()) {
    const known = found.get(token.text);
    const place = Math.min(index + 1, lastPlace);
    if (known === undefined) found.set(token.text, [place]);
    else if (known.length < places) known.push(place);
  }
  return [...found].map(([word, at]) => `'${word}':${at.join(',')}`).join(' ');
}
