import type { TypingEvent } from '@parley/contract';
import { nobody } from '../typing/typing-store.ts';
import { useClient } from './provider.ts';
import { useOpened } from './use-store.ts';

/** Who else is typing in a conversation, live: the first ten by user id, and how many in all. Null is none. */
export function useTyping(conversationId: string | null): TypingEvent {
  return useOpened(useClient().typing, conversationId, nobody);
}
