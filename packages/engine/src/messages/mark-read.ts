import type { MarkRead, ReadMark, Viewer } from '@parley/contract';
import { accessTo, hiddenUpTo, notMember } from '../access.ts';
import type { Bus } from '../bus/bus.ts';
import { bumpInboxes } from '../conversations/queries.ts';
import { readStateOf } from '../conversations/rows.ts';
import type { Database } from '../db/database.ts';
import { inTransaction } from '../db/transaction.ts';
import { publishHints } from '../feeds/events.ts';
import type { MarkQueue } from '../receipts/mark-queue.ts';
import { noSuchMessage } from './find.ts';
import { markReadPast, moveMark } from './moved-mark.ts';
import { countsAt, lockOwnMember, positionsOf } from './queries.ts';

/** Past every position: as far as the conversation goes when the mark is stored. */
const latest = Number.MAX_SAFE_INTEGER;

interface MarkReadParts {
  readonly db: Database;
  readonly bus: Bus;
  readonly marks: MarkQueue;
}

/**
 * Moves the viewer's read position up, together with those of others who read at the same time. Who has marked the
 * conversation as unread, as few have, has that mark moved after it: a repeated call makes up for one that was cut off.
 * @throws NOT_MEMBER; NOT_FOUND when one of the messages named is not there to see
 */
export async function markRead(
  { db, bus, marks }: MarkReadParts,
  viewer: Viewer,
  input: MarkRead,
): Promise<ReadMark> {
  const { conversationId } = input;
  const read = await readUpTo(db, viewer, input);
  const marked = await marks.mark({ conversationId, userId: viewer.userId, delivered: 0, read });
  if (marked.outcome === 'not-member') throw notMember();
  const state = { ...readStateOf(marked, marked), epoch: marked.epoch };
  if (!marked.marked_unread) return state;
  const position = read === latest ? marked.read_position : Math.min(read, marked.last_position);
  return (await moveMarkPast(db, bus, viewer, input, position)) ?? state;
}

/** The position that was read up to: the one told, the highest of the messages named, or the latest. */
async function readUpTo(
  db: Database,
  { userId }: Viewer,
  { conversationId, position, messageIds }: MarkRead,
): Promise<number> {
  if (messageIds === undefined) return position ?? latest;
  const { conversation, member } = await accessTo(db, conversationId, userId);
  const positions = await positionsOf(db, conversationId, messageIds, hiddenUpTo(conversation, member));
  if (positions.length < new Set(messageIds).size) throw noSuchMessage();
  return Math.max(...positions);
}

/**
 * Moves the viewer's mark as unread behind what was read, under the lock of their member row.
 * @returns undefined when there is none that it moves
 */
async function moveMarkPast(
  db: Database,
  bus: Bus,
  { userId }: Viewer,
  input: MarkRead,
  position: number,
): Promise<ReadMark | undefined> {
  const { conversationId } = input;
  const moved = await inTransaction(db, async (trx) => {
    if ((await lockOwnMember(trx, conversationId, userId)) === undefined) throw notMember();
    const { conversation, member, epoch } = await accessTo(trx, conversationId, userId);
    const mark = await markReadPast(trx, conversationId, userId, position, input);
    if (mark === undefined) return undefined;
    const { ordinal, ownAfter } = await countsAt(trx, conversationId, userId, position);
    const [bumped] = await bumpInboxes(trx, conversationId, [userId]);
    const inboxSeq = bumped?.inbox_seq ?? 0;
    const state = readStateOf(conversation, member);
    const from = { position: position + 1, ordinal, sent: member.sent - ownAfter };
    const settings = await moveMark(trx, mark, inboxSeq, state, from);
    return { read: { ...state, epoch, settings }, hint: { userId, epoch, inboxSeq } };
  });
  if (moved === undefined) return undefined;
  publishHints(bus, [moved.hint]);
  return moved.read;
}
