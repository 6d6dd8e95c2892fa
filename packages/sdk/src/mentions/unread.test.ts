import {
  countMentions,
  isMentioned,
  limits,
  mentionsAbove,
  mentionsAfter,
  type Message,
  type UnreadMentions,
} from '@parley/contract';
import fc from 'fast-check';
import { expect, test } from 'vitest';

const [viewer, other, blocked] = ['viewer', 'other', 'blocked'];

type What = 'plain' | 'named' | 'all' | 'mine' | 'deleted';

function row(position: number, what: What, seq: number): Message {
  return {
    ...{ conversationId: 'room', id: `${position}`, position, ordinal: position, seq, notice: null },
    ...{ senderId: what === 'mine' ? viewer : other, messageType: 'text', content: '', createdAt: '' },
    ...{ editedAt: seq > position ? '' : null, isEdited: seq > position },
    ...{ deletedAt: what === 'deleted' ? '' : null, isDeleted: what === 'deleted' },
    ...(what === 'named' && { mentions: [other, viewer] }),
    ...((what === 'all' || what === 'mine') && { mentionsAll: true as const }),
  };
}

const positions = (mentions: UnreadMentions | null) => mentions?.latest.map(({ position }) => position) ?? [];

test('what is unread follows from the rows, in whatever order and however often they and the reads come', () => {
  const what = fc.constantFrom<What>('plain', 'named', 'all', 'mine', 'deleted');
  fc.assert(
    fc.property(
      fc.array(fc.tuple(what, fc.array(fc.tuple(what, fc.nat(5)), { maxLength: 2 })), { maxLength: 12 }),
      fc.infiniteStream(fc.nat(100)),
      fc.nat(12),
      (timeline, chance, readPosition) => {
        // Every row as it was written and as it was after each edit; of one row a client takes newer states only.
        const states = timeline.map(([first, edits], index) => [
          row(index + 1, first, index + 1),
          ...edits.map(([then], n) => row(index + 1, then, 100 * (n + 1) + index)),
        ]);
        const queues = states.map((all) => all.flatMap((state) => [state, state]));
        let mentions: UnreadMentions | null = null;
        let read = 0;
        while (queues.some((queue) => queue.length > 0)) {
          const waiting = queues.filter((queue) => queue.length > 0);
          const taken = waiting[(chance.next().value ?? 0) % waiting.length]?.shift();
          if (taken !== undefined) mentions = mentionsAfter(mentions, [taken], viewer, read);
          if ((chance.next().value ?? 0) % 5 === 0) {
            read = readPosition;
            mentions = mentionsAbove(mentions, read);
          }
        }
        mentions = mentionsAbove(mentions, readPosition);
        const last = states.map((all) => all.at(-1)).filter((state) => state !== undefined);
        const expected = last.filter((state) => state.position > readPosition && isMentioned(state, viewer));
        expect(positions(mentions)).toEqual(expected.map(({ position }) => position));
        expect(mentions).toEqual(mentionsAfter(null, last, viewer, readPosition));
      },
    ),
  );
});

test('the latest hundred are held, and that there are more, until one of them is read', () => {
  const rows = Array.from({ length: limits.unreadMentions + 5 }, (_, n) => row(n + 1, 'named', n + 1));
  const mentions = mentionsAfter(null, rows, viewer, 0);
  expect(positions(mentions)).toEqual(rows.slice(5).map(({ position }) => position));
  expect(mentions?.more).toBe(true);
  // What was not held may still be unread.
  expect(mentionsAbove(mentions, 3)).toBe(mentions);
  const gone = mentionsAfter(mentions, [row(50, 'deleted', 900)], viewer, 0);
  expect([positions(gone).length, gone?.more]).toEqual([limits.unreadMentions - 1, true]);
  expect(mentionsAbove(mentions, 6)).toMatchObject({ more: false });
  expect(mentionsAbove(mentions, 1_000)).toBeNull();
});

test('what people wrote whom one has blocked does not count', () => {
  const latest = [
    { position: 1, senderId: other },
    { position: 2, senderId: blocked },
  ];
  expect(countMentions({ latest, more: false }, new Set([blocked]))).toBe(1);
  expect(countMentions(null, new Set())).toBe(0);
});
