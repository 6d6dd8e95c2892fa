import pg from 'pg';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { OutgoingMessage, SendOutcome } from './queries.ts';
import { SendQueue } from './send-queue.ts';

const message = (conversationId: string, id: string): OutgoingMessage => ({
  conversationId,
  id,
  senderId: 'ada',
  content: id,
  payloadHash: Buffer.alloc(0),
});

const rowFault = Object.assign(new pg.DatabaseError('bad', 3, 'error'), { code: '22021' });
const turn = () => new Promise((resolve) => setImmediate(resolve));

/** Stores as the database would: `busy` says what somebody else holds, `bad` which message fails its whole batch. */
function storage(busy: (conversationId: string) => boolean = () => false, bad = '') {
  const stored: string[] = [];
  const batches: string[][] = [];
  const underWay = { now: 0, most: 0 };
  const send = async (batch: readonly OutgoingMessage[], skipLocked: boolean): Promise<SendOutcome[]> => {
    batches.push(batch.map(({ conversationId }) => conversationId));
    underWay.now += 1;
    underWay.most = Math.max(underWay.most, underWay.now);
    // Who waits for a lock takes longer than who skips it.
    for (let left = skipLocked ? 1 : 20; left > 0; left -= 1) await turn();
    underWay.now -= 1;
    if (batch.some(({ id }) => id === bad)) throw rowFault;
    const held = new Set(batch.flatMap(({ conversationId: id }) => (skipLocked && busy(id) ? id : [])));
    return batch.map(({ conversationId, id }, index) => {
      if (held.has(conversationId)) return { index, outcome: 'busy' };
      stored.push(id);
      return { index, outcome: 'not-member' };
    });
  };
  return { stored, batches, underWay, send };
}

afterEach(() => {
  vi.useRealTimers();
});

describe.each(['shared', 'per-conversation'] as const)('lanes: %s', (lanes) => {
  test('a batch that has to be split keeps the order of a conversation that is held meanwhile', async () => {
    // Held while the first half is stored, free when the second is.
    let free = false;
    const { stored, send } = storage((conversationId) => {
      setImmediate(() => (free = true));
      return conversationId === 'held' && !free;
    }, 'bad');
    const queue = new SendQueue(send, { lanes, shared: 1 });
    const sends = [
      message('held', 'h1'),
      message('free', 'f1'),
      message('held', 'h2'),
      message('free', 'bad'),
      message('held', 'h3'),
    ].map((each) => queue.send(each));
    const settled = await Promise.allSettled(sends);
    expect(stored.filter((id) => id.startsWith('h'))).toEqual(['h1', 'h2', 'h3']);
    expect(stored).toContain('f1');
    expect(settled.map(({ status }) => status).filter((status) => status === 'rejected')).toHaveLength(1);
    await queue.idle();
    expect(queue.ownLanes).toBe(0);
  });

  test('what arrives while a held conversation waits goes behind it', async () => {
    let held = true;
    const { stored, send } = storage((conversationId) => held && conversationId === 'held');
    const queue = new SendQueue(send, { lanes, shared: 1 });
    const first = queue.send(message('held', 'h1'));
    const second = queue.send(message('held', 'h2'));
    // In the first batch by now.
    await turn();
    const third = queue.send(message('held', 'h3'));
    await Promise.all([first, second, third]);
    held = false;
    await queue.send(message('held', 'h4'));
    expect(stored).toEqual(['h1', 'h2', 'h3', 'h4']);
  });

  test('what arrives while a batch is under way shares the next one', async () => {
    const { batches, send } = storage();
    const queue = new SendQueue(send, { lanes, shared: 1 });
    const first = queue.send(message('room', 'a'));
    await turn();
    await Promise.all([first, ...['b', 'c', 'd'].map((id) => queue.send(message('room', id)))]);
    expect(batches.map((batch) => batch.length)).toEqual([1, 3]);
  });

  test('what is stored alone has its turn among the others of its conversation', async () => {
    const { stored, batches, send } = storage();
    const queue = new SendQueue(send, { lanes, shared: 1 });
    const alone = (conversationId: string, id: string) =>
      queue.sendAlone(message(conversationId, id), async () => {
        for (let left = 3; left > 0; left -= 1) await turn();
        stored.push(id);
        return id;
      });
    const early = queue.send(message('room', 'a'));
    // In a batch by now.
    await turn();
    const rest = [
      ...[queue.send(message('room', 'b')), alone('room', 'c'), queue.send(message('room', 'd'))],
      ...[queue.send(message('room', 'e')), alone('room', 'f'), queue.send(message('room', 'g'))],
      alone('other', 'x'),
    ];
    await Promise.all([early, ...rest]);
    expect(stored.filter((id) => id !== 'x')).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'g']);
    expect(batches.map((batch) => batch.length)).toEqual([1, 1, 2, 1]);
    expect(await rest[1]).toBe('c');
    await queue.idle();
    expect(queue.ownLanes).toBe(0);
  });

  test('what was held when something came to be stored alone goes first, and what fails alone harms nobody', async () => {
    let held = true;
    const { stored, send } = storage((conversationId) => held && conversationId === 'room');
    const queue = new SendQueue(send, { lanes, shared: 1 });
    const first = queue.send(message('room', 'a'));
    // In a batch by now, which will find the room held.
    await turn();
    const failing = queue.sendAlone(message('room', 'b'), async () => {
      stored.push('b');
      throw new Error('not this one');
    });
    const last = queue.send(message('room', 'c'));
    await expect(failing).rejects.toThrow('not this one');
    held = false;
    await Promise.all([first, last]);
    expect(stored).toEqual(['a', 'b', 'c']);
    await queue.idle();
    expect(queue.ownLanes).toBe(0);
  });

  test('what could not be stored in time is given up, and was not sent', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const { stored, send } = storage();
    const queue = new SendQueue(send, { lanes, shared: 1, atOnce: 1 });
    const first = queue.send(message('room', 'a'));
    await turn();
    const late = queue.send(message('room', 'late')).catch((error: unknown) => error);
    const alone = queue.sendAlone(message('room', 'alone'), async () => stored.push('alone'));
    const tooLate = alone.catch((error: unknown) => error);
    vi.setSystemTime(Date.now() + 11_000);
    await first;
    expect(await late).toMatchObject({ code: 'UNAVAILABLE' });
    expect(await tooLate).toMatchObject({ code: 'UNAVAILABLE' });
    expect(stored).toEqual(['a']);
  });
});

const busyRooms = Array.from({ length: 60 }, (_, n) => message(`room ${n % 6}`, `${n}`));

test('with a lane per conversation no batch mixes conversations, and each keeps its order', async () => {
  const { stored, batches, underWay, send } = storage(undefined, '21');
  const queue = new SendQueue(send, { lanes: 'per-conversation', atOnce: 4, batchSize: 3 });
  await Promise.allSettled(busyRooms.map((each) => queue.send(each)));
  expect(batches.filter((batch) => new Set(batch).size > 1)).toEqual([]);
  expect(underWay.most).toBe(4);
  for (let room = 0; room < 6; room += 1) {
    const ids = stored.map(Number).filter((id) => id % 6 === room);
    expect(ids).toEqual(ids.toSorted((a, b) => a - b));
    expect(ids).toHaveLength(room === 3 ? 9 : 10);
  }
  await queue.idle();
  expect(queue.ownLanes).toBe(0);
});

test('a shared lane stores messages of many conversations in one batch', async () => {
  const { batches, send } = storage();
  const queue = new SendQueue(send, { shared: 1 });
  await Promise.all(busyRooms.map((each) => queue.send(each)));
  expect(batches).toHaveLength(1);
});

test('two shared lanes are under way at once, and a conversation stays in its own', async () => {
  const { stored, batches, underWay, send } = storage();
  const queue = new SendQueue(send, { shared: 2, batchSize: 7 });
  await Promise.all(busyRooms.map((each) => queue.send(each)));
  expect(underWay.most).toBe(2);
  expect(batches.map((batch) => new Set(batch.map((room) => Number(room.slice(5)) % 2)).size)).toEqual(
    batches.map(() => 1),
  );
  for (let room = 0; room < 6; room += 1) {
    const ids = stored.map(Number).filter((id) => id % 6 === room);
    expect(ids).toEqual(ids.toSorted((a, b) => a - b));
  }
});

test('a conversation with much to store lets others have their turn between its batches', async () => {
  const { batches, send } = storage();
  const queue = new SendQueue(send, { lanes: 'per-conversation', atOnce: 1, batchSize: 1 });
  const much = ['a', 'b', 'c', 'd'].map((id) => queue.send(message('much', id)));
  await Promise.all([...much, queue.send(message('little', 'e'))]);
  expect(batches.flat()).toEqual(['much', 'little', 'much', 'much', 'much']);
});
