import type { Message } from '@parley/contract';
import type { OutgoingMessage } from '../outbox/queue.ts';

const outgoing = new WeakMap<Message, OutgoingMessage>();

/** What is stored, while what stands before it has not arrived. */
export function outgoingOf(message: Message): OutgoingMessage {
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
