import type { Change } from '@parley/contract';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { silentLog } from '../testing/index.ts';
import { ConversationFeed } from './conversation-feed.ts';
import { type ChangeEvent, type FeedSnapshot, startFeed } from './feed.ts';
import { Follower } from './testing/follower.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const snapshot = (lastSeq: number): FeedSnapshot => ({
  epoch: 'epoch',
  lastSeq,
  memberVersion: 1,
  above: 0,
  rows: null,
  members: new Map(),
});

/** A feed at seq 3 over a database that answers as told, and when it was asked. */
function feed(answer: () => Promise<FeedSnapshot | undefined>) {
  const asked: number[] = [];
  const start = startFeed({ epoch: 'epoch', lastSeq: 3, memberVersion: 1 }, []);
  const made = new ConversationFeed(
    'room',
    start,
    () => {
      asked.push(Date.now());
      return answer();
    },
    silentLog,
  );
  return { feed: made, asked };
}

const gone = () => Promise.reject(new Error('the database is gone'));

test('a gap that cannot be read is tried again less and less often, and at once after it could be', async () => {
  let answer: () => Promise<FeedSnapshot | undefined> = gone;
  const { feed: following, asked } = feed(() => answer());
  following.onDiffers(5);
  await vi.advanceTimersByTimeAsync(30_000);
  expect(asked.length).toBeGreaterThanOrEqual(15);
  expect(asked.length).toBeLessThanOrEqual(35);
  const waits = asked.slice(1).map((at, n) => at - (asked[n] ?? 0));
  expect(waits[0]).toBeLessThanOrEqual(200);
  expect(Math.max(...waits)).toBeLessThanOrEqual(2_000);
  // Not all feeds at the same moment.
  expect(new Set(waits.slice(5)).size).toBeGreaterThan(1);
  answer = () => Promise.resolve(snapshot(5));
  await vi.advanceTimersByTimeAsync(2_000);
  expect(following.head).toBe(5);
  answer = gone;
  const before = asked.length;
  following.onDiffers(6);
  await vi.advanceTimersByTimeAsync(201);
  expect(asked.length).toBe(before + 2);
  following.close();
});

test('nobody waits longer than five seconds for a gap that is never read', async () => {
  const { feed: following } = feed(() => new Promise(() => {}));
  let refreshed = false;
  void following.refresh().then(() => (refreshed = true));
  await vi.advanceTimersByTimeAsync(4_900);
  expect(refreshed).toBe(false);
  await vi.advanceTimersByTimeAsync(200);
  expect(refreshed).toBe(true);
  following.close();
});

test('it is lively while somebody has it open, and for a minute after something was said', async () => {
  const { feed: following } = feed(() => Promise.resolve(snapshot(5)));
  const listed = new Follower('ada');
  const opened = new Follower('ada', true);
  following.attach(listed);
  expect(following.lively).toBe(false);
  following.attach(opened);
  expect(following.lively).toBe(true);
  following.detach(opened);
  expect(following.lively).toBe(false);
  following.onDiffers(5);
  await vi.advanceTimersByTimeAsync(59_000);
  expect(following.lively).toBe(true);
  await vi.advanceTimersByTimeAsync(2_000);
  expect(following.lively).toBe(false);
  following.close();
});

const said = (seq: number): ChangeEvent => {
  const row = { type: 'message', seq, message: { position: seq, content: '' } } as Change;
  return { epoch: 'epoch', seq, memberVersion: 1, row };
};

test('an event that was overtaken is waited for a moment, and the database is asked only when it does not come', async () => {
  const { feed: following, asked } = feed(() => Promise.resolve(snapshot(7)));
  following.onEvents([said(5)]);
  await vi.advanceTimersByTimeAsync(5);
  following.onEvents([said(4)]);
  await vi.advanceTimersByTimeAsync(100);
  expect([following.head, asked.length]).toEqual([5, 0]);
  following.onEvents([said(7)]);
  await vi.advanceTimersByTimeAsync(5);
  expect([following.head, asked.length]).toEqual([5, 0]);
  await vi.advanceTimersByTimeAsync(100);
  expect([following.head, asked.length]).toEqual([7, 1]);
  following.close();
});
