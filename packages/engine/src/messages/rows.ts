import type { Message } from '@parley/contract';
import { extrasOf } from './metadata.ts';
import type { MessageRow, NumberedRow, OutgoingMessage } from './queries.ts';

/** A message as everyone gets it. */
export function messageOf(row: MessageRow): Message {
  return {
    conversationId: row.conversation_id,
    position: row.position,
    ordinal: row.ordinal,
    seq: row.seq,
    id: row.id,
    senderId: row.sender_id,
    messageType: row.type,
    content: row.content,
    notice: row.metadata?.notice ?? null,
    createdAt: row.created_at.toISOString(),
    editedAt: row.edited_at?.toISOString() ?? null,
    deletedAt: row.deleted_at?.toISOString() ?? null,
    isEdited: row.edited_at !== null,
    isDeleted: row.deleted_at !== null,
    ...extrasOf(row.metadata),
  };
}

/** The row of a message just sent: what the caller knew, with the numbers the database gave it. */
export function storedRow(sent: OutgoingMessage, numbers: NumberedRow): MessageRow {
  return {
    conversation_id: sent.conversationId,
    position: numbers.position,
    ordinal: numbers.ordinal,
    id: sent.id,
    sender_id: sent.senderId,
    type: 'text',
    content: sent.content,
    metadata: null,
    created_at: numbers.created_at,
    edited_at: null,
    deleted_at: null,
    seq: numbers.seq,
  };
}
