import { type Message, ParleyError } from '@parley/contract';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Outbox, type OutgoingMessage } from './outbox.ts';

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

/** An outbox over a server that answers when told to. */
function outboxByHand() {
  const attempts: { message: OutgoingMessage; answer: PromiseWithResolvers<Message> }[] = [];
  const kept: string[] = [];
  const outbox = new Outbox({
    send: (message) => {
      const answer = Promise.withResolvers<Message>();
      attempts.push({ message, answer });
      return answer.promise;
    },
    onStored: ({ content }) => kept.push(content),
  });
  const attempt = (index: number) => {
    const found = attempts[index];
    if (found === undefined) throw new Error(`there was no attempt ${index}`);
    return found;
  };
  const accept = (index: number) => {
    const { message, answer } = attempt(index);
    answer.resolve(stored(message));
    return vi.advanceTimersByTimeAsync(0);
  };
  const refuse = (index: number, error: ParleyError) => {
    attempt(index).answer.reject(error);
    return vi.advanceTimersByTimeAsync(2_000);
  };
  const sent = () => attempts.map(({ message }) => message.content);
  const shown = () => outbox.getSnapshot().map(({ content, status }) => `${content} ${status}`);
  return { outbox, attempts, kept, accept, refuse, sent, shown };
}

test('sends one at a time per conversation, in order', async () => {
  const { outbox, accept, sent, shown, kept } = outboxByHand();
  const first = outbox.send(room, 'a');
  void outbox.send(room, 'b');
  void outbox.send(other, 'c');
  expect(sent()).toEqual(['a', 'c']);
  expect(shown()).toEqual(['a sending', 'b sending', 'c sending']);
  await accept(0);
  await expect(first).resolves.toMatchObject({ content: 'a' });
  expect(sent()).toEqual(['a', 'c', 'b']);
  await accept(2);
  expect(kept).toEqual(['a', 'b']);
  expect(shown()).toEqual(['c sending']);
});

test('repeats with the same id while the server is away, and lets nobody overtake', async () => {
  const { outbox, attempts, accept, refuse, sent } = outboxByHand();
  void outbox.send(room, 'a');
  void outbox.send(room, 'b');
  await refuse(0, unavailable);
  await refuse(1, unavailable);
  expect(sent()).toEqual(['a', 'a', 'a']);
  expect(new Set(attempts.map(({ message }) => message.id)).size).toBe(1);
  await accept(2);
  expect(sent()).toEqual(['a', 'a', 'a', 'b']);
});

test('fails what the server refuses, at once, and goes on with the next', async () => {
  const { outbox, refuse, sent, shown } = outboxByHand();
  const refused = outbox.send(room, 'a');
  void outbox.send(room, 'b');
  await refuse(0, new ParleyError('NOT_MEMBER', 'unable to send; you are not in it'));
  await expect(refused).rejects.toMatchObject({ code: 'NOT_MEMBER' });
  expect(sent()).toEqual(['a', 'b']);
  expect(shown()).toEqual(['a failed', 'b sending']);
});

test('gives up after a minute, and can be told to try again with the same id', async () => {
  const { outbox, attempts, accept, refuse, shown } = outboxByHand();
  void outbox.send(room, 'a');
  for (let i = 0; shown()[0] === 'a sending' && i < 1_000; i += 1) await refuse(i, unavailable);
  expect(shown()).toEqual(['a failed']);
  expect(outbox.getSnapshot()[0]?.error).toBe(unavailable);
  const tries = attempts.length;
  const again = outbox.retry(attempts[0]?.message.id ?? '');
  expect(shown()).toEqual(['a sending']);
  await accept(tries);
  await expect(again).resolves.toMatchObject({ id: attempts[0]?.message.id });
});

test('takes an event of its message for the answer', async () => {
  const { outbox, attempts, refuse, sent, shown } = outboxByHand();
  const result = outbox.send(room, 'a');
  const { message } = attempts[0] ?? {};
  if (message !== undefined) outbox.confirm([stored(message)]);
  await expect(result).resolves.toMatchObject({ content: 'a' });
  expect(shown()).toEqual([]);
  await refuse(0, unavailable);
  expect(sent()).toEqual(['a']);
});

test('forgets what failed when told', async () => {
  const { outbox, attempts, refuse, shown } = outboxByHand();
  void outbox.send(room, 'a');
  outbox.discard(attempts[0]?.message.id ?? '');
  expect(shown()).toEqual(['a sending']);
  await refuse(0, new ParleyError('INVALID_INPUT', 'unable to send; it is blank'));
  outbox.discard(attempts[0]?.message.id ?? '');
  expect(shown()).toEqual([]);
});

test('drops everything when cleared, leaves no timer, and works again', async () => {
  const { outbox, attempts, refuse, sent, shown } = outboxByHand();
  const lost = outbox.send(room, 'a');
  attempts[0]?.answer.reject(unavailable);
  await vi.advanceTimersByTimeAsync(0);
  outbox.clear();
  await expect(lost).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  expect(vi.getTimerCount()).toBe(0);
  expect(shown()).toEqual([]);
  void outbox.send(room, 'b');
  expect(sent()).toEqual(['a', 'b']);
  await refuse(1, unavailable);
  expect(sent()).toEqual(['a', 'b', 'b']);
});
