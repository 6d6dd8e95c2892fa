import { expect, test } from 'vitest';
import { excerptOf } from './excerpt.ts';

test('hits are told apart from what is around them', () => {
  expect(
    excerptOf('lunch at noon', [
      [0, 5],
      [9, 13],
    ]),
  ).toEqual([
    { text: 'lunch', hit: true },
    { text: ' at ', hit: false },
    { text: 'noon', hit: true },
  ]);
});

test('of a long text only what is around the first hit is shown', () => {
  const content = `${'before '.repeat(50)}noon ${'after '.repeat(50)}`;
  const at = content.indexOf('noon');
  const pieces = excerptOf(content, [[at, at + 4]]);
  expect(pieces[0]).toEqual({ text: '…', hit: false });
  expect(pieces.at(-1)).toEqual({ text: '…', hit: false });
  expect(pieces.filter(({ hit }) => hit)).toEqual([{ text: 'noon', hit: true }]);
  expect(pieces.map(({ text }) => text).join('').length).toBeLessThan(250);
});

test('a text without a hit is shown from its beginning', () => {
  expect(excerptOf('hello', [])).toEqual([{ text: 'hello', hit: false }]);
});
