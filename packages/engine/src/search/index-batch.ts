import type { Database } from '../db/database.ts';
import { inTransaction } from '../db/transaction.ts';
import {
  changedMessages,
  type ChangedMessage,
  type ChangedMessages,
  claimProgress,
  commitUnhurried,
  type Entry,
  type IndexState,
  saveEntries,
} from './queries.ts';
import { hasLink } from './text/links.ts';
import { vectorOf } from './text/vector.ts';

/** Messages of one batch at most. */
const batchMessages = 500;

/**
 * Brings the index on, in one transaction of a bounded size: what changed in the conversations, in their order, is read behind
 * the place each was indexed up to. Conversations that another process is indexing are left to it.
 * @returns those that are not done
 */
export async function indexBatch(db: Database, states: readonly IndexState[]): Promise<string[]> {
  return inTransaction(db, async (trx) => {
    await commitUnhurried(trx);
    const claimed = await claimProgress(
      trx,
      states.map(({ id }) => id),
    );
    const { shares, left } = sharesOf(states, claimed);
    const messages = await changedMessages(trx, shares);
    const reached = reachedWith(shares, messages);
    await saveEntries(trx, messages.map(entryOf), reached);
    const short = shares.filter(({ id, lastSeq }) => (reached.get(id) ?? 0) < lastSeq);
    return [...short.map(({ id }) => id), ...left];
  });
}

interface Share extends ChangedMessages {
  readonly lastSeq: number;
}

/** How many messages each conversation may have of the batch; `left` are those for which there is no place in it. */
function sharesOf(states: readonly IndexState[], claimed: ReadonlyMap<string, number>) {
  let room = batchMessages;
  const shares: Share[] = [];
  const left: string[] = [];
  for (const { id, last_seq: lastSeq } of states) {
    const since = claimed.get(id);
    if (since === undefined || since >= lastSeq) continue;
    const quota = Math.min(room, lastSeq - since);
    if (quota === 0) left.push(id);
    else shares.push({ id, since, quota, lastSeq });
    room -= quota;
  }
  return { shares, left };
}

/** Up to which seq each conversation is indexed with these messages: all of it when there were fewer than there might be. */
function reachedWith(
  shares: readonly Share[],
  messages: readonly ChangedMessage[],
): ReadonlyMap<string, number> {
  const read = Map.groupBy(messages, (message) => message.conversation_id);
  return new Map(
    shares.map(({ id, quota, lastSeq }) => {
      const own = read.get(id) ?? [];
      const last = own.at(-1)?.seq ?? 0;
      return [id, own.length < quota ? Math.max(last, lastSeq) : last];
    }),
  );
}

function entryOf(message: ChangedMessage): Entry {
  return {
    conversationId: message.conversation_id,
    position: message.position,
    at: message.created_at,
    senderId: message.sender_id,
    hasLink: hasLink(message.content),
    words: message.type === 'text' && message.deleted_at === null ? vectorOf(message.content) : '',
  };
}
