import { type MessageReceipts, type ReceiptsOf, type ReceiptsService, type Viewer } from '@parley/contract';
import { accessTo, hiddenUpTo, notMember } from '../access.ts';
import type { Database } from '../db/database.ts';
import { asServiceError } from '../db/errors.ts';
import type { ConversationFeeds } from '../feeds/conversation-feeds.ts';
import { inSnapshot } from '../feeds/queries.ts';
import { inTime } from '../in-time.ts';
import { conversationOf, noSuchMessage } from '../messages/find.ts';
import { findMessage } from '../messages/queries.ts';
import { silencedFor } from '../people/silenced.ts';
import type { Silences } from '../people/silences.ts';
import type { MarkQueue } from './mark-queue.ts';
import { countReceipts, listReceipts, whoReceived } from './queries.ts';
import { ReceiptsWatcher } from './receipts-watcher.ts';
import type { ReceiptRooms } from './rooms.ts';

/** For a watcher to be admitted, in milliseconds. */
const startMs = 15_000;
/** After an acknowledgement the next one is to wait so long, in milliseconds. */
const waits = {
  /** In a conversation with more members than are followed live, where nobody sees it come in. */
  crowdMs: 10_000,
  /** Of somebody whose receipts nobody sees. */
  privateMs: 600_000,
};

export interface ReceiptsParts {
  readonly db: Database;
  readonly queue: MarkQueue;
  readonly feeds: ConversationFeeds;
  readonly rooms: ReceiptRooms;
  readonly silences: Silences;
}

export function receiptsService({ db, queue, feeds, rooms, silences }: ReceiptsParts): ReceiptsService {
  return {
    async delivered({ userId }, { marks }) {
      const marked = await Promise.all(
        marks.map(({ conversationId, position }) =>
          queue.mark({ conversationId, userId, delivered: position, read: 0 }),
        ),
      );
      // Of a conversation that one is not in nothing is said.
      const own = marked.filter(({ outcome }) => outcome !== 'not-member');
      const told = new Map(own.map((row) => [row.conversation_id, waitAfter(row)]));
      return { waits: [...told].flatMap(([conversationId, ms]) => (ms > 0 ? { conversationId, ms } : [])) };
    },

    list: ({ userId }, { conversationId, after, limit }) =>
      inSnapshot(db, async (snapshot) => {
        const { epoch } = await accessTo(snapshot, conversationId, userId);
        const rows = await listReceipts(snapshot, conversationId, userId, after ?? null, limit + 1);
        const receipts = rows.slice(0, limit);
        return { receipts, nextAfter: nextAfter(rows, limit), epoch };
      }),

    of: (viewer, input) => inSnapshot(db, (snapshot) => receiptsOf(snapshot, viewer, input)),

    async watch({ userId }, { conversationId }) {
      const [feed] = await feeds.open([conversationId]);
      if (feed === undefined) throw notMember();
      const watcher = new ReceiptsWatcher(
        { db, feed, userId, task: 'watch receipts' },
        {
          closed: () => {
            release();
            rooms.leave(conversationId, watcher);
            feeds.release(conversationId);
          },
          stale: () => rooms.stale(conversationId),
          readmitted: () => rooms.greet(conversationId, watcher),
        },
      );
      const release = silences.hold(userId, (otherId) => {
        watcher.silenced.add(otherId);
        rooms.greet(conversationId, watcher);
      });
      try {
        for (const otherId of await silencedFor(db, userId)) watcher.silenced.add(otherId);
        await inTime(watcher.admit(), startMs, 'watch receipts');
        await rooms.join(conversationId, watcher);
      } catch (error) {
        watcher.stream.end();
        throw asServiceError(error);
      }
      return watcher.stream;
    },
  };
}

function waitAfter(row: { readonly private: boolean; readonly crowd: boolean }): number {
  if (row.private) return waits.privateMs;
  return row.crowd ? waits.crowdMs : 0;
}

/** Of one snapshot with the membership: whoever is removed meanwhile sees nothing of what came after. */
async function receiptsOf(db: Database, viewer: Viewer, input: ReceiptsOf): Promise<MessageReceipts> {
  const { state = 'delivered', after = null, limit } = input;
  const conversationId = await conversationOf(db, viewer, input);
  const { conversation, member } = await accessTo(db, conversationId, viewer.userId);
  const row = await findMessage(db, conversationId, input.messageId);
  if (row === undefined || row.position <= hiddenUpTo(conversation, member)) throw noSuchMessage();
  const { position } = row;
  const message = { conversationId, position, senderId: row.sender_id };
  const counts = await countReceipts(db, message, viewer.userId);
  const people = await whoReceived(db, message, viewer.userId, { state, after, limit: limit + 1 });
  return {
    ...{ conversationId, messageId: row.id, position, ...counts },
    people: people.slice(0, limit),
    nextAfter: nextAfter(people, limit),
  };
}

/** Where the next page begins, given one row more than this one has. */
function nextAfter(rows: readonly { readonly userId: string }[], limit: number): string | null {
  return rows.length > limit ? (rows[limit - 1]?.userId ?? null) : null;
}
