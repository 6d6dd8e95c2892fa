import type { MarkRead, ReadMark, Viewer } from '@parley/contract';
import { type Access, accessTo, hiddenUpTo, notMember } from '../access.ts';
import type { Bus } from '../bus/bus.ts';
import { bumpInboxes } from '../conversations/queries.ts';
import { readStateOf } from '../conversations/rows.ts';
import type { Database, Locking } from '../db/database.ts';
import { inTransaction } from '../db/transaction.ts';
import { publishHints } from '../feeds/events.ts';
import { noSuchMessage } from './find.ts';
import { markReadPast, moveMark } from './moved-mark.ts';
import { countsAt, lockOwnMember, positionsOf, saveRead } from './queries.ts';

/**
 * Moves the viewer's read position up. It needs the lock of the member row only: a send that moves it too takes the same,
 * and what is read of the timeline afterwards holds every message that has been counted on it.
 * @throws NOT_MEMBER; NOT_FOUND when one of the messages named is not there to see
 */
export async function markRead(db: Database, bus: Bus, viewer: Viewer, input: MarkRead): Promise<ReadMark> {
  const { conversationId } = input;
  const { read, hints } = await inTransaction(db, async (trx) => {
    const locked = await lockOwnMember(trx, conversationId, viewer.userId);
    if (locked === undefined) throw notMember();
    const { conversation, member, epoch } = await accessTo(trx, conversationId, viewer.userId);
    const position = await readUpTo(trx, input, conversation, hiddenUpTo(conversation, member));
    const mark = await markReadPast(trx, conversationId, viewer.userId, position, input);
    const forward = position > member.read_position;
    if (!forward && mark === undefined)
      return { read: { ...readStateOf(conversation, member), epoch }, hints: [] };
    const { ordinal, ownAfter } = await countsAt(trx, conversationId, viewer.userId, position);
    const sent = member.sent - ownAfter;
    const marked = forward
      ? { ...member, read_position: position, read_ordinal: ordinal, read_sent: sent }
      : member;
    if (forward) await saveRead(trx, marked);
    const bumped = await bumpInboxes(trx, conversationId, [viewer.userId]);
    const state = readStateOf(conversation, marked);
    const inboxSeq = bumped[0]?.inbox_seq ?? 0;
    const moved =
      mark && (await moveMark(trx, mark, inboxSeq, state, { position: position + 1, ordinal, sent }));
    return {
      read: { ...state, epoch, ...(moved && { settings: moved }) },
      hints: [{ userId: viewer.userId, epoch, inboxSeq }],
    };
  });
  publishHints(bus, hints);
  return read;
}

/** The position that was read up to: the one told, the highest of the messages named, or the latest. */
async function readUpTo(
  trx: Locking,
  { position, messageIds }: MarkRead,
  { id, last_position: latest }: Access['conversation'],
  hidden: number,
): Promise<number> {
  if (messageIds === undefined) return Math.min(position ?? latest, latest);
  const positions = await positionsOf(trx, id, messageIds, hidden);
  if (positions.length < new Set(messageIds).size) throw noSuchMessage();
  return Math.min(Math.max(...positions), latest);
}
