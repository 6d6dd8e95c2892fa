import { expect, test } from 'vitest';
import { Rotation } from './rotation.ts';

test('everyone has had their turn after a few rounds, and few are taken whole', () => {
  const rotation = new Rotation();
  const items = [1, 2, 3, 4, 5];
  expect([rotation.take(items, 2), rotation.take(items, 2), rotation.take(items, 2)]).toEqual([
    [1, 2],
    [3, 4],
    [5, 1],
  ]);
  expect(rotation.take(items, 5)).toEqual(items);
  expect(rotation.take([], 2)).toEqual([]);
});
