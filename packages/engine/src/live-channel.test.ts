import { push } from '@parley/contract';
import { expect, test } from 'vitest';
import { LiveChannel } from './live-channel.ts';

function channel() {
  let disposed = 0;
  const live = new LiveChannel<number>(() => (disposed += 1));
  return { live, disposals: () => disposed };
}

test('a reader that leaves while it waits for an item gives everything back at once', async () => {
  const { live, disposals } = channel();
  const items = live[Symbol.asyncIterator]();
  const waiting = items.next();
  const left = items.return?.();
  expect(disposals()).toBe(1);
  expect(await waiting).toEqual({ done: true, value: undefined });
  expect(await left).toMatchObject({ done: true });
  expect(live.closed).toBe(true);
});

test('a reader that leaves before it has read anything gives everything back', async () => {
  const { live, disposals } = channel();
  live.send([1]);
  await live[Symbol.asyncIterator]().return?.();
  expect(disposals()).toBe(1);
});

test('what was queued is read before the error it ended with', async () => {
  const { live, disposals } = channel();
  live.send([1, 2]);
  live.end(new Error('over'));
  const read: number[] = [];
  const all = async () => {
    for await (const item of live) read.push(item);
  };
  await expect(all()).rejects.toThrow('over');
  expect([read, disposals()]).toEqual([[1, 2], 1]);
});

test('more than the queue holds ends the stream as too slow', async () => {
  const { live, disposals } = channel();
  live.send(Array.from({ length: 10_000 }, (_, n) => n));
  expect(live.closed).toBe(false);
  live.send([10_000]);
  expect([live.closed, disposals()]).toEqual([true, 1]);
});

test('a push gets what was queued, then what comes, and a replay waits while it is full', async () => {
  const { live, disposals } = channel();
  const taken: number[] = [];
  const room = Promise.withResolvers<void>();
  live.send([1]);
  const stop = live[push]({
    next(items) {
      taken.push(...items);
      return taken.length < 2 ? undefined : room.promise;
    },
    end() {},
  });
  await live.drained();
  live.send([2]);
  let drained = false;
  const waiting = live.drained().then(() => (drained = true));
  await new Promise((resolve) => setImmediate(resolve));
  expect([taken, drained]).toEqual([[1, 2], false]);
  room.resolve();
  await waiting;
  stop();
  live.send([3]);
  expect([taken, disposals()]).toEqual([[1, 2], 1]);
});
