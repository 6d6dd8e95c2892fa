import type { Bus } from '../bus/bus.ts';
import type { Database } from '../db/database.ts';
import { publishChanges } from '../feeds/events.ts';
import type { ChangeEvent } from '../feeds/feed.ts';
import type { OutgoingMessage, SendOutcome } from './queries.ts';
import { messageOf, storedRow } from './rows.ts';

/** Stores a batch in one statement: `sendMessages` or `sendToConversation`. */
type StoreBatch = (
  db: Database,
  batch: readonly OutgoingMessage[],
  skipLocked: boolean,
) => Promise<SendOutcome[]>;

/** Stores a batch, and announces what became of it after the commit, one publish per conversation. */
export async function sendBatch(
  db: Database,
  bus: Bus,
  store: StoreBatch,
  batch: readonly OutgoingMessage[],
  skipLocked: boolean,
): Promise<SendOutcome[]> {
  const outcomes = await store(db, batch, skipLocked);
  const events = new Map<string, ChangeEvent[]>();
  for (const outcome of outcomes) {
    const sent = batch[outcome.index];
    if (outcome.outcome !== 'stored' || sent === undefined) continue;
    const { epoch, member_version: memberVersion, seq } = outcome.row;
    const row = { type: 'message' as const, seq, message: messageOf(storedRow(sent, outcome.row)) };
    const known = events.get(sent.conversationId);
    if (known === undefined) events.set(sent.conversationId, [{ epoch, seq, memberVersion, row }]);
    else known.push({ epoch, seq, memberVersion, row });
  }
  for (const [conversationId, changes] of events) {
    publishChanges(
      bus,
      conversationId,
      changes.toSorted((a, b) => a.seq - b.seq),
    );
  }
  return outcomes;
}
