import type { Receipt, ReceiptEvent } from '@parley/contract';
import { expect, test } from 'vitest';
import { ReceiptRoom } from './room.ts';

const receipt = (userId: string, position = 0): Receipt => ({
  ...{ userId, joinedPosition: 0, deliveredPosition: position, readPosition: position },
});
const row = (receipts: Receipt[], epoch = 'e') => ({
  epoch,
  members: receipts.length,
  receipts,
  keepers: [],
});
const word = (userId: string, position: number) => ({
  ...{ userId, deliveredPosition: position, readPosition: position },
});

function watcher(room: ReceiptRoom, userId: string, silenced: string[] = []) {
  const told: ReceiptEvent[] = [];
  room.watchers.add({ userId, silenced: new Set(silenced), tell: (items) => told.push(...items) });
  return told;
}

test('changes that come close together are told together, as the same object to everybody', () => {
  const room = new ReceiptRoom();
  const [ada, grace] = [watcher(room, 'ada'), watcher(room, 'grace')];
  room.take(row([receipt('ada'), receipt('grace'), receipt('alan')]), 0);
  room.hear({ epoch: 'e', words: [word('ada', 1)] }, 1_000);
  for (const n of [1, 2, 3]) room.hear({ epoch: 'e', words: [word('alan', n), word('grace', 1)] }, 1_000 + n);
  room.tick(1_100);
  expect(ada.map(({ type }) => type)).toEqual(['ready', 'changed']);
  room.tick(1_300);
  expect(ada.slice(2)).toEqual([
    { type: 'changed', epoch: 'e', receipts: [receipt('alan', 3), receipt('grace', 1)] },
  ]);
  expect(grace.at(-1)).toBe(ada.at(-1));
  expect(room.lively).toBe(false);
});

test('nothing is taken back by what comes late, or was read early', () => {
  const room = new ReceiptRoom();
  const told = watcher(room, 'ada');
  room.take(row([receipt('ada'), receipt('alan', 5)]), 0);
  expect(room.hear({ epoch: 'e', words: [word('alan', 3)] }, 1_000)).toBe(true);
  room.take(row([receipt('ada'), receipt('alan', 4)]), 2_000);
  expect(told).toHaveLength(1);
});

test('of people it does not know, and of another epoch, nothing is taken in: it is to be read', () => {
  const room = new ReceiptRoom();
  expect(room.hear({ epoch: 'e', words: [word('alan', 3)] }, 0)).toBe(false);
  const told = watcher(room, 'ada');
  room.take(row([receipt('ada'), receipt('alan', 5)]), 0);
  expect(room.hear({ epoch: 'e', words: [word('eve', 3)] }, 1_000)).toBe(false);
  expect(room.hear({ epoch: 'other', words: [word('alan', 9)] }, 1_000)).toBe(false);
  expect(told).toHaveLength(1);
  room.take(row([receipt('ada'), receipt('alan', 2)], 'other'), 2_000);
  expect(told.at(-1)).toEqual({
    type: 'ready',
    epoch: 'other',
    receipts: [receipt('ada'), receipt('alan', 2)],
  });
});

test('whoever is not among them any more is told of anew, and sees nothing themselves', () => {
  const room = new ReceiptRoom();
  const [ada, alan] = [watcher(room, 'ada'), watcher(room, 'alan')];
  room.take(row([receipt('ada'), receipt('alan'), receipt('grace')]), 0);
  room.take(row([receipt('ada'), receipt('grace')]), 1_000);
  expect(ada.at(-1)).toEqual({ type: 'ready', epoch: 'e', receipts: [receipt('ada'), receipt('grace')] });
  expect(alan.at(-1)).toEqual({ type: 'ready', epoch: 'e', receipts: [] });
  room.hear({ epoch: 'e', words: [word('grace', 1)] }, 2_000);
  expect(alan).toHaveLength(2);
  // And when they are again.
  room.take(row([receipt('ada'), receipt('alan'), receipt('grace', 1)]), 3_000);
  const ready = alan.findLast(({ type }) => type === 'ready');
  expect(ready?.receipts.map(({ userId }) => userId)).toEqual(['ada', 'alan', 'grace']);
  expect(ada.at(-1)).toEqual({ type: 'changed', epoch: 'e', receipts: [receipt('alan')] });
});

test('those who are silenced are left out for whom they are, and for nobody else', () => {
  const room = new ReceiptRoom();
  const [ada, alan] = [watcher(room, 'ada', ['grace']), watcher(room, 'alan')];
  room.take(row([receipt('ada'), receipt('alan'), receipt('grace')]), 0);
  expect(ada.at(-1)).toEqual({ type: 'ready', epoch: 'e', receipts: [receipt('ada'), receipt('alan')] });
  room.hear({ epoch: 'e', words: [word('grace', 1)] }, 1_000);
  expect(ada).toHaveLength(1);
  expect(alan.at(-1)).toEqual({ type: 'changed', epoch: 'e', receipts: [receipt('grace', 1)] });
});
