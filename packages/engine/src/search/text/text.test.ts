import { expect, test } from 'vitest';
import { fold } from './fold.ts';
import { matchIn } from './match.ts';
import { isTooLong, parseQuery } from './query.ts';
import { tokensOf } from './tokens.ts';
import { keysOf, matchOf } from './tsquery.ts';
import { vectorOf } from './vector.ts';

test.each([
  ['Crème', 'creme'],
  ['STRASSE', 'strasse'],
  ['Straße', 'strasse'],
  ['İstanbul', 'istanbul'],
  ['ΟΔΟΣ', 'οδοσ'],
  ['Ёлка', 'елка'],
  ['ﬁne', 'fine'],
  ['Ｆｕｌｌ', 'full'],
  ['مُحَمَّد', 'محمد'],
  ['שָׁלוֹם', 'שלום'],
  ['हिन्दी', 'हिन्दी'],
  ['ﾊﾟﾝ', 'パン'],
])('%s is compared as %s', (word, folded) => expect(fold(word)).toBe(folded.normalize('NFKC')));

test.each([
  ['Hello, wörld! 42', ['hello', 'world', '42']],
  ["don't e-mail", ['don', 't', 'e', 'mail']],
  ['我爱你', ['我爱', '爱你', '你']],
  ['食べ物ABC', ['食べ', 'べ物', '物', 'abc']],
  ['カー', ['カー', 'ー']],
  ['학교에서', ['학교', '교에', '에서', '서']],
  ['สวัสดี', ['สวั', 'วัส', 'สดี', 'ดี']],
  ['中', ['中']],
  ['... %_\\ 👍', []],
])('%s is cut into %j', (text, words) =>
  expect(tokensOf(text).map((token) => token.text)).toEqual(words.map((word) => word.normalize('NFKC'))),
);

test('letters in parts are those in one: Latin, Hangul, halfwidth kana', () => {
  for (const text of ['Crème', '학교', 'ガギ']) {
    expect(tokensOf(text.normalize('NFD')).map((token) => token.text)).toEqual(
      tokensOf(text).map((token) => token.text),
    );
  }
  expect(tokensOf('ｶﾞｷﾞ').map((token) => token.text)).toEqual(['ガギ', 'ギ']);
});

/** The parts of a text that a query marks; null when it is not one that the query is for. */
function marked(q: string, text: string): string[] | null {
  return matchIn(text, parseQuery(q))?.map(([start, end]) => text.slice(start, end)) ?? null;
}

test.each([
  ['creme', 'The Crème is here', ['Crème']],
  ['cre', 'The Crème is here', ['Crème']],
  ['cre ', 'The Crème is here', null],
  ['cre here', 'The Crème is here', null],
  ['here cre', 'The Crème is here', ['Crème', 'here']],
  ['"is here"', 'The Crème is here', ['is here']],
  ['“is here', 'The Crème is here', ['is here']],
  ['"here is"', 'The Crème is here', null],
  ['the -creme', 'The Crème is here', null],
  ['the -milk', 'The Crème is here', ['The']],
  ['-"is here" the', 'The Crème is here', null],
  ['-"is not" the', 'The Crème is here', ['The']],
  ["don't", 'I don’t', ['don’t']],
  ["don't", 'don at t', null],
  ['爱', '我爱你', ['爱']],
  ['你', '我爱你', ['你']],
  ['爱你', '我爱你', ['爱你']],
  ['我爱你', '你我爱 爱你', null],
  ['我你', '我爱你', null],
  ['学校', '学校に行く', ['学校']],
  ['โรงเรียน', 'ไปโรงเรียนกัน', ['โรงเรียน']],
  ['e', 'é e E', ['é', 'e', 'E']],
])('%s in "%s" marks %j', (q, text, parts) => expect(marked(q, text)).toEqual(parts));

test.each(['%', '_', '\\', "'", ':*', '&', '|', '!', '<->', '()', '""', '-', '--', '-"', '\u200d', '👍'])(
  'what holds no word asks for nothing: %s',
  (q) => expect(parseQuery(q)).toEqual([]),
);

test('what means something to PostgreSQL separates words', () => {
  const phrases = parseQuery(`a' | !b:* <-> 'c\\`);
  expect(matchOf(phrases)).toBe(`('a') & ('b') & ('c':*)`);
  expect(keysOf(parseQuery('a longer w'))).toBe(`'#longer' & '#a'`);
  expect(keysOf(parseQuery('a longer wor'))).toBe(`'#longer' & '#a' & '#wor':*`);
});

test('a phrase keeps its distances, also from a run of characters to a word', () => {
  expect(matchOf(parseQuery('"我爱你 too"'))).toBe(`('我爱' <1> '爱你' <2> 'too')`);
});

test('sixteen words are not too many', () => {
  const words = Array.from({ length: 16 }, (_, n) => `w${n}`);
  expect(isTooLong(parseQuery(words.join(' ')))).toBe(false);
  expect(isTooLong(parseQuery([...words, '-more'].join(' ')))).toBe(true);
});

test('a text without end is cut to what PostgreSQL keeps', () => {
  expect(vectorOf('a b a')).toBe(`'a':1,3 'b':2`);
  expect(vectorOf('a '.repeat(5_000)).split(',')).toHaveLength(255);
  expect(tokensOf('x'.repeat(9_999)).map(({ text }) => text.length)).toEqual([40]);
});
