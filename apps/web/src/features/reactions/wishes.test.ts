import { expect, test } from 'vitest';
import { ReactionWishes, withWishes, wishKey } from './wishes.ts';

const heart = { emoji: '❤️', count: 2, userIds: ['ada', 'bob'], own: false };
const key = wishKey('m', '❤️');

test('what is wished shows at once, and what is not is as it was', () => {
  expect(withWishes('m', [heart], new Map([[key, true]]), 'me')).toEqual([
    { emoji: '❤️', count: 3, userIds: ['ada', 'bob', 'me'], own: true },
  ]);
  expect(withWishes('m', [], new Map([[key, true]]), 'me')).toEqual([
    { emoji: '❤️', count: 1, userIds: ['me'], own: true },
  ]);
  const mine = { emoji: '❤️', count: 1, userIds: ['me'], own: true };
  expect(withWishes('m', [mine], new Map([[key, false]]), 'me')).toEqual([]);
  const reactions = [heart];
  expect(withWishes('other', reactions, new Map([[key, true]]), 'me')).toBe(reactions);
});

test('the last wish counts, and is stored after the one before', async () => {
  const wishes = new ReactionWishes();
  const first = Promise.withResolvers<void>();
  const stored: boolean[] = [];
  const store = async (wanted: boolean) => {
    stored.push(wanted);
    if (stored.length === 1) await first.promise;
  };
  const done = wishes.wish(key, true, store);
  await wishes.wish(key, false, store);
  expect(wishes.getSnapshot().get(key)).toBe(false);
  first.resolve();
  await done;
  expect(stored).toEqual([true, false]);
  expect(wishes.getSnapshot().size).toBe(0);
});

test('a wish that is refused is given up', async () => {
  const wishes = new ReactionWishes();
  const refusal = new Error('no');
  await expect(wishes.wish(key, true, () => Promise.reject(refusal))).rejects.toBe(refusal);
  expect(wishes.getSnapshot().size).toBe(0);
});
