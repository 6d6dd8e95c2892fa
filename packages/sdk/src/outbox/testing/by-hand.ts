import { type StoredMessage, ParleyError } from '@parley/contract';
import { vi } from 'vitest';
import { memoryPersistence, type Persistence } from '../../persistence/persistence.ts';
import { Outbox } from '../outbox.ts';
import type { OutgoingMessage } from '../queue.ts';

/** What the server makes of a message. */
export function stored({ id, conversationId, content, createdAt }: OutgoingMessage): StoredMessage {
  return {
    ...{ id, conversationId, content, createdAt, position: 1, ordinal: 1, seq: 1, senderId: 'me' },
    ...{
      messageType: 'text',
      notice: null,
      editedAt: null,
      deletedAt: null,
      isEdited: false,
      isDeleted: false,
      isRead: false,
      epoch: 'a',
    },
  };
}

export const unavailable = new ParleyError('UNAVAILABLE', 'unable to reach the server; it is away');
export const refusal = new ParleyError('NOT_MEMBER', 'unable to send; you are not in it');
/** Lets everything happen that needs no time. */
export const settle = () => vi.advanceTimersByTimeAsync(0);

/** An outbox over a server that answers when told to. */
export async function outboxByHand(persistence: Persistence = memoryPersistence()) {
  const attempts: { message: OutgoingMessage; answer: PromiseWithResolvers<StoredMessage> }[] = [];
  const kept: string[] = [];
  const outbox = new Outbox({
    send: (message) => {
      const answer = Promise.withResolvers<StoredMessage>();
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
