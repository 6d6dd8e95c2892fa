import type { Receipt } from '@parley/contract';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { applyReceipts, emptyBook, receiptOf } from './receipt-book.ts';

const receipt = (
  userId: string,
  deliveredPosition: number,
  readPosition = 0,
  joinedPosition = 0,
): Receipt => ({
  ...{ userId, joinedPosition, deliveredPosition, readPosition },
});
const ready = (...receipts: Receipt[]) => ({ type: 'ready' as const, epoch: 'e', receipts });
const changed = (...receipts: Receipt[]) => ({ type: 'changed' as const, epoch: 'e', receipts });

test('positions only grow, until all begins anew; one’s own are left out', () => {
  let book = applyReceipts(emptyBook, ready(receipt('ada', 9, 9), receipt('grace', 3, 2)), 'ada');
  expect([...book.receipts.keys()]).toEqual(['grace']);
  book = applyReceipts(book, changed(receipt('grace', 5, 1), receipt('alan', 1)), 'ada');
  expect([...book.receipts.values()]).toEqual([receipt('grace', 5, 2), receipt('alan', 1)]);
  expect(applyReceipts(book, changed(receipt('ada', 10)), 'ada')).toBe(book);
  expect(applyReceipts(book, { ...changed(receipt('grace', 9)), epoch: 'other' }, 'ada')).toBe(book);
  book = applyReceipts(book, ready(receipt('grace', 1, 1)), 'ada');
  expect([...book.receipts.values()]).toEqual([receipt('grace', 1, 1)]);
});

test('changes in any order, and more than once, come to the same', () => {
  const change = fc.record({ who: fc.constantFrom('grace', 'alan'), delivered: fc.nat(9), read: fc.nat(9) });
  const shuffled = fc
    .array(change, { maxLength: 8 })
    .chain((changes) =>
      fc.tuple(
        fc.constant(changes),
        fc.shuffledSubarray([...changes, ...changes], { minLength: changes.length * 2 }),
      ),
    );
  const property = fc.property(shuffled, ([changes, others]) => {
    const [one, other] = [changes, others].map((list) =>
      list.reduce(
        (book, { who, delivered, read }) =>
          applyReceipts(book, changed(receipt(who, delivered, read)), 'ada'),
        applyReceipts(emptyBook, ready(receipt('grace', 1), receipt('alan', 1)), 'ada'),
      ),
    );
    expect(one?.receipts).toEqual(other?.receipts);
  });
  fc.assert(property, { seed: 1 });
});

test('how far a message has come is told by those who were in before it, without its sender', () => {
  const members = [
    receipt('grace', 7, 7),
    receipt('alan', 5, 4),
    receipt('eve', 9, 9, 8),
    receipt('joan', 2, 2),
  ];
  const book = applyReceipts(emptyBook, ready(...members), 'ada');
  const of = (position: number, senderId = 'ada') => receiptOf(book, { position, senderId });
  expect(of(9)).toEqual({ state: 'read', members: 4, delivered: 1, read: 1 });
  expect(of(8)).toEqual({ state: 'sent', members: 3, delivered: 0, read: 0 });
  expect(of(5)).toEqual({ state: 'read', members: 3, delivered: 2, read: 1 });
  expect(of(5, 'grace')).toEqual({ state: 'delivered', members: 2, delivered: 1, read: 0 });
  expect(receiptOf(emptyBook, { position: 1, senderId: 'ada' })).toEqual({
    state: 'sent',
    members: 0,
    delivered: 0,
    read: 0,
  });
});
