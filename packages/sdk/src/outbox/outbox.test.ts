import { type Message, ParleyError } from '@parley/contract';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { memoryPersistence, type Persistence } from '../persistence/persistence.ts';
import { Outbox } from './outbox.ts';
import type { OutgoingMessage } from './queue.ts';

const room = 'room';
const other = 'other';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function stored({ id, conversationId, content, createdAt }: OutgoingMessage): Message {
  return {
    ...{ id, conversationId, content, createdAt, position: 1, ordinal: 1, seq: 1, senderId: 'me' },
    ...{
      messageType: 'text',
      notice: null,
      editedAt: null,
      deletedAt: null,
      isEdited: false,
      isDeleted: false,
    },
  };
}

const unavailable = new ParleyError('UNAVAILABLE', 'unable to reach the server; it is away');
const refusal = new ParleyError('NOT_MEMBER', 'unable to send; you are not in it');
const settle = () => vi.advanceTimersByTimeAsync(0);

/** An outbox over a server that answers when told to. */
async function outboxByHand(persistence: Persistence = memoryPersistence()) {
  const attempts: { message: OutgoingMessage; answer: PromiseWithResolvers<Message> }[] = [];
  const kept: string[] = [];
  const outbox = new Outbox({
    send: (message) => {
      const answer = Promise.withResolvers<Message>();
      attempts.push({ message, answer });
      return answer.promise;
    },
    onStored: (message) => kept.push(message.content),
  });
  outbox.begin({ persistence, name: 'test' });
  await settle();
  const at = (index: number) => {
    const attempt = attempts[index];
    if (attempt === undefined) throw new Error(`there is no attempt ${index}`);
    return attempt;
  };
  return {
    outbox,
    attempts,
    kept,
    idOf: (index: number) => at(index).message.id,
    sent: () => attempts.map(({ message }) => message.content),
    shown: () => outbox.getSnapshot().map(({ content, status }) => `${content} ${status}`),
    async accept(index: number) {
      at(index).answer.resolve(stored(at(index).message));
      await settle();
    },
    /** Fails an attempt, and lets the pause after it pass. */
    async refuse(index: number, error: ParleyError) {
      at(index).answer.reject(error);
      await vi.advanceTimersByTimeAsync(15_000);
    },
  };
}

describe('an outbox', () => {
  test('sends one at a time per conversation, in order', async () => {
    const { outbox, accept, sent, shown, kept } = await outboxByHand();
    const first = outbox.send(room, 'a');
    void outbox.send(room, 'b');
    void outbox.send(other, 'c');
    await settle();
    expect(sent()).toEqual(['a', 'c']);
    expect(shown()).toEqual(['a sending', 'b sending', 'c sending']);
    await accept(0);
    await expect(first).resolves.toMatchObject({ content: 'a' });
    expect(sent()).toEqual(['a', 'c', 'b']);
    await accept(2);
    expect(kept).toEqual(['a', 'b']);
    expect(shown()).toEqual(['c sending']);
  });

  test('holds the queue while the server is away, however long, and repeats with the same id', async () => {
    const { outbox, attempts, accept, refuse, sent, shown } = await outboxByHand();
    void outbox.send(room, 'a');
    void outbox.send(room, 'b');
    await settle();
    for (let attempt = 0; attempt < 30; attempt += 1) await refuse(attempt, unavailable);
    expect(sent()).toEqual(Array.from({ length: 31 }, () => 'a'));
    expect(new Set(attempts.map(({ message }) => message.id)).size).toBe(1);
    expect(shown()).toEqual(['a sending', 'b sending']);
    expect(outbox.getSnapshot()[0]?.error).toBe(unavailable);
    await accept(30);
    expect(sent().at(-1)).toBe('b');
  });

  test('tries again at once when told that the server can be reached', async () => {
    const { outbox, attempts } = await outboxByHand();
    void outbox.send(room, 'a');
    await settle();
    for (let attempt = 0; attempt < 12; attempt += 1) {
      attempts[attempt]?.answer.reject(unavailable);
      await settle();
      outbox.hurry();
      await settle();
    }
    expect(attempts.length).toBe(13);
  });

  test('steps aside what the server refuses, and goes on with the next', async () => {
    const { outbox, refuse, sent, shown } = await outboxByHand();
    const refused = outbox.send(room, 'a');
    void outbox.send(room, 'b');
    await settle();
    await refuse(0, refusal);
    await expect(refused).rejects.toMatchObject({ code: 'NOT_MEMBER' });
    expect(sent()).toEqual(['a', 'b']);
    expect(shown()).toEqual(['a failed', 'b sending']);
  });

  test('takes an error inside the server for the fault of the message only after some attempts', async () => {
    const { outbox, attempts, refuse, shown } = await outboxByHand();
    void outbox.send(room, 'a');
    await settle();
    const internal = new ParleyError('INTERNAL', 'unable to answer; internal error');
    for (let attempt = 0; shown()[0] === 'a sending'; attempt += 1) await refuse(attempt, internal);
    expect(attempts.length).toBe(5);
  });

  test('retries a failed one with its id, after those that wait', async () => {
    const { outbox, accept, refuse, sent, idOf } = await outboxByHand();
    void outbox.send(room, 'a');
    void outbox.send(room, 'b');
    void outbox.send(room, 'c');
    await settle();
    await refuse(0, refusal);
    const again = outbox.retry(idOf(0));
    await accept(1);
    await accept(2);
    await accept(3);
    expect(sent()).toEqual(['a', 'b', 'c', 'a']);
    await expect(again).resolves.toMatchObject({ id: idOf(0) });
    expect(outbox.retry(idOf(0))).toBeUndefined();
  });

  test('takes an event of its message for the answer', async () => {
    const { outbox, attempts, refuse, sent, shown } = await outboxByHand();
    const result = outbox.send(room, 'a');
    await settle();
    outbox.confirm(attempts.map(({ message }) => stored(message)));
    await expect(result).resolves.toMatchObject({ content: 'a' });
    expect(shown()).toEqual([]);
    await refuse(0, unavailable);
    expect(sent()).toEqual(['a']);
  });

  test('forgets what failed when told, and nothing that is on its way', async () => {
    const { outbox, refuse, shown, idOf } = await outboxByHand();
    void outbox.send(room, 'a');
    await settle();
    outbox.discard(idOf(0));
    expect(shown()).toEqual(['a sending']);
    await refuse(0, refusal);
    outbox.discard(idOf(0));
    expect(shown()).toEqual([]);
  });

  test('lets go of everything when closed, and leaves no timer', async () => {
    const { outbox, attempts, shown } = await outboxByHand();
    const lost = outbox.send(room, 'a');
    await settle();
    attempts[0]?.answer.reject(unavailable);
    await settle();
    outbox.close();
    await expect(lost).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await settle();
    expect(vi.getTimerCount()).toBe(0);
    expect(shown()).toEqual([]);
  });
});

describe('what is kept', () => {
  test('goes on after a reload: in order, with the same ids, before what is written then', async () => {
    const persistence = memoryPersistence();
    const before = await outboxByHand(persistence);
    void before.outbox.send(room, 'a');
    void before.outbox.send(room, 'b');
    await settle();
    before.outbox.close();
    const after = await outboxByHand(persistence);
    void after.outbox.send(room, 'c');
    await settle();
    for (const index of [0, 1, 2]) await after.accept(index);
    expect(after.sent()).toEqual(['a', 'b', 'c']);
    expect(after.idOf(0)).toBe(before.idOf(0));
    expect(await persistence.entries('')).toEqual([]);
  });

  test('is kept before it is first sent, and until it is stored', async () => {
    const persistence = memoryPersistence();
    const slow = Promise.withResolvers<void>();
    const { outbox, sent, accept } = await outboxByHand({
      ...persistence,
      set: async (key, value) => {
        await slow.promise;
        await persistence.set(key, value);
      },
    });
    void outbox.send(room, 'a');
    await settle();
    expect(sent()).toEqual([]);
    slow.resolve();
    await settle();
    expect(sent()).toEqual(['a']);
    expect((await persistence.entries('')).length).toBe(1);
    await accept(0);
    expect(await persistence.entries('')).toEqual([]);
  });

  test('tells a failure and why, also after a reload', async () => {
    const persistence = memoryPersistence();
    const before = await outboxByHand(persistence);
    void before.outbox.send(room, 'a');
    await settle();
    await before.refuse(0, refusal);
    before.outbox.close();
    const { outbox, attempts } = await outboxByHand(persistence);
    expect(outbox.getSnapshot()).toMatchObject([{ status: 'failed', error: { code: 'NOT_MEMBER' } }]);
    expect(attempts).toEqual([]);
  });

  test('does without where nothing can be kept', async () => {
    const refuse = () => Promise.reject(new Error('the disk is full'));
    const { outbox, accept } = await outboxByHand({
      ...{ shared: false, get: refuse, set: refuse, delete: refuse, entries: refuse, deleteAll: refuse },
    });
    const sent = outbox.send(room, 'a');
    await settle();
    await accept(0);
    await expect(sent).resolves.toMatchObject({ content: 'a' });
  });

  test('leaves out what it cannot read', async () => {
    const persistence = memoryPersistence();
    await persistence.set('one', { id: 'one', content: 5 });
    await persistence.set('two', 'nothing');
    const { outbox } = await outboxByHand(persistence);
    expect(outbox.getSnapshot()).toEqual([]);
  });
});
