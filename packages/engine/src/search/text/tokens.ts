import { fold } from './fold.ts';

/** A word of a text, or two characters that follow each other in a script without spaces. */
export interface Token {
  /** As it is compared. */
  readonly text: string;
  /** Where it stands in the text, in UTF-16 code units: `end` is behind it, `firstEnd` behind its first character. */
  readonly start: number;
  readonly firstEnd: number;
  readonly end: number;
  /** A word; a pair of a run of characters; the last one of a run, by itself; or all there is of a run. */
  readonly kind: 'word' | 'pair' | 'last' | 'single';
}

/** Of a longer word only the beginning is compared. */
const wordCharacters = 40;

// Scripts whose words are not told apart by spaces, and Hangul, whose words take endings: they are cut into pairs.
const dense =
  String.raw`[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Hangul}\p{scx=Bopomofo}\p{scx=Thai}` +
  String.raw`\p{scx=Lao}\p{scx=Khmer}\p{scx=Myanmar}\p{scx=Tibetan}]`;
/** A character of those: a syllable of Hangul in its parts, or a letter with its marks. */
const character =
  String.raw`(?:[\u1100-\u115f][\u1160-\u11a7]*[\u11a8-\u11ff]*` +
  String.raw`|[[\p{L}\p{N}]&&${dense}][\p{M}\uff9e\uff9f]*)`;
const words = new RegExp(String.raw`(${character}+)|[[\p{L}\p{N}\p{M}]--${dense}]+`, 'gv');
const characters = new RegExp(character, 'gv');

/**
 * A text's tokens in order: a token's index is its place. A run of a script without spaces is its pairs, and its last
 * character, so that a single one is found as the beginning of a token.
 */
export function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  for (const match of text.matchAll(words)) {
    const [whole, run] = match;
    if (run !== undefined) addRun(tokens, run, match.index);
    else addWord(tokens, whole, match.index);
  }
  return tokens;
}

function addWord(tokens: Token[], word: string, start: number): void {
  const folded = fold(word);
  const text =
    folded.length <= wordCharacters
      ? folded
      : folded.slice(0, wordCharacters).replace(/[\ud800-\udbff]$/, '');
  const end = start + word.length;
  if (text !== '') tokens.push({ text, start, firstEnd: end, end, kind: 'word' });
}

function addRun(tokens: Token[], run: string, offset: number): void {
  const found = [...run.matchAll(characters)].map(({ 0: one, index }) => ({
    text: fold(one),
    start: offset + index,
    end: offset + index + one.length,
  }));
  const parts = found.filter(({ text }) => text !== '');
  for (const [index, { text, start, end }] of parts.entries()) {
    const next = parts[index + 1];
    if (next !== undefined) {
      tokens.push({ text: text + next.text, start, firstEnd: end, end: next.end, kind: 'pair' });
    } else {
      tokens.push({ text, start, firstEnd: end, end, kind: parts.length === 1 ? 'single' : 'last' });
    }
  }
}
