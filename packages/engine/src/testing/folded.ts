import { type InboxEvent, mergeReadStates, type ReadState, readStateAfter } from '@parley/contract';

/** What a client that only merges holds of one conversation after these events; null when it is not in it. */
export function foldedRead(
  events: readonly InboxEvent[],
  conversationId: string,
  viewerId: string,
): ReadState | null {
  let state: ReadState | null = null;
  for (const event of events) {
    if (event.type === 'ready')
      state = event.heads.find((head) => head.conversationId === conversationId)?.read ?? state;
    else if (event.type === 'gained' && event.head.conversationId === conversationId) state = event.head.read;
    else if (event.type === 'lost' && event.conversationId === conversationId) state = null;
    else if (state === null) continue;
    else if (event.type === 'read' && event.conversationId === conversationId)
      state = mergeReadStates(state, event.read);
    else if (event.type === 'frame' && event.frame.conversationId === conversationId) {
      const messages = event.frame.rows.flatMap((row) => (row.type === 'message' ? row.message : []));
      state = readStateAfter(state, messages, viewerId);
    }
  }
  return state;
}
