import { ParleyError } from '@parley/contract';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { outboxByHand, refusal, settle, stored, unavailable } from './testing/by-hand.ts';

const room = 'room';
const other = 'other';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('an outbox', () => {
  test('sends one at a time per conversation, in order', async () => {
    const { outbox, accept, sent, shown, kept } = await outboxByHand();
    const first = outbox.send({ conversationId: room, content: 'a' });
    void outbox.send({ conversationId: room, content: 'b' });
    void outbox.send({ conversationId: other, content: 'c' });
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
    void outbox.send({ conversationId: room, content: 'a' });
    void outbox.send({ conversationId: room, content: 'b' });
    await settle();
    for (let attempt = 0; attempt < 30; attempt += 1) await refuse(attempt, unavailable);
    expect(sent()).toEqual(Array.from({ length: 31 }, () => 'a'));
    expect(new Set(attempts.map(({ message }) => message.id)).size).toBe(1);
    expect(shown()).toEqual(['a sending', 'b sending']);
    expect(outbox.getSnapshot()[0]?.error).toBe(unavailable);
    await accept(30);
    expect(sent().at(-1)).toBe('b');
  });

  test('leaves a server that is over a limit alone for as long as it says, hurried or not', async () => {
    const { outbox, attempts, sent, accept } = await outboxByHand();
    void outbox.send({ conversationId: room, content: 'a' });
    await settle();
    const limited = new ParleyError('LIMITED', 'unable to go on; too many messages', {
      retryAfterMs: 30_000,
    });
    attempts[0]?.answer.reject(limited);
    await settle();
    outbox.hurry();
    await vi.advanceTimersByTimeAsync(29_999);
    expect(sent()).toEqual(['a']);
    expect(outbox.getSnapshot()[0]).toMatchObject({ status: 'sending', error: limited });
    await vi.advanceTimersByTimeAsync(1_000);
    expect(sent()).toEqual(['a', 'a']);
    await accept(1);
    expect(outbox.getSnapshot()).toEqual([]);
  });

  test('tries again at once when told that the server can be reached', async () => {
    const { outbox, attempts } = await outboxByHand();
    void outbox.send({ conversationId: room, content: 'a' });
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
    const refused = outbox.send({ conversationId: room, content: 'a' });
    void outbox.send({ conversationId: room, content: 'b' });
    await settle();
    await refuse(0, refusal);
    await expect(refused).rejects.toMatchObject({ code: 'NOT_MEMBER' });
    expect(sent()).toEqual(['a', 'b']);
    expect(shown()).toEqual(['a failed', 'b sending']);
  });

  test('takes an error inside the server for the fault of the message only after some attempts', async () => {
    const { outbox, attempts, refuse, shown } = await outboxByHand();
    void outbox.send({ conversationId: room, content: 'a' });
    await settle();
    const internal = new ParleyError('INTERNAL', 'unable to answer; internal error');
    for (let attempt = 0; shown()[0] === 'a sending'; attempt += 1) await refuse(attempt, internal);
    expect(attempts.length).toBe(5);
  });

  test('retries a failed one with its id, after those that wait', async () => {
    const { outbox, accept, refuse, sent, idOf } = await outboxByHand();
    void outbox.send({ conversationId: room, content: 'a' });
    void outbox.send({ conversationId: room, content: 'b' });
    void outbox.send({ conversationId: room, content: 'c' });
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
    const result = outbox.send({ conversationId: room, content: 'a' });
    await settle();
    outbox.confirm(attempts.map(({ message }) => stored(message)));
    await expect(result).resolves.toMatchObject({ content: 'a' });
    expect(shown()).toEqual([]);
    await refuse(0, unavailable);
    expect(sent()).toEqual(['a']);
  });

  test('forgets what failed when told, and nothing that is on its way', async () => {
    const { outbox, refuse, shown, idOf } = await outboxByHand();
    void outbox.send({ conversationId: room, content: 'a' });
    await settle();
    outbox.discard(idOf(0));
    expect(shown()).toEqual(['a sending']);
    await refuse(0, refusal);
    outbox.discard(idOf(0));
    expect(shown()).toEqual([]);
  });

  test('forgets what waits when told, and goes on with what follows at once', async () => {
    const { outbox, attempts, idOf, sent } = await outboxByHand();
    void outbox.send({ conversationId: room, content: 'a' });
    const waiting = outbox.send({ conversationId: room, content: 'b', id: 'the id of b' });
    void outbox.send({ conversationId: room, content: 'c' });
    await settle();
    outbox.discard('the id of b');
    await expect(waiting).rejects.toMatchObject({ code: 'CONFLICT' });
    attempts[0]?.answer.reject(unavailable);
    await settle();
    outbox.discard(idOf(0));
    await settle();
    expect(sent()).toEqual(['a', 'c']);
  });

  test('sends nothing for nobody', async () => {
    const { outbox, attempts } = await outboxByHand();
    outbox.close();
    await expect(outbox.send({ conversationId: room, content: 'a' })).rejects.toMatchObject({
      code: 'UNAUTHENTICATED',
    });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(attempts).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('lets go of everything when closed, and leaves no timer', async () => {
    const { outbox, attempts, shown } = await outboxByHand();
    const lost = outbox.send({ conversationId: room, content: 'a' });
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
