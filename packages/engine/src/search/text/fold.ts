/** Marks that people leave out as they type: accents, Hebrew points, Arabic vowel signs. Others belong to their letters. */
const accents = /[\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670]/g;
/** Letters that no decomposition takes apart, as they are typed without them. */
const plainLetters: ReadonlyMap<string, string> = new Map([
  ...[['ß', 'ss'] as const, ['æ', 'ae'] as const, ['œ', 'oe'] as const, ['þ', 'th'] as const],
  ...[['ø', 'o'] as const, ['ł', 'l'] as const, ['đ', 'd'] as const, ['ð', 'd'] as const],
  ...[['ı', 'i'] as const, ['ς', 'σ'] as const],
]);
const special = new RegExp(`[${[...plainLetters.keys()].join('')}]`, 'g');
const notOfWords = /[^\p{L}\p{N}\p{M}]/gu;

/**
 * A word as it is compared: NFKC, in lower case, without diacritics, and nothing in it but letters, digits and marks. Done
 * here and not by PostgreSQL, whose answer depends on its version and locale.
 */
export function fold(word: string): string {
  if (/^[a-z0-9]+$/i.test(word)) return word.toLowerCase();
  return word
    .normalize('NFKD')
    .replaceAll(accents, '')
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(special, (letter) => plainLetters.get(letter) ?? letter)
    .replaceAll(notOfWords, '');
}
