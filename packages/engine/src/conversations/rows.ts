import type { ConversationInfo, Member, ReadState } from '@parley/contract';
import type { Selectable } from 'kysely';
import type { ConversationsTable, MembersTable } from '../db/tables.ts';

/** What is told of a conversation to whoever may see it. */
export type InfoRow = Pick<
  Selectable<ConversationsTable>,
  | 'id'
  | 'kind'
  | 'title'
  | 'avatar'
  | 'description'
  | 'is_public'
  | 'history'
  | 'created_by'
  | 'created_at'
  | 'updated_at'
  | 'changed_seq'
>;

export function conversationInfoOf(row: InfoRow): ConversationInfo {
  return {
    id: row.id,
    kind: row.kind,
    title: row.title,
    avatar: row.avatar,
    ...(row.description === null ? {} : { description: row.description }),
    ...(row.is_public ? { isPublic: true as const } : {}),
    history: row.history,
    createdBy: row.created_by,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
    changedSeq: row.changed_seq,
  };
}

export function memberOf(row: Selectable<MembersTable>): Member {
  return {
    conversationId: row.conversation_id,
    userId: row.user_id,
    role: row.role,
    joinedSeq: row.joined_seq,
    joinedPosition: row.joined_position,
    leftAt: row.left_at?.toISOString() ?? null,
    seq: row.seq,
  };
}

/** What a member has read, beside where the conversation stands in the same snapshot. */
export function readStateOf(
  conversation: Pick<Selectable<ConversationsTable>, 'last_position' | 'last_ordinal'>,
  member: Pick<Selectable<MembersTable>, 'sent' | 'read_position' | 'read_ordinal' | 'read_sent'>,
): ReadState {
  return {
    lastPosition: conversation.last_position,
    lastOrdinal: conversation.last_ordinal,
    sent: member.sent,
    readPosition: member.read_position,
    readOrdinal: member.read_ordinal,
    readSent: member.read_sent,
  };
}
