import { expect, test } from 'vitest';
import { BatchLoader } from './batch-loader.ts';

const upTo = (count: number) => Array.from({ length: count }, (_, n) => n + 1);

/** Reads as the database would: the double of each number. */
function storage({ most, sizeOf = () => 1 }: { most: number; sizeOf?: (asked: number) => number }) {
  const batches: (readonly number[])[] = [];
  const underWay = { now: 0, most: 0 };
  const faults: Error[] = [];
  const loader = new BatchLoader<number, number>({
    read: async (asked) => {
      batches.push(asked);
      underWay.now += 1;
      underWay.most = Math.max(underWay.most, underWay.now);
      await new Promise((resolve) => setImmediate(resolve));
      underWay.now -= 1;
      const fault = faults.pop();
      if (fault !== undefined) throw fault;
      return asked.map((each) => each * 2);
    },
    ...{ most, sizeOf },
  });
  return { batches, underWay, faults, loader };
}

test('all who ask in one turn or while others are read share a statement, one at a time', async () => {
  const { batches, underWay, loader } = storage({ most: 128 });
  const first = upTo(300).map((each) => loader.load(each));
  const later = first[0]?.then(() => loader.load(7));
  expect(await Promise.all(first)).toEqual(upTo(300).map((each) => each * 2));
  await expect(later).resolves.toBe(14);
  expect(batches.map((batch) => batch.length)).toEqual([128, 128, 45]);
  expect(underWay.most).toBe(1);
});

test('a statement reads no more than it may, but for what is too large by itself', async () => {
  const { batches, loader } = storage({ most: 10, sizeOf: (asked) => asked });
  const found = await Promise.all([4, 6, 1, 50, 3, 50, 10].map((each) => loader.load(each)));
  expect(found).toEqual([8, 12, 2, 100, 6, 100, 20]);
  expect(batches).toEqual([[4, 6], [1], [50], [3], [50], [10]]);
});

test('who asks for the same is answered, too', async () => {
  const { loader } = storage({ most: 10 });
  expect(await Promise.all([3, 3, 4].map((each) => loader.load(each)))).toEqual([6, 6, 8]);
});

test('a statement that fails is told to those who share it, and to nobody else', async () => {
  const { faults, loader } = storage({ most: 10 });
  faults.push(new Error('value out of range'));
  const asked = await Promise.allSettled(upTo(12).map((each) => loader.load(each)));
  const refused = asked.flatMap(({ status }, index) => (status === 'rejected' ? index + 1 : []));
  expect(refused).toEqual(upTo(10));
  await expect(loader.load(1)).resolves.toBe(2);
});

test('where the database cannot be reached nobody waits for a statement that would find the same', async () => {
  const { faults, loader, batches } = storage({ most: 10 });
  faults.push(new Error('Query read timeout'));
  const asked = await Promise.allSettled(upTo(35).map((each) => loader.load(each)));
  expect(asked.every(({ status }) => status === 'rejected')).toBe(true);
  expect(batches.length).toBe(1);
  await expect(loader.load(1)).resolves.toBe(2);
});

test('an answer for nobody, or none for somebody, is an error', async () => {
  const loader = new BatchLoader<number, number>({ read: async () => [1], most: 10, sizeOf: () => 1 });
  const failed = await Promise.allSettled(upTo(2).map((each) => loader.load(each)));
  expect(failed.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
});
