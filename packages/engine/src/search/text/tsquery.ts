import type { Phrase, Sought } from './query.ts';

/** Tokens looked up in the index; the rest is compared in what is found. */
const keyTokens = 6;
/** Too many words begin with less. */
const prefixCharacters = 3;

/** The query as a literal of a `tsquery` on a text's tokens, of which it has at least one that has to be there. */
export function matchOf(phrases: readonly Phrase[]): string {
  return phrases.map(({ excluded, tokens }) => `${excluded ? '!' : ''}(${phraseOf(tokens)})`).join(' & ');
}

/**
 * The tokens that the index is asked for, as a literal of a `tsquery` in which each word begins with `#`, where the
 * conversation's key belongs. Those that are likely to be rare: whole ones before beginnings, long ones before short ones.
 */
export function keysOf(phrases: readonly Phrase[]): string {
  const wanted = phrases.flatMap(({ excluded, tokens }) => (excluded ? [] : tokens));
  const [rarest, ...others] = wanted.toSorted(
    (a, b) => Number(a.prefix) - Number(b.prefix) || b.text.length - a.text.length,
  );
  const useful = others.filter(({ prefix, text }) => !prefix || text.length >= prefixCharacters);
  const chosen = rarest === undefined ? [] : [rarest, ...useful.slice(0, keyTokens - 1)];
  return chosen.map((token) => literal(token, '#')).join(' & ');
}

function phraseOf(tokens: readonly Sought[]): string {
  return tokens
    .map((token, index) => {
      const before = tokens[index - 1];
      return before === undefined ? literal(token) : `<${token.place - before.place}> ${literal(token)}`;
    })
    .join(' ');
}

/** Tokens are letters, digits and marks only, so that nothing in them means anything here. */
function literal({ text, prefix }: Sought, before = ''): string {
  return `'${before}${text}'${prefix ? ':*' : ''}`;
}
