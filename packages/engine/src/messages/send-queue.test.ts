import { expect, test } from 'vitest';
import pg from 'pg';
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

/** Stores as the database would: `busy` says what somebody else holds, `bad` which message fails its whole batch. */
function storage(busy: (conversationId: string) => boolean, bad = '') {
  const stored: string[] = [];
  const send = async (batch: readonly OutgoingMessage[], skipLocked: boolean): Promise<SendOutcome[]> => {
    // Who waits for a lock takes longer than who skips it.
    for (let turn = skipLocked ? 1 : 20; turn > 0; turn -= 1)
      await new Promise((resolve) => setImmediate(resolve));
    if (batch.some(({ id }) => id === bad)) throw rowFault;
    const held = new Set(batch.flatMap(({ conversationId: id }) => (skipLocked && busy(id) ? id : [])));
    return batch.map(({ conversationId, id }, index) => {
      if (held.has(conversationId)) return { index, outcome: 'busy' };
      stored.push(id);
      return { index, outcome: 'not-member' };
    });
  };
  return { stored, send };
}

test('a batch that has to be split keeps the order of a conversation that is held meanwhile', async () => {
  // Held while the first half is stored, free when the second is.
  let free = false;
  const { stored, send } = storage((conversationId) => {
    setImmediate(() => (free = true));
    return conversationId === 'held' && !free;
  }, 'bad');
  const queue = new SendQueue(send);
  const sends = [
    message('held', 'h1'),
    message('free', 'f1'),
    message('held', 'h2'),
    message('free', 'bad'),
    message('held', 'h3'),
  ].map((each) => queue.send(each));
  await Promise.allSettled(sends);
  expect(stored.filter((id) => id.startsWith('h'))).toEqual(['h1', 'h2', 'h3']);
  expect(stored).toContain('f1');
  await queue.idle();
});

test('what arrives while a held conversation waits goes behind it', async () => {
  let held = true;
  const { stored, send } = storage((conversationId) => held && conversationId === 'held');
  const queue = new SendQueue(send);
  const first = queue.send(message('held', 'h1'));
  const second = queue.send(message('held', 'h2'));
  // In the main lane's first batch by now.
  await Promise.resolve();
  await Promise.resolve();
  const third = queue.send(message('held', 'h3'));
  held = true;
  await Promise.all([first, second, third]);
  held = false;
  await queue.send(message('held', 'h4'));
  expect(stored).toEqual(['h1', 'h2', 'h3', 'h4']);
});
