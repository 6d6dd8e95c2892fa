import { expect, test } from 'vitest';
import { Emoji } from './schema.ts';

const taken = (text: string) => Emoji.safeParse(text).data;

test.each(['👍', '❤️', '☝🏽', '👩🏻‍❤️‍💋‍👨🏿', '👨‍👩‍👧‍👦', '🏳️‍🌈', '🏴󠁧󠁢󠁥󠁮󠁧󠁿', '🇫🇷', '1️⃣', '©️', '👁️‍🗨️', '🏃🏽‍♀️', '🫠'])(
  '%s is an emoji, as it is',
  (emoji) => {
    expect(taken(emoji)).toBe(emoji);
  },
);

test('an emoji is one key however a keyboard spells it', () => {
  const spellings = [
    ['❤', '❤️'],
    ['❤\u{FE0E}', '❤️'],
    ['👁‍🗨', '👁️‍🗨️'],
    ['🏳‍🌈', '🏳️‍🌈'],
    ['🏃‍♀', '🏃‍♀️'],
    ['1\u{20E3}', '1️⃣'],
    ['👍\u{FE0F}', '👍'],
  ] as const;
  for (const [spelled, emoji] of spellings) expect(taken(spelled)).toBe(emoji);
});

test.each([
  '',
  ' ',
  'a',
  '1',
  '#',
  ':)',
  'ok',
  '👍👍',
  '👍 ',
  '👍a',
  '\u{200D}',
  '\u{FE0F}',
  '🏽🏽',
  '🇫',
  '\u{1F1FF}\u{1F1FF}',
  '👩‍',
  '中',
  '\0',
  '\ud83d',
  '<b>',
  '👍'.repeat(1_000),
])('%j is not one', (text) => {
  expect(taken(text)).toBeUndefined();
});
