import { type MessageExtras, ParleyError } from '@parley/contract';
import type { Selectable } from 'kysely';
import { hiddenUpTo } from '../access.ts';
import type { Bus } from '../bus/bus.ts';
import { changeConversation, type ConversationChange } from '../conversations/change.ts';
import { findMember } from '../conversations/queries.ts';
import type { Database } from '../db/database.ts';
import type { MembersTable } from '../db/tables.ts';
import { mentioned, saveMentions } from '../mentions/mentioned.ts';
import { findRoot } from '../threads/find.ts';
import { Reply } from '../threads/reply.ts';
import type { MessageMetadata } from './metadata.ts';
import {
  countSent,
  findMessage,
  findStored,
  insertMessage,
  type MessageRow,
  type OutgoingMessage,
} from './queries.ts';
import { messageOf } from './rows.ts';
import type { Sent } from './send-queue.ts';

/** A message with more than its text, ready to be stored. */
export interface SpecialMessage extends OutgoingMessage {
  readonly extras: MessageExtras;
}

/** What became of it; stored, it is told whole, as nobody else knows what its extras came to. */
export type SpecialSent =
  | Exclude<Sent, { outcome: 'stored' }>
  | { readonly outcome: 'stored-special'; readonly row: MessageRow; readonly epoch: string };

/**
 * Stores one message whose extras have to be looked up, in a transaction of its own. The answers are those of the batches: a
 * repeated id first of all, as it is answered to those who have left, too.
 * @throws NOT_MEMBER when there is no such conversation; NOT_FOUND for a message it refers to that its sender does not see; CONFLICT for a thread on a thread, and for answering in
 * a thread what is not in it; as `mentioned`
 */
export function sendSpecial(db: Database, bus: Bus, message: SpecialMessage): Promise<SpecialSent> {
  const { conversationId, id, senderId, content, payloadHash, extras } = message;
  return changeConversation(db, bus, conversationId, async (change): Promise<SpecialSent> => {
    const known = await findStored(change.trx, conversationId, id);
    if (known !== undefined) {
      const { payload_hash: hash, ...row } = known;
      if (row.sender_id !== senderId || !hash.equals(payloadHash)) return { index: 0, outcome: 'conflict' };
      return { index: 0, outcome: 'repeated', row, epoch: change.epoch };
    }
    const sender = await findMember(change.trx, conversationId, senderId);
    if (sender === undefined || sender.left_at !== null) return { index: 0, outcome: 'not-member' };
    if (change.conversation.closed) return { index: 0, outcome: 'closed' };
    const reply = await replyIn(change, sender, extras);
    const metadata = await metadataOf(change, sender, extras, reply);
    const before = change.conversation;
    const row: MessageRow = {
      conversation_id: conversationId,
      ...(reply === null ? change.nextPosition({ counts: true }) : change.nextPositionInThread()),
      id,
      sender_id: senderId,
      type: 'text',
      content,
      metadata,
      created_at: change.at,
      edited_at: null,
      deleted_at: null,
      seq: change.nextSeq(),
    };
    await insertMessage(change.trx, row, payloadHash);
    await saveMentions(change, row);
    change.record({ type: 'message', seq: row.seq, message: messageOf(row) });
    if (reply === null) await countSent(change.trx, senderId, before);
    else await reply.count(row);
    return { outcome: 'stored-special', row, epoch: change.epoch };
  });
}

/** What the extras come to under the lock: what they refer to is there, and the sender may see it. */
async function metadataOf(
  change: ConversationChange,
  sender: Selectable<MembersTable>,
  { replyTo, thread: _place, ...extras }: MessageExtras,
  reply: Reply | null,
): Promise<MessageMetadata> {
  const whom = await mentioned(change, sender.user_id, extras);
  const standing = { ...(reply !== null && { thread: reply.place }), ...whom };
  if (replyTo === undefined) return standing;
  const answered = await referredTo(change, sender, replyTo);
  reply?.requireInside(answered);
  const { position, sender_id: senderId } = answered;
  return { ...standing, replyTo: { messageId: replyTo, position, senderId } };
}

/** The reply that a message is in a thread; null for one that stands in the timeline itself. */
async function replyIn(
  change: ConversationChange,
  sender: Selectable<MembersTable>,
  { thread: rootId }: MessageExtras,
): Promise<Reply | null> {
  if (rootId === undefined) return null;
  return Reply.to(change, await findRoot(change.trx, change.conversation, sender, rootId), sender.user_id);
}

/** A message that another one refers to. @throws NOT_FOUND */
async function referredTo(
  change: ConversationChange,
  sender: Selectable<MembersTable>,
  messageId: string,
): Promise<MessageRow> {
  const row = await findMessage(change.trx, change.conversation.id, messageId);
  if (
    row === undefined ||
    row.type === 'system' ||
    row.deleted_at !== null ||
    row.position <= hiddenUpTo(change.conversation, sender)
  ) {
    throw new ParleyError(
      'NOT_FOUND',
      'unable to send the message; what it answers is not there, or you may not see it',
    );
  }
  return row;
}
