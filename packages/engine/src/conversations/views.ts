import { areDefault, type Conversation, unreadOf, type Viewer } from '@parley/contract';
import { hiddenUpTo, notMember } from '../access.ts';
import type { Database } from '../db/database.ts';
import { unreadMentionsOf } from '../mentions/unread.ts';
import { messageOf } from '../messages/rows.ts';
import { userOf } from '../users/rows.ts';
import { settingsOf } from '../settings/rows.ts';
import { type ConversationRow, findConversation } from './queries.ts';
import { conversationInfoOf, readStateOf } from './rows.ts';

/** A conversation as the viewer sees it. */
export function conversationView(row: ConversationRow): Conversation {
  const { peer, message } = row;
  const read = readStateOf(row, row);
  const mentions = unreadMentionsOf(row.mentions);
  const settings = row.settings && settingsOf(row.settings);
  return {
    ...conversationInfoOf(row),
    epoch: row.epoch,
    lastSeq: row.last_seq,
    memberCount: row.member_count,
    peer:
      peer &&
      userOf({
        ...peer,
        last_seen_at: date(peer.last_seen_at),
        deleted_at: date(peer.deleted_at),
        // One of the two has blocked the other, or is gone.
        hidden: row.closed,
      }),
    lastMessage:
      message !== null && message.position > hiddenUpTo(row, row)
        ? messageOf({
            ...message,
            created_at: new Date(message.created_at),
            edited_at: date(message.edited_at),
            deleted_at: date(message.deleted_at),
          })
        : null,
    role: row.role,
    joinedSeq: row.joined_seq,
    joinedPosition: row.joined_position,
    read,
    unread: unreadOf(read, settings?.unreadFrom),
    ...(settings !== null && !areDefault(settings) && { settings }),
    ...(mentions !== null && { mentions }),
  };
}

function date(text: string | null): Date | null {
  return text === null ? null : new Date(text);
}

/** @throws NOT_MEMBER */
export async function viewOf(db: Database, viewer: Viewer, conversationId: string): Promise<Conversation> {
  const row = await findConversation(db, conversationId, viewer.userId);
  if (row === undefined) throw notMember();
  return conversationView(row);
}
