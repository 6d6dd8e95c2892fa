import fc from 'fast-check';
import { expect, test } from 'vitest';
import { indexUpTo, messageAt } from './find-message.ts';

test('finds by position what going through all of them finds', () => {
  const positions = fc.uniqueArray(fc.nat(40)).map((all) => all.toSorted((a, b) => a - b));
  fc.assert(
    fc.property(positions, fc.nat(41), (all, wanted) => {
      const messages = all.map((position) => ({ position }));
      expect(messageAt(messages, wanted)).toBe(messages.find(({ position }) => position === wanted));
      expect(indexUpTo(messages, wanted)).toBe(messages.findLastIndex(({ position }) => position <= wanted));
    }),
  );
});
