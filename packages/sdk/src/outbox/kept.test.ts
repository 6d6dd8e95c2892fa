import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { memoryPersistence, type Persistence, within } from '../persistence/persistence.ts';
import { outboxByHand, refusal, settle } from './testing/by-hand.ts';

const room = 'room';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** Leaves a message behind that was refused, as a page that is closed then does. Returns its id. */
async function refusedBefore(persistence: Persistence): Promise<string> {
  const before = await outboxByHand(persistence);
  void before.outbox.send({ conversationId: room, content: 'a' });
  await settle();
  await before.refuse(0, refusal);
  before.outbox.close();
  return before.idOf(0);
}

describe('what is kept', () => {
  test('goes on after a reload: in order, with the same ids, before what is written then', async () => {
    const persistence = memoryPersistence();
    const before = await outboxByHand(persistence);
    void before.outbox.send({ conversationId: room, content: 'a' });
    void before.outbox.send({ conversationId: room, content: 'b' });
    await settle();
    before.outbox.close();
    const after = await outboxByHand(persistence);
    void after.outbox.send({ conversationId: room, content: 'c' });
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
    void outbox.send({ conversationId: room, content: 'a', replyTo: 'an id', mentions: ['ada'] });
    await settle();
    expect(sent()).toEqual([]);
    slow.resolve();
    await settle();
    expect(sent()).toEqual(['a']);
    expect((await persistence.entries('')).length).toBe(1);
    const reopened = await outboxByHand(persistence);
    expect(reopened.attempts).toMatchObject([
      { message: { content: 'a', extras: { replyTo: 'an id', mentions: ['ada'] } } },
    ]);
    await accept(0);
    expect(await persistence.entries('')).toEqual([]);
  });

  test('tells a failure and why, also after a reload', async () => {
    const persistence = memoryPersistence();
    await refusedBefore(persistence);
    const { outbox, attempts } = await outboxByHand(persistence);
    expect(outbox.getSnapshot()).toMatchObject([{ status: 'failed', error: { code: 'NOT_MEMBER' } }]);
    expect(attempts).toEqual([]);
  });

  test('does without where nothing can be kept', async () => {
    const refuse = () => Promise.reject(new Error('the disk is full'));
    const { outbox, accept } = await outboxByHand({
      ...{ shared: false, set: refuse, delete: refuse, entries: refuse, deleteAll: refuse },
    });
    const sent = outbox.send({ conversationId: room, content: 'a' });
    await settle();
    await accept(0);
    await expect(sent).resolves.toMatchObject({ content: 'a' });
  });

  test('is not waited for when no answer comes', async () => {
    const never = () => new Promise<never>(() => {});
    const silent = { shared: false, set: never, delete: never, entries: never, deleteAll: never };
    const { outbox, sent } = await outboxByHand(within(silent, 'mine/'));
    void outbox.send({ conversationId: room, content: 'a' });
    await vi.advanceTimersByTimeAsync(30_000);
    expect(sent()).toEqual(['a']);
  });

  test('is not sent for the next person when the session ends while it is being kept', async () => {
    const slow = Promise.withResolvers<void>();
    let kept = 0;
    const { outbox, sent, accept } = await outboxByHand({
      ...memoryPersistence(),
      set: async () => {
        kept += 1;
        if (kept > 1) await slow.promise;
      },
    });
    void outbox.send({ conversationId: room, content: 'a' });
    await settle();
    void outbox.send({ conversationId: room, content: 'b' });
    await accept(0);
    outbox.close();
    outbox.begin({ persistence: memoryPersistence(), name: 'somebody else' });
    slow.resolve();
    await settle();
    expect(sent()).toEqual(['a']);
  });

  test('does not undo what was done here while it was read', async () => {
    const persistence = memoryPersistence();
    const id = await refusedBefore(persistence);
    const [read, release] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    let reads = 0;
    const { outbox, sent } = await outboxByHand({
      ...persistence,
      entries: async (prefix) => {
        const entries = await persistence.entries(prefix);
        reads += 1;
        if (reads < 2) return entries;
        read.resolve();
        await release.promise;
        return entries;
      },
    });
    await read.promise;
    void outbox.retry(id);
    release.resolve();
    await settle();
    expect(sent()).toEqual(['a']);
  });

  test('leaves out what it cannot read', async () => {
    const persistence = memoryPersistence();
    await persistence.set('one', { id: 'one', content: 5 });
    await persistence.set('two', 'nothing');
    const { outbox } = await outboxByHand(persistence);
    expect(outbox.getSnapshot()).toEqual([]);
  });
});
