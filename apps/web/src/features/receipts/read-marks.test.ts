import type { ShownMessage } from '@parley/sdk';
import { expect, test } from 'vitest';
import { MarksOf } from './read-marks.ts';

function message(position: number): ShownMessage {
  return {
    ...{
      conversationId: 'room',
      position,
      ordinal: position,
      seq: position,
      id: `m${position}`,
      senderId: 'me',
    },
    ...{ messageType: 'text', content: 'hello', notice: null, createdAt: new Date(0).toISOString() },
    ...{ editedAt: null, deletedAt: null, isEdited: false, isDeleted: false },
  };
}

function receiptsOf(read: Readonly<Record<string, number>>) {
  return new Map(
    Object.entries(read).map(([userId, readPosition]) => [
      userId,
      { userId, joinedPosition: 0, deliveredPosition: readPosition, readPosition },
    ]),
  );
}

test('somebody is at the last message they have read, and the same is said with the same list', () => {
  const marks = new MarksOf();
  const messages = [message(2), message(5)];
  const receipts = receiptsOf({ ada: 1, bob: 4, eve: 9, joe: 5 });
  const at = marks.at('m5', messages, receipts);
  expect(at).toEqual(['eve', 'joe']);
  expect(marks.at('m2', messages, receipts)).toEqual(['bob']);
  expect(marks.at('m5', messages, receiptsOf({ ada: 2, bob: 4, eve: 9, joe: 5 }))).toBe(at);
  expect(marks.at('elsewhere', messages, receipts)).toEqual([]);
});
