import { expect, test } from 'vitest';
import { emojiOf, groups, nameOfEmoji, searchEmoji } from './emoji-data.ts';

test('every group has emoji, each once and as the server takes them', () => {
  const all = groups.flatMap(emojiOf).map(({ emoji }) => emoji);
  for (const group of groups) expect(emojiOf(group).length).toBeGreaterThan(20);
  expect(all.length).toBeGreaterThan(1_500);
  expect(new Set(all).size).toBe(all.length);
  expect(all).toContain('❤️');
});

test.each([
  ['red heart', '❤️'],
  ['THUMBS up', '👍'],
  ['🎉', '🎉'],
])('finds %s', (text, emoji) => {
  expect(searchEmoji(text).map((found) => found.emoji)).toContain(emoji);
});

test('has what is called so before what is only found by it', () => {
  expect(searchEmoji('rocket').map(({ name }) => name)).toEqual([
    'rocket',
    'astronaut',
    'man astronaut',
    'woman astronaut',
  ]);
});

test('finds nothing where there is nothing, and says names', () => {
  expect(searchEmoji('no such emoji at all')).toEqual([]);
  expect(nameOfEmoji('👍')).toBe('thumbs up');
});
