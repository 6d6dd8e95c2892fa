import {
  limits,
  type MessageRef,
  ParleyError,
  type SavedList,
  type SavedMessage,
  type SavedPage,
  type SavedService,
  type Viewer,
} from '@parley/contract';
import type { Bus } from '../bus/bus.ts';
import type { Database, Locking } from '../db/database.ts';
import { inTransaction } from '../db/transaction.ts';
import { publishHints } from '../feeds/events.ts';
import { inSnapshot } from '../feeds/queries.ts';
import { findVisible } from '../messages/find.ts';
import type { MessageRow } from '../messages/queries.ts';
import { messageOf } from '../messages/rows.ts';
import { bumpOwn } from '../people/queries.ts';
import { withOwnReactions } from '../reactions/own.ts';
import { countSaved, deleteSaved, findSaved, insertSaved, listSaved, lockPerson } from './queries.ts';

export function savedService(db: Database, bus: Bus): SavedService {
  return {
    add: (viewer, input) => save(db, bus, viewer, input),

    async remove(viewer, { messageId, conversationId = null }) {
      const bumped = await inTransaction(db, async (trx) => {
        await lockPerson(trx, viewer.userId);
        const removed = await deleteSaved(trx, viewer.userId, messageId, conversationId);
        return removed ? bumpOwn(trx, viewer.userId, 'saved_seq') : undefined;
      });
      if (bumped !== undefined) publishHints(bus, [{ userId: viewer.userId, ...bumped }]);
    },

    list: (viewer, input) => list(db, viewer, input),
  };
}

async function save(db: Database, bus: Bus, viewer: Viewer, input: MessageRef): Promise<SavedMessage> {
  const row = await inSnapshot(db, async (snapshot) => (await findVisible(snapshot, viewer, input)).row);
  requireSavable(row);
  const { savedAt, bumped } = await inTransaction(db, (trx) => insert(trx, viewer, row));
  if (bumped !== undefined) publishHints(bus, [{ userId: viewer.userId, ...bumped }]);
  return saved(db, viewer, row, savedAt);
}

/** @throws CONFLICT for one too many */
async function insert(trx: Locking, { userId }: Viewer, { conversation_id, position, id }: MessageRow) {
  await lockPerson(trx, userId);
  const known = await findSaved(trx, userId, conversation_id, id);
  if (known !== undefined) return { savedAt: known.saved_at };
  if ((await countSaved(trx, userId)) >= limits.saved) {
    throw new ParleyError('CONFLICT', `unable to save the message; you have saved ${limits.saved} already`);
  }
  const bumped = await bumpOwn(trx, userId, 'saved_seq');
  const savedAt = new Date();
  await insertSaved(trx, {
    ...{ user_id: userId, message_id: id, conversation_id, position },
    ...{ saved_at: savedAt, inbox_seq: bumped.inboxSeq },
  });
  return { savedAt, bumped };
}

function requireSavable(row: MessageRow): void {
  if (row.type === 'system') {
    throw new ParleyError('FORBIDDEN', 'unable to save the message; nobody wrote it');
  }
  if (row.deleted_at !== null) {
    throw new ParleyError('CONFLICT', 'unable to save the message; it is deleted');
  }
}

async function saved(db: Database, viewer: Viewer, row: MessageRow, savedAt: Date): Promise<SavedMessage> {
  const [message = messageOf(row)] = await withOwnReactions(db, viewer.userId, [messageOf(row)]);
  return { message, savedAt: savedAt.toISOString() };
}

async function list(db: Database, viewer: Viewer, { cursor, limit }: SavedList): Promise<SavedPage> {
  const before = cursor === undefined ? Number.MAX_SAFE_INTEGER : readCursor(cursor);
  const rows = await listSaved(db, viewer.userId, before, limit + 1);
  const page = rows.slice(0, limit);
  const messages = await withOwnReactions(db, viewer.userId, page.map(messageOf));
  const last = rows.length > limit ? page.at(-1) : undefined;
  return {
    saved: messages.map((message, index) => ({
      message,
      savedAt: (page[index]?.saved_at ?? new Date(message.createdAt)).toISOString(),
    })),
    nextCursor: last === undefined ? null : String(last.saved_seq),
  };
}

function readCursor(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new ParleyError('INVALID_INPUT', 'unable to list what is saved; the cursor is not one of a page', {
    fields: [{ path: 'cursor', message: 'must be the nextCursor of a page' }],
  });
}
