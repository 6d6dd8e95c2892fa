import {
  may,
  type Message,
  type MessageEdit,
  type MessageRef,
  ParleyError,
  type StoredMessage,
  type Viewer,
} from '@parley/contract';
import { hiddenUpTo } from '../access.ts';
import { closedError } from '../blocks/reach.ts';
import type { Bus } from '../bus/bus.ts';
import { changeConversation, type ConversationChange } from '../conversations/change.ts';
import { ownMember } from '../conversations/membership.ts';
import type { Selectable } from 'kysely';
import type { Database } from '../db/database.ts';
import type { MembersTable } from '../db/tables.ts';
import { mentionedNow, removeMentions } from '../mentions/mentioned.ts';
import { conversationOf, noSuchMessage } from './find.ts';
import { findMessage, type MessageRow, replaceContent, saveMetadata } from './queries.ts';
import { type MessageMetadata, staysDeleted } from './metadata.ts';
import { messageOf } from './rows.ts';
import { deletePins } from '../pins/queries.ts';
import { deleteReactionsTo } from '../reactions/queries.ts';
import { removeEntries } from '../search/queries.ts';
import { messageViews } from './views.ts';

/** Replaces the content of one's own message. Throws as `MessagesService.edit` says. */
export function editMessage(
  db: Database,
  bus: Bus,
  viewer: Viewer,
  input: MessageEdit,
): Promise<StoredMessage> {
  return changeMessage(db, bus, viewer, input, async (change, row) => {
    if (row.type === 'system' || row.sender_id !== viewer.userId) {
      throw new ParleyError('FORBIDDEN', 'unable to edit the message; it is not yours');
    }
    if (row.deleted_at !== null) {
      throw new ParleyError('CONFLICT', 'unable to edit the message; it is deleted');
    }
    if (change.conversation.closed) {
      throw await closedError(change.trx, row.conversation_id, viewer.userId, 'edit the message');
    }
    const metadata = await mentionedNow(change, row, input);
    if (row.content === input.content && metadata === undefined) return messageOf(row);
    const edited = { content: input.content, edited_at: change.at };
    return amend(change, row, metadata === undefined ? edited : { ...edited, metadata });
  });
}

/** Empties a message and keeps its place. Throws as `MessagesService.delete` says. */
export function deleteMessage(
  db: Database,
  bus: Bus,
  viewer: Viewer,
  input: MessageRef,
): Promise<StoredMessage> {
  return changeMessage(db, bus, viewer, input, async (change, row, member) => {
    const moderates = change.conversation.kind === 'group' && may(member.role, 'deleteMessageOfOthers');
    if (row.type === 'system' || (row.sender_id !== viewer.userId && !moderates)) {
      throw new ParleyError('FORBIDDEN', 'unable to delete the message; it is not yours');
    }
    if (row.deleted_at !== null) return messageOf(row);
    await removeEntries(change.trx, row.conversation_id, [row]);
    await removeMentions(change, [row]);
    await deleteReactionsTo(change.trx, row.conversation_id, [row.position]);
    await deletePins(change.trx, row.conversation_id, [row.position]);
    return amend(change, row, { content: '', deleted_at: change.at, metadata: staysDeleted(row.metadata) });
  });
}

/** Changes a message the viewer can see, under the lock of its conversation. */
export async function changeMessage(
  db: Database,
  bus: Bus,
  viewer: Viewer,
  ref: MessageRef,
  body: (
    change: ConversationChange,
    row: MessageRow,
    member: Selectable<MembersTable>,
  ) => Message | Promise<Message>,
): Promise<StoredMessage> {
  const conversationId = await conversationOf(db, viewer, ref);
  const { message, member, epoch } = await changeConversation(db, bus, conversationId, async (change) => {
    const own = await ownMember(change, viewer.userId);
    const row = await findMessage(change.trx, conversationId, ref.messageId);
    if (row === undefined || row.position <= hiddenUpTo(change.conversation, own)) throw noSuchMessage();
    return { message: await body(change, row, own), member: own, epoch: change.epoch };
  });
  const [view] = await messageViews(db, viewer, member, [message]);
  if (view === undefined) throw noSuchMessage();
  return { ...view, epoch };
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

/**
 * What is done to a message itself takes one that somebody wrote, in a conversation that takes messages.
 * @throws FORBIDDEN for system entries, and as `MessagesService.edit` in a closed conversation; CONFLICT for a deleted one
 */
export async function requireLiving(
  change: ConversationChange,
  row: MessageRow,
  viewer: Viewer,
  task: string,
): Promise<void> {
  if (row.type === 'system') {
    throw new ParleyError('FORBIDDEN', `unable to ${task}; nobody wrote it`);
  }
  if (row.deleted_at !== null) throw new ParleyError('CONFLICT', `unable to ${task}; it is deleted`);
  if (change.conversation.closed)
    throw await closedError(change.trx, row.conversation_id, viewer.userId, task);
}

/** Changes what stands beside a message's content, under a seq the caller took; what is undefined goes. */
export async function remark(
  change: ConversationChange,
  row: MessageRow,
  seq: number,
  marks: { readonly [K in keyof MessageMetadata]: MessageMetadata[K] | undefined },
): Promise<Message> {
  const entries = Object.entries({ ...row.metadata, ...marks }).filter(([, value]) => value !== undefined);
  const metadata: MessageMetadata | null = entries.length === 0 ? null : Object.fromEntries(entries);
  const target = { conversationId: row.conversation_id, position: row.position, seq };
  const message = messageOf(await saveMetadata(change.trx, target, metadata));
  change.record({ type: 'message', seq, message });
  return message;
}
