import { paneOf } from './pane-names.ts';

/** What the address of a conversation says beside which one it is: `/c/…?at=120&pane=details`. */
type ConversationSearch = ReturnType<typeof paneOf> & {
  /** The position of the message to be shown; the timeline takes it out of the address once it is. */
  readonly at?: number | undefined;
};

/** Undefined and not left out: the router keeps of an address what is not replaced. */
export function conversationSearch(search: Record<string, unknown>): ConversationSearch {
  return { ...paneOf(search), at: positionOf(search['at']) };
}

/** Where a link to a message leads, for `<Link {...linkTo(conversationId, position)}>`. */
export function linkTo(conversationId: string, position: number) {
  return { to: '/c/$conversationId', params: { conversationId }, search: { at: position } } as const;
}

function positionOf(at: unknown): number | undefined {
  return typeof at === 'number' && Number.isSafeInteger(at) && at > 0 ? at : undefined;
}
