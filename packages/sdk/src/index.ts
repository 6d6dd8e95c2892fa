export type { Session } from './auth/session.ts';
export type { SessionStorage } from './auth/session-record.ts';
export type { BlockListSnapshot } from './blocks/block-list.ts';
export { type ClientOptions, type ConnectionStore, createClient, type ParleyClient } from './client.ts';
export type {
  ComposerPlace,
  ComposerSnapshot,
  ComposerStore,
  Mentionable,
} from './composer/composer-store.ts';
export { charactersLeft, isSendable } from './composer/text-length.ts';
export type { ConnectionState } from './connection/state.ts';
export type { ConversationListSnapshot } from './conversations/conversation-list.ts';
export type { ConversationSnapshot, ConversationStore } from './conversations/conversation-store.ts';
export type { DraftContent } from './drafts/draft-book.ts';
export type { DraftStore } from './drafts/draft-store.ts';
export type { MemberList, MemberListSnapshot } from './members/member-list.ts';
export type { ListedMember } from './members/roster.ts';
export { type MentionPart, splitMentions } from './mentions/split-mentions.ts';
export type { UnreadMentionNumbers, UnreadMentionSnapshot } from './mentions/unread-mention-numbers.ts';
export type { MessageList, MessageListSnapshot } from './messages/message-list.ts';
export type { OutgoingMessage } from './outbox/queue.ts';
export { indexedDbPersistence } from './persistence/indexed-db.ts';
export { memoryPersistence, type Persistence } from './persistence/persistence.ts';
export type { PresenceSet, Presences } from './presence/presence-set.ts';
export type { MessageReceipt } from './receipts/receipt-book.ts';
export type { ReceiptsSnapshot, ReceiptStore } from './receipts/receipt-store.ts';
export type { ShownMessage, ShownReaction } from './reactions/own.ts';
export type { SavedListSnapshot } from './saved/saved-list.ts';
export type { Store } from './store.ts';
export type { FollowedList, FollowedListSnapshot } from './threads/followed-list.ts';
export type { ThreadReplies, ThreadSnapshot } from './threads/thread-list.ts';
export type { TypingStore } from './typing/typing-store.ts';
export { type ErrorCode, forEver, isHidden, isMuted, ParleyError } from '@parley/contract';
export type { AppRouter } from '@parley/contract/router';
