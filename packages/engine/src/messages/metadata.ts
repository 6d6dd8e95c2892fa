import type { Message, Notice } from '@parley/contract';

/**
 * What an entry carries beside its text, as it is stored; null where there is nothing, as with most messages. It is written under
 * the lock of the conversation, with the seq of the change.
 */
export interface MessageMetadata {
  readonly notice?: Notice;
  readonly replyTo?: Message['replyTo'];
  readonly mentions?: Message['mentions'];
  readonly mentionsAll?: Message['mentionsAll'];
  readonly reactions?: Message['reactions'];
  readonly pinned?: Message['pinned'];
  readonly thread?: Message['thread'];
  readonly replies?: Message['replies'];
}

/** What of it stays when a message is deleted: where it stands in a thread, and the thread that hangs on it. */
export function staysDeleted(metadata: MessageMetadata | null): MessageMetadata | null {
  const { thread, replies } = metadata ?? {};
  if (thread === undefined && replies === undefined) return null;
  return { ...(thread && { thread }), ...(replies && { replies }) };
}

/** What of it everybody gets: keys that are only there when they say something, so that plain messages stay small. */
export function extrasOf(metadata: MessageMetadata | null): Omit<MessageMetadata, 'notice'> {
  if (metadata === null) return {};
  const { notice: _told, ...extras } = metadata;
  return extras;
}
