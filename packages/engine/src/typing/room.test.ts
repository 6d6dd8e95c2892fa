import { limits, type TypingEvent } from '@parley/contract';
import { expect, test } from 'vitest';
import { type TypingListener, TypingRoom } from './room.ts';

function listener(userId: string, ...silenced: string[]) {
  const told: TypingEvent[] = [];
  const tell = (items: readonly TypingEvent[]) => void told.push(...items);
  const own: TypingListener = { userId, silenced: new Set(silenced), tell };
  return { own, told };
}

function roomWith(...listeners: TypingListener[]): TypingRoom {
  const room = new TypingRoom();
  for (const each of listeners) room.watchers.add(each);
  return room;
}

const { expiresMs, renewMs } = limits.typing;
const nobody: TypingEvent = { userIds: [], count: 0 };
const only = (userId: string): TypingEvent => ({ userIds: [userId], count: 1 });

test('without a word it is over after six seconds, and not before', () => {
  const ada = listener('ada');
  const room = roomWith(ada.own);
  room.hear({ userId: 'grace', typing: true }, 0);
  room.tick(expiresMs - 1);
  expect(ada.told).toEqual([only('grace')]);
  expect(room.lively).toBe(true);
  room.tick(expiresMs);
  expect(ada.told).toEqual([only('grace'), nobody]);
  expect(room.lively).toBe(false);
});

test('a word in time makes it go on, and is passed on, so that a client knows that it does', () => {
  const ada = listener('ada');
  const room = roomWith(ada.own);
  for (let now = 0; now <= 5 * renewMs; now += renewMs) {
    room.hear({ userId: 'grace', typing: true }, now);
    room.tick(now + 1);
  }
  expect(ada.told).toEqual(Array.from({ length: 6 }, () => only('grace')));
  // Sooner than a client would say it.
  room.hear({ userId: 'grace', typing: true }, 5 * renewMs + 100);
  expect(ada.told).toHaveLength(6);
});

test('what changes in quick succession is told together', () => {
  const ada = listener('ada');
  const room = roomWith(ada.own);
  room.hear({ userId: 'a', typing: true }, 0);
  for (const userId of ['b', 'c', 'd']) room.hear({ userId, typing: true }, 10);
  room.hear({ userId: 'c', typing: false }, 20);
  expect(ada.told).toEqual([only('a')]);
  room.tick(250);
  expect(ada.told.at(-1)).toEqual({ userIds: ['a', 'b', 'd'], count: 3 });
  expect(ada.told).toHaveLength(2);
});

test('everybody gets the very same event, but whoever would hear of themselves or of somebody silenced', () => {
  const items: (readonly TypingEvent[])[] = [];
  const tell = (told: readonly TypingEvent[]) => void items.push(told);
  const [ada, alan] = ['ada', 'alan'].map((userId) => ({ userId, silenced: new Set<string>(), tell }));
  const grace = listener('grace');
  const mary = listener('mary', 'grace');
  if (ada === undefined || alan === undefined) throw new Error('there are two');
  const room = roomWith(ada, alan, grace.own, mary.own);
  room.hear({ userId: 'grace', typing: true }, 0);
  expect(items[0]).toEqual([only('grace')]);
  expect(items[1]).toBe(items[0]);
  expect([grace.told, mary.told]).toEqual([[nobody], [nobody]]);
});

test('a crowd is counted up to a bound', () => {
  const ada = listener('ada');
  const room = roomWith(ada.own);
  for (let n = 0; n < 2_000; n += 1) room.hear({ userId: `${n}`, typing: true }, n);
  room.tick(3_000);
  expect(ada.told.at(-1)).toEqual({ userIds: Array.from({ length: 10 }, (_, n) => `${n}`), count: 500 });
});
