import {
  type Message,
  type MessageDelete,
  type MessageEdit,
  ParleyError,
  type Viewer,
} from '@parley/contract';
import { hiddenUpTo, manages } from '../access.ts';
import type { Bus } from '../bus/bus.ts';
import { changeConversation, type ConversationChange } from '../conversations/change.ts';
import { ownMember } from '../conversations/membership.ts';
import type { Database } from '../db/database.ts';
import { findMessage, type MessageRow, replaceContent } from './queries.ts';
import { messageOf } from './rows.ts';

/** Replaces the content of one's own message. Throws as `MessagesService.edit` says. */
export function editMessage(db: Database, bus: Bus, viewer: Viewer, input: MessageEdit): Promise<Message> {
  return changeConversation(db, bus, input.conversationId, async (change) => {
    const member = await ownMember(change, viewer.userId);
    const row = await visibleMessage(change, input.messageId, hiddenUpTo(change.conversation, member));
    if (row.type === 'system' || row.sender_id !== viewer.userId) {
      throw new ParleyError('FORBIDDEN', 'unable to edit the message; it is not yours');
    }
    if (row.deleted_at !== null) {
      throw new ParleyError('CONFLICT', 'unable to edit the message; it is deleted');
    }
    if (row.content === input.content) return messageOf(row);
    return amend(change, row, { content: input.content, edited_at: change.at });
  });
}

/** Empties a message and keeps its place. Throws as `MessagesService.delete` says. */
export function deleteMessage(
  db: Database,
  bus: Bus,
  viewer: Viewer,
  input: MessageDelete,
): Promise<Message> {
  return changeConversation(db, bus, input.conversationId, async (change) => {
    const member = await ownMember(change, viewer.userId);
    const row = await visibleMessage(change, input.messageId, hiddenUpTo(change.conversation, member));
    const moderates = change.conversation.kind === 'group' && manages(member);
    if (row.type === 'system' || (row.sender_id !== viewer.userId && !moderates)) {
      throw new ParleyError('FORBIDDEN', 'unable to delete the message; it is not yours');
    }
    if (row.deleted_at !== null) return messageOf(row);
    return amend(change, row, { content: '', deleted_at: change.at, metadata: null });
  });
}

async function visibleMessage(change: ConversationChange, id: string, hidden: number): Promise<MessageRow> {
  const row = await findMessage(change.trx, change.conversation.id, id);
  if (row === undefined || row.position <= hidden) {
    throw new ParleyError('NOT_FOUND', 'unable to change the message; there is no such message');
  }
  return row;
}

async function amend(
  change: ConversationChange,
  row: MessageRow,
  content: Parameters<typeof replaceContent>[2],
): Promise<Message> {
  const seq = change.nextSeq();
  const target = { conversationId: row.conversation_id, position: row.position, seq };
  const message = messageOf(await replaceContent(change.trx, target, content));
  change.record({ type: 'message', seq, message });
  return message;
}
