import type { Message, Notice } from '../messages/schema.ts';
import type { Conversation, Role } from '../conversations/schema.ts';
import type { Invitation } from '../invitations/schema.ts';
import type { Draft } from '../drafts/schema.ts';
import type { ConversationSettings } from '../settings/schema.ts';
import type { Self } from './schema.ts';

/** How many lines of each kind an export will have, as counted when it began; see `messages` for what it leaves out. */
export interface ExportCounts {
  readonly sessions: number;
  readonly conversations: number;
  /**
   * Messages and replies one wrote, deleted ones too. The notices of what one did in groups, which are lines of type `message`
   * with a `notice` as well, are not counted: nothing keeps their number, and to count them would be to read every timeline.
   */
  readonly messages: number;
  readonly threads: number;
  readonly reactions: number;
  readonly saved: number;
  readonly settings: number;
  readonly drafts: number;
  readonly blocks: number;
  readonly invitations: number;
  readonly audit: number;
}

/**
 * One line of the export of somebody's own data. Of conversations it has those one is or was in, with the own membership
 * and nobody else's; of messages those one wrote, a deleted one without its text, and the
 * notices of what one did in groups. All times are ISO 8601.
 */
export type ExportLine =
  /** The first line: whose data it is, and how much of it. */
  | {
      readonly type: 'export';
      readonly version: 1;
      readonly userId: string;
      readonly at: string;
      readonly counts: ExportCounts;
    }
  | { readonly type: 'profile'; readonly profile: Self & { readonly createdAt: string } }
  | {
      readonly type: 'session';
      readonly session: {
        readonly id: string;
        readonly device: string;
        readonly address: string;
        readonly createdAt: string;
        readonly lastUsedAt: string;
        readonly endedAt: string | null;
      };
    }
  | {
      readonly type: 'conversation';
      readonly conversation: Pick<Conversation, 'id' | 'kind' | 'title' | 'createdAt'>;
      readonly membership: {
        readonly role: Role;
        readonly leftAt: string | null;
        readonly deliveredPosition: number;
        readonly readPosition: number;
        readonly messagesSent: number;
      };
    }
  | {
      readonly type: 'message';
      readonly message: Pick<
        Message,
        | 'id'
        | 'conversationId'
        | 'position'
        | 'content'
        | 'createdAt'
        | 'editedAt'
        | 'deletedAt'
        | 'mentions'
        | 'mentionsAll'
      > & { readonly notice: Notice | null };
    }
  /** A thread one replied in, or was asked or told to follow, by the position of what it hangs on. */
  | {
      readonly type: 'thread';
      readonly thread: {
        readonly conversationId: string;
        readonly rootPosition: number;
        readonly following: boolean;
        readonly repliesRead: number;
      };
    }
  | {
      readonly type: 'reaction';
      readonly reaction: {
        readonly conversationId: string;
        readonly position: number;
        readonly emoji: string;
        readonly reactedAt: string;
      };
    }
  | {
      readonly type: 'saved';
      readonly saved: {
        readonly conversationId: string;
        readonly messageId: string;
        readonly savedAt: string;
      };
    }
  /** What one has set for a conversation. */
  | {
      readonly type: 'settings';
      readonly settings: Pick<ConversationSettings, 'mutedUntil' | 'archived' | 'pinnedAt'> & {
        readonly conversationId: string;
        readonly hidden: boolean;
        readonly unreadFromPosition: number | null;
      };
    }
  | { readonly type: 'draft'; readonly draft: Omit<Draft, 'inboxSeq'> }
  | { readonly type: 'block'; readonly block: { readonly userId: string; readonly blockedAt: string } }
  /** One that oneself made: without its token, which nobody has kept. */
  | { readonly type: 'invitation'; readonly invitation: Omit<Invitation, 'createdBy'> }
  | {
      readonly type: 'audit';
      readonly audit: {
        readonly at: string;
        readonly kind: string;
        /** Whether it was oneself who did it. */
        readonly byOneself: boolean;
        readonly address: string | null;
        readonly conversationId: string | null;
      };
    }
  /** The last line: how many came before it. Without it the download was cut. */
  | { readonly type: 'end'; readonly lines: number };
