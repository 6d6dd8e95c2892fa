import { expect, test } from 'vitest';
import { Turns } from './turns.ts';

test('a few run at a time, the others in order of arrival, also after one failed', async () => {
  const turns = new Turns(2);
  let running = 0;
  let most = 0;
  const begun: number[] = [];
  const work = Array.from({ length: 10 }, (_, n) =>
    turns.take(async () => {
      begun.push(n);
      running += 1;
      most = Math.max(most, running);
      await Promise.resolve();
      running -= 1;
      if (n % 3 === 0) throw new Error('failed');
    }),
  );
  const ends = await Promise.allSettled(work);
  expect(ends.filter(({ status }) => status === 'rejected')).toHaveLength(4);
  expect([most, running]).toEqual([2, 0]);
  expect(begun).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
});
