import type { Message } from '@parley/contract';
import { isBehind } from './entry.ts';
import { messagesIn } from './own-messages.ts';
import type { SyncInput, SyncState } from './state.ts';

/**
 * How far an input brought messages of others that are not read yet, by conversation: where nothing before them is known to
 * be missing in what is held after it.
 */
export function receivedIn(input: SyncInput, { entries, viewerId }: SyncState): Map<string, number> {
  const received = new Map<string, number>();
  for (const { conversationId, senderId, messageType, position } of broughtBy(input)) {
    if (senderId === viewerId || messageType === 'system') continue;
    const entry = entries?.get(conversationId);
    if (entry == null || entry.conversation === null || isBehind(entry)) continue;
    if (position <= entry.read.readPosition) continue;
    received.set(conversationId, Math.max(position, received.get(conversationId) ?? 0));
  }
  return received;
}

/** Of a summary it is the latest message. */
function broughtBy(input: SyncInput): readonly Message[] {
  if (input.type === 'listed') return input.conversations.flatMap(({ lastMessage }) => lastMessage ?? []);
  if (input.type !== 'conversation') return messagesIn(input);
  const { lastMessage } = input.conversation;
  return lastMessage === null ? [] : [lastMessage];
}
