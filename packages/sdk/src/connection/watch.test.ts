import { ParleyError } from '@parley/contract';
import type { AppRouter } from '@parley/contract/router';
import { createTRPCClient } from '@trpc/client';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Watch, type WatchObserver } from './watch.ts';

// Never reached: what is subscribed to is told by hand.
const trpc = createTRPCClient<AppRouter>({ links: [] });

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(Math, 'random').mockReturnValue(0.5);
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

function watchByHand(goOn: (error: ParleyError) => boolean = () => true) {
  const opened: WatchObserver<string>[] = [];
  const log: string[] = [];
  const watch = new Watch<string>(
    {
      open: (_, observer) => {
        opened.push(observer);
        return { unsubscribe: () => log.push('unsubscribed') };
      },
      onData: (event) => log.push(event),
      onError: goOn,
      onLost: () => log.push('lost'),
    },
    () => trpc,
  );
  const last = () => {
    const observer = opened.at(-1);
    if (observer === undefined) throw new Error('nothing was subscribed to');
    return observer;
  };
  return { watch, opened, log, last };
}

test('subscribes again after an error, with pauses that grow until something arrives', async () => {
  const { opened, last } = watchByHand();
  const pauses: number[] = [];
  for (let i = 0; i < 3; i += 1) {
    const before = Date.now();
    last().onError(new Error('it broke'));
    await vi.advanceTimersToNextTimerAsync();
    pauses.push(Date.now() - before);
  }
  expect(pauses).toEqual([125, 250, 500]);
  expect(opened).toHaveLength(4);
  last().onData('here');
  last().onError(new Error('it broke'));
  await vi.advanceTimersByTimeAsync(125);
  expect(opened).toHaveLength(5);
});

test('subscribes again after an end', async () => {
  const { opened, last } = watchByHand();
  last().onComplete();
  await vi.advanceTimersByTimeAsync(125);
  expect(opened).toHaveLength(2);
});

test('ends for good when told', async () => {
  const { opened, last } = watchByHand(() => false);
  last().onError(new Error('it broke'));
  last().onComplete();
  await vi.runAllTimersAsync();
  expect(opened).toHaveLength(1);
});

test('does not listen to what it left behind', async () => {
  const { log, opened, last } = watchByHand();
  const first = last();
  first.onError(new Error('it broke'));
  await vi.runAllTimersAsync();
  first.onData('late');
  first.onComplete();
  await vi.runAllTimersAsync();
  expect(log).toEqual([]);
  expect(opened).toHaveLength(2);
});

test('forgets what is held before it starts anew', async () => {
  const { watch, log, opened } = watchByHand();
  watch.restart();
  expect(log).toEqual(['unsubscribed', 'lost']);
  await vi.runAllTimersAsync();
  expect(opened).toHaveLength(2);
});

test('stops without a timer', () => {
  const { watch, log, last } = watchByHand();
  last().onError(new Error('it broke'));
  watch.stop();
  last().onData('late');
  expect(log).toEqual(['unsubscribed']);
  expect(vi.getTimerCount()).toBe(0);
});

test('leaves a server that is over a limit alone for as long as it says', async () => {
  const { opened, last } = watchByHand();
  last().onError(new ParleyError('LIMITED', 'unable to go on; too many', { retryAfterMs: 20_000 }));
  await vi.advanceTimersByTimeAsync(20_124);
  expect(opened).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(1);
  expect(opened).toHaveLength(2);
});

test('subscribes again, keeping what is held, when it was accepted and then nothing is said', async () => {
  const { log, opened, last } = watchByHand();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(opened).toHaveLength(1); // not yet accepted: the connection may be away
  last().onStarted();
  await vi.advanceTimersByTimeAsync(9_999);
  expect(opened).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(1 + 125);
  expect(log).toEqual(['unsubscribed']);
  expect(opened).toHaveLength(2);
});

test('lets a subscription be silent after its first event, and has no deadline left when stopped', async () => {
  const { watch, opened, last } = watchByHand();
  last().onStarted();
  last().onData('here');
  await vi.advanceTimersByTimeAsync(60_000);
  expect(opened).toHaveLength(1);
  last().onStarted();
  watch.stop();
  expect(vi.getTimerCount()).toBe(0);
});
