import type { ReadState, Role } from '../conversations/schema.ts';
import type { UnreadMentions } from '../mentions/unread-schema.ts';
import type { Draft } from '../drafts/schema.ts';
import type { Frame } from '../messages/events.ts';
import type { ThreadState } from '../threads/schema.ts';
import type { OwnReaction } from '../reactions/events.ts';
import type { ConversationSettings } from '../settings/schema.ts';

/** Where a conversation stands for one person. */
export interface Head {
  readonly conversationId: string;
  /** The seq from which frames follow. */
  readonly lastSeq: number;
  readonly role: Role;
  readonly joinedSeq: number;
  readonly joinedPosition: number;
  readonly read: ReadState;
  /** What is unread and mentions the person, as of `lastSeq` or later; not there when nothing does. */
  readonly mentions?: UnreadMentions;
  /** Absent while all of them are as at first. */
  readonly settings?: ConversationSettings;
}

/**
 * What `inbox.watch` yields, in arrays. `ready` comes first and again after a reset; it is paged: the conversations held
 * are those of all pages up to the one with `more: false`, and one that is in none of them is lost. Frames follow the
 * head they were announced with. `read` replaces nothing, it merges by maximum; of `settings` and drafts the one with the
 * higher `inboxSeq` counts. A head without settings says that they are as at first, as of the event's `inboxSeq`.
 */
export type InboxEvent =
  | {
      readonly type: 'ready';
      readonly epoch: string;
      readonly heads: readonly Head[];
      readonly more: boolean;
      /** The person's `inboxSeq` as of which the settings are. */
      readonly inboxSeq?: number;
      /** The `inboxSeq` at which a draft last changed; absent when there has never been one. `drafts.list` gives them. */
      readonly draftsSeq?: number;
    }
  | { readonly type: 'frame'; readonly frame: Frame }
  | {
      readonly type: 'gained';
      readonly epoch: string;
      readonly head: Head;
      readonly inboxSeq?: number;
    }
  | { readonly type: 'lost'; readonly epoch: string; readonly conversationId: string }
  | {
      readonly type: 'read';
      readonly epoch: string;
      readonly conversationId: string;
      readonly read: ReadState;
    }
  /** How one stands with a thread, when that was changed by oneself: it merges by maximum, and by `inboxSeq`. */
  | { readonly type: 'thread'; readonly epoch: string; readonly state: ThreadState }
  | {
      readonly type: 'settings';
      readonly epoch: string;
      readonly conversationId: string;
      readonly settings: ConversationSettings;
    }
  | { readonly type: 'draft'; readonly epoch: string; readonly draft: Draft }
  | { readonly type: 'reset'; readonly epoch: string }
  /** Whom the person has blocked is to be listed again. Nothing of it is numbered, so it is of no epoch. */
  | { readonly type: 'blocks' }
  /** What the person has saved is to be listed again. */
  | { readonly type: 'saved' }
  /**
   * Whether some reactions are the person's own: what rows, the same for everybody, do not tell where many reacted. It comes
   * with every change of one's own, and those of the last minutes after `ready`. Each stands until one with a higher seq.
   */
  | {
      readonly type: 'reacted';
      readonly own: { readonly epoch: string; readonly reactions: readonly OwnReaction[] };
    };
