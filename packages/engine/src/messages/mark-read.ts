import type { MarkRead, ReadMark, Viewer } from '@parley/contract';
import { accessTo, hiddenUpTo, notMember } from '../access.ts';
import { readStateOf } from '../conversations/rows.ts';
import type { Database } from '../db/database.ts';
import type { MarkQueue } from '../receipts/mark-queue.ts';
import { noSuchMessage } from './find.ts';
import { positionsOf } from './queries.ts';

/** Past every position: as far as the conversation goes when the mark is stored. */
const latest = Number.MAX_SAFE_INTEGER;

/**
 * Moves the viewer's read position up, together with those of others who read at the same time.
 * @throws NOT_MEMBER; NOT_FOUND when one of the messages named is not there to see
 */
export async function markRead(
  db: Database,
  queue: MarkQueue,
  viewer: Viewer,
  input: MarkRead,
): Promise<ReadMark> {
  const { conversationId } = input;
  const read = await readUpTo(db, viewer, input);
  const marked = await queue.mark({ conversationId, userId: viewer.userId, delivered: 0, read });
  if (marked.outcome === 'not-member') throw notMember();
  return { ...readStateOf(marked, marked), epoch: marked.epoch };
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
