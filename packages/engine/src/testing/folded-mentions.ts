import {
  type Head,
  type InboxEvent,
  mentionsAbove,
  mentionsAfter,
  mergeReadStates,
  type ReadState,
  type UnreadMentions,
} from '@parley/contract';

interface Folded {
  readonly read: ReadState;
  readonly mentions: UnreadMentions | null;
}

const begun = ({ read, mentions }: Head): Folded => ({ read, mentions: mentions ?? null });

/** The unread mentions that a client holds of one conversation after these events; null when it is not in it. */
export function foldedMentions(
  events: readonly InboxEvent[],
  conversationId: string,
  viewerId: string,
): number[] | null {
  let state: Folded | null = null;
  for (const event of events) {
    if (event.type === 'ready') {
      const head = event.heads.find((one) => one.conversationId === conversationId);
      if (head !== undefined) state = begun(head);
    } else if (event.type === 'gained' && event.head.conversationId === conversationId)
      state = begun(event.head);
    else if (event.type === 'lost' && event.conversationId === conversationId) state = null;
    else if (state === null) continue;
    else if (event.type === 'read' && event.conversationId === conversationId) {
      const read = mergeReadStates(state.read, event.read);
      state = { read, mentions: mentionsAbove(state.mentions, read.readPosition) };
    } else if (event.type === 'frame' && event.frame.conversationId === conversationId) {
      const messages = event.frame.rows.flatMap((row) => (row.type === 'message' ? row.message : []));
      const { read, mentions }: Folded = state;
      state = { read, mentions: mentionsAfter(mentions, messages, viewerId, read.readPosition) };
    }
  }
  return state && (state.mentions?.latest.map(({ position }) => position) ?? []);
}
