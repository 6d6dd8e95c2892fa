import type { Message } from '@parley/contract';
import { messagesOf } from '../conversations/summary.ts';
import type { SyncInput } from './state.ts';

/** The messages the viewer wrote among what an input brings: whatever way they come, they are stored. */
export function ownMessages(input: SyncInput, viewerId: string): Message[] {
  return messagesIn(input).filter((message) => message.senderId === viewerId);
}

/** The messages an input brings, but for those of summaries. */
export function messagesIn(input: SyncInput): readonly Message[] {
  switch (input.type) {
    case 'inbox':
      return input.events.flatMap((event) => (event.type === 'frame' ? messagesOf(event.frame.rows) : []));
    case 'changes':
      return input.answer.type === 'page' ? messagesOf(input.answer.rows) : [];
    case 'page':
    case 'thread-page':
      return input.page.messages;
    default:
      return [];
  }
}
