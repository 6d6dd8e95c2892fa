import type { Message } from '@parley/contract';
import type { OutgoingMessage } from '../outbox/queue.ts';

const outgoing = new WeakMap<Message, OutgoingMessage>();

/** What is stored, while what stands before it has not arrived. */
function outgoingOf(message: Message): OutgoingMessage {
  const known = outgoing.get(message);
  if (known !== undefined) return known;
  const { id, conversationId, content, createdAt, replyTo, thread, mentions, mentionsAll } = message;
  const extras = {
    ...(replyTo && { replyTo: replyTo.messageId }),
    ...(thread && { thread: thread.rootId }),
    ...(mentions && { mentions }),
    ...(mentionsAll && { mentionsAll }),
  };
  const body = { id, conversationId, content, extras };
  const made: OutgoingMessage = { ...body, createdAt, status: 'sending', error: null };
  outgoing.set(message, made);
  return made;
}

/**
 * One's own messages on their way, to be shown after the others: each once, also while what stands before one that is stored has
 * not arrived.
 * @param waiting those that are stored and not shown yet
 * @param queued those in the outbox that belong there
 */
export function outgoingAfter(
  shown: readonly Message[],
  waiting: readonly Message[],
  queued: readonly OutgoingMessage[],
): OutgoingMessage[] {
  const stored = new Set([...shown, ...waiting].map(({ id }) => id));
  return [...waiting.map(outgoingOf), ...queued.filter(({ id }) => !stored.has(id))];
}
