import pg from 'pg';
import { describe, expect, test } from 'vitest';
import { MarkQueue } from './mark-queue.ts';
import type { Mark, MarkRow } from './queries.ts';

const mark = (conversationId: string, userId: string, delivered: number, read = 0): Mark => ({
  ...{ conversationId, userId, delivered, read },
});
const deadlock = Object.assign(new pg.DatabaseError('deadlock', 8, 'error'), { code: '40P01' });

/** Stores as the database would; `busy` says what somebody else holds, to those who do not wait. */
function storage(busy: (mark: Mark) => boolean = () => false) {
  const batches: { marks: readonly Mark[]; skipLocked: boolean }[] = [];
  const underWay = { now: 0, most: 0 };
  const faults: Error[] = [];
  const store = async (marks: readonly Mark[], skipLocked: boolean): Promise<MarkRow[]> => {
    batches.push({ marks, skipLocked });
    underWay.now += 1;
    underWay.most = Math.max(underWay.most, underWay.now);
    await new Promise((resolve) => setImmediate(resolve));
    underWay.now -= 1;
    const fault = faults.pop();
    if (fault !== undefined) throw fault;
    return marks.map((each) => ({
      ...{ conversation_id: each.conversationId, user_id: each.userId, epoch: '', inbox_seq: null },
      outcome: skipLocked && busy(each) ? 'busy' : 'moved',
      ...{ last_position: 0, last_ordinal: 0, sent: 0, read_ordinal: 0, read_sent: 0, joined_position: 0 },
      ...{
        delivered_position: each.delivered,
        read_position: each.read,
        crowd: false,
        private: false,
        marked_unread: false,
      },
    }));
  };
  return { batches, underWay, faults, store };
}

const people = (count: number) => Array.from({ length: count }, (_, n) => `person-${n}`);

describe.each(['shared', 'per-conversation'] as const)('lanes: %s', (lanes) => {
  const queueOf = (store: ReturnType<typeof storage>['store']) => new MarkQueue(store, { lanes, atOnce: 2 });

  test('what comes while a batch is under way is stored in the next one, however much there is', async () => {
    const { batches, store } = storage();
    const queue = queueOf(store);
    const first = queue.mark(mark('room', 'first', 1));
    await new Promise((resolve) => setImmediate(resolve));
    await Promise.all([first, ...people(1_000).map((id) => queue.mark(mark('room', id, 1)))]);
    const sizes = batches.map(({ marks }) => marks.length);
    expect(sizes).toEqual([1, 256, 256, 256, 232]);
  });

  test('marks of one member are one, of the farthest, and all who made them are answered', async () => {
    const { batches, store } = storage();
    const queue = queueOf(store);
    const answers = await Promise.all([
      queue.mark(mark('room', 'ada', 3)),
      queue.mark(mark('room', 'ada', 7)),
      queue.mark(mark('room', 'ada', 0, 5)),
    ]);
    expect(batches.map(({ marks }) => marks)).toEqual([[mark('room', 'ada', 7, 5)]]);
    for (const answer of answers) expect(answer).toMatchObject({ delivered_position: 7, read_position: 5 });
  });

  test('what somebody holds delays nobody else, and is waited for in the end', async () => {
    const { batches, store } = storage(({ userId }) => userId === 'held');
    const queue = queueOf(store);
    const held = queue.mark(mark('room', 'held', 1));
    await queue.mark(mark('room', 'free', 1));
    await expect(held).resolves.toMatchObject({ outcome: 'moved' });
    const [last] = batches.slice(-1);
    expect(last).toEqual({ marks: [mark('room', 'held', 1)], skipLocked: false });
    expect(batches.slice(0, -1).every(({ skipLocked }) => skipLocked)).toBe(true);
    await queue.idle();
  });

  test('what somebody holds is waited for in the end, also when it is marked anew all the time', async () => {
    const { batches, store } = storage(() => true);
    const queue = queueOf((marks, skipLocked) => {
      if (batches.length < 20) void queue.mark(mark('room', 'held', batches.length));
      return store(marks, skipLocked);
    });
    await queue.mark(mark('room', 'held', 1));
    expect(batches.filter(({ skipLocked }) => skipLocked).length).toBeLessThan(10);
    await queue.idle();
  });

  test('a deadlock is borne, and what fails is said to those it is about', async () => {
    const { faults, store } = storage();
    const queue = queueOf(store);
    faults.push(deadlock);
    await expect(queue.mark(mark('room', 'ada', 1))).resolves.toMatchObject({ outcome: 'moved' });
    faults.push(new Error('Connection terminated'));
    await expect(queue.mark(mark('room', 'ada', 2))).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await expect(queue.mark(mark('room', 'ada', 3))).resolves.toMatchObject({ outcome: 'moved' });
  });
});

test('with a lane per conversation no statement mixes conversations', async () => {
  const { batches, underWay, store } = storage();
  const queue = new MarkQueue(store, { lanes: 'per-conversation', atOnce: 2 });
  await Promise.all(
    ['a', 'b', 'c', 'd'].flatMap((room) => people(5).map((id) => queue.mark(mark(room, id, 1)))),
  );
  for (const { marks } of batches)
    expect(new Set(marks.map(({ conversationId }) => conversationId)).size).toBe(1);
  expect(batches).toHaveLength(4);
  expect(underWay.most).toBe(2);
});
