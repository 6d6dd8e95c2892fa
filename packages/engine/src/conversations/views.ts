import { type Conversation, unreadOf, type Viewer } from '@parley/contract';
import { hiddenUpTo, notMember } from '../access.ts';
import type { Database } from '../db/database.ts';
import { messageOf } from '../messages/rows.ts';
import { userOf } from '../users/rows.ts';
import { type ConversationRow, findConversation } from './queries.ts';
import { conversationInfoOf, readStateOf } from './rows.ts';

/** A conversation as the viewer sees it, with its latest entry and the other person of a direct one. */
export function conversationOf(row: ConversationRow): Conversation {
  const { conversation, member, peer, message } = row;
  const read = readStateOf(conversation, member);
  const hidden = hiddenUpTo(conversation, member);
  const { created_at, updated_at } = conversation;
  return {
    ...conversationInfoOf({
      ...conversation,
      created_at: new Date(created_at),
      updated_at: new Date(updated_at),
    }),
    epoch: row.epoch,
    lastSeq: conversation.last_seq,
    memberCount: row.member_count,
    peer:
      peer &&
      userOf({ ...peer, online_until: date(peer.online_until), last_seen_at: date(peer.last_seen_at) }),
    lastMessage:
      message !== null && message.position > hidden
        ? messageOf({
            ...message,
            created_at: new Date(message.created_at),
            edited_at: date(message.edited_at),
            deleted_at: date(message.deleted_at),
          })
        : null,
    role: member.role,
    joinedSeq: member.joined_seq,
    joinedPosition: member.joined_position,
    read,
    unread: unreadOf(read),
  };
}

function date(text: string | null): Date | null {
  return text === null ? null : new Date(text);
}

/** @throws NOT_MEMBER */
export async function viewOf(db: Database, viewer: Viewer, conversationId: string): Promise<Conversation> {
  const row = await findConversation(db, conversationId, viewer.userId);
  if (row === undefined) throw notMember();
  return conversationOf(row);
}
