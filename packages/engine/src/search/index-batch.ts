import type { Database } from '../db/database.ts';
import { inTransaction } from '../db/transaction.ts';
import {
  changedMessages,
  type ChangedMessage,
  commitUnhurried,
  type IndexState,
  insertProgress,
  lockProgress,
  removeEntries,
  saveEntries,
  saveProgress,
} from './queries.ts';
import { hasLink } from './text/links.ts';
import { vectorOf } from './text/vector.ts';

/** Messages of one batch at most. */
export const batchMessages = 500;

/**
 * Brings the index on, in one transaction of a bounded size: what changed in the conversations, in their order, is read behind
 * the place each was indexed up to. Conversations that another process is indexing are left to it.
 * @returns those that are not done
 */
export async function indexBatch(db: Database, states: readonly IndexState[]): Promise<string[]> {
  return inTransaction(db, async (trx) => {
    await commitUnhurried(trx);
    await insertProgress(
      trx,
      states.flatMap(({ id, indexed_seq: seq }) => (seq === null ? [id] : [])),
    );
    const places = await lockProgress(
      trx,
      states.map(({ id }) => id),
    );
    const plan = sharesOf(states, places);
    const messages = await changedMessages(trx, plan.shares);
    await store(trx, messages);
    const read = Map.groupBy(messages, (message) => message.conversation_id);
    const reached = plan.shares.map(({ id, quota, lastSeq }): [string, number] => {
      const own = read.get(id) ?? [];
      const last = own.at(-1)?.seq ?? 0;
      return [id, own.length < quota ? Math.max(last, lastSeq) : last];
    });
    await saveProgress(trx, new Map(reached));
    const short = plan.shares.filter(({ lastSeq }, index) => (reached[index]?.[1] ?? 0) < lastSeq);
    return [...short.map(({ id }) => id), ...plan.left];
  });
}

/** How many messages each conversation may have of the batch; `left` are those for which there is no place in it. */
function sharesOf(states: readonly IndexState[], places: ReadonlyMap<string, number>) {
  let room = batchMessages;
  const shares: { id: string; since: number; quota: number; lastSeq: number }[] = [];
  const left: string[] = [];
  for (const { id, last_seq: lastSeq } of states) {
    const since = places.get(id);
    if (since === undefined || since >= lastSeq) continue;
    const quota = Math.min(room, lastSeq - since);
    if (quota === 0) left.push(id);
    else shares.push({ id, since, quota, lastSeq });
    room -= quota;
  }
  return { shares, left };
}

async function store(
  trx: Parameters<typeof saveEntries>[0],
  messages: readonly ChangedMessage[],
): Promise<void> {
  const entries = messages.map((message) => ({
    conversationId: message.conversation_id,
    position: message.position,
    at: message.created_at,
    senderId: message.sender_id,
    hasLink: hasLink(message.content),
    words: message.type === 'text' && message.deleted_at === null ? vectorOf(message.content) : '',
  }));
  await saveEntries(
    trx,
    entries.filter(({ words }) => words !== ''),
  );
  await removeEntries(
    trx,
    entries.filter(({ words }) => words === ''),
  );
}
