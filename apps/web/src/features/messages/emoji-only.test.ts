import { expect, test } from 'vitest';
import { isEmojiOnly } from './emoji-only.ts';

test.each(['👍', '❤️', '👩‍👩‍👧‍👦 🏳️‍🌈', '👍🏽👍🏽👍🏽', '🇯🇵', '1️⃣ ℹ️'])('%s is nothing but emoji', (text) => {
  expect(isEmojiOnly(text)).toBe(true);
});

test.each(['', 'a', '👍 a', 'a 👍', '👍a', '1', '#', '©', '👍👍👍👍', '👍'.repeat(5_000)])(
  '%j is more, or none',
  (text) => {
    expect(isEmojiOnly(text)).toBe(false);
  },
);
