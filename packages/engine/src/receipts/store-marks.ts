import type { Bus } from '../bus/bus.ts';
import type { Database } from '../db/database.ts';
import { type InboxHint, publishHints } from '../feeds/events.ts';
import { receiptsChannel, receiptsPayload } from './channel.ts';
import { type Mark, markMembers, type MarkRow } from './queries.ts';

/**
 * Stores a batch of marks, and announces after the commit what they moved: to the readers' own devices, and to those who
 * follow the receipts of a conversation, unless it has too many members for that.
 */
export async function storeMarks(
  db: Database,
  bus: Bus,
  marks: readonly Mark[],
  skipLocked: boolean,
): Promise<readonly MarkRow[]> {
  const rows = await markMembers(db, marks, skipLocked);
  const moved = rows.filter(({ outcome }) => outcome === 'moved');
  publishHints(bus, moved.flatMap(hintOf));
  const told = moved.filter((row) => !row.crowd && !row.private);
  for (const [conversationId, group] of Map.groupBy(told, (row) => row.conversation_id)) {
    const words = group.map((row) => ({
      userId: row.user_id,
      deliveredPosition: row.delivered_position,
      readPosition: row.read_position,
    }));
    const epoch = group[0]?.epoch ?? '';
    bus.whisper(receiptsChannel(conversationId), receiptsPayload({ epoch, words }));
  }
  return rows;
}

function hintOf({ user_id: userId, epoch, inbox_seq: inboxSeq }: MarkRow): InboxHint[] {
  return inboxSeq === null ? [] : [{ userId, epoch, inboxSeq }];
}
