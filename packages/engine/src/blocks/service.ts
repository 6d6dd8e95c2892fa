import { type BlocksService, ParleyError, type Viewer } from '@parley/contract';
import type { Bus } from '../bus/bus.ts';
import { directConversationId } from '../conversations/direct-id.ts';
import { lockConversation } from '../conversations/queries.ts';
import type { Database, Locking } from '../db/database.ts';
import { inTransaction } from '../db/transaction.ts';
import { publishHints } from '../feeds/events.ts';
import { bumpOwn } from '../people/queries.ts';
import { publishSilence } from '../people/silences.ts';
import { findUsers } from '../users/queries.ts';
import { userOf } from '../users/rows.ts';
import { closeOrOpen, deleteBlock, insertBlock, listBlocks, lockPair } from './queries.ts';

export function blocksService(db: Database, bus: Bus): BlocksService {
  return {
    async add(viewer, { userId }) {
      if (userId === viewer.userId) {
        throw new ParleyError('INVALID_INPUT', 'unable to block the person; it is you');
      }
      const [person] = await findUsers(db, [userId]);
      if (person === undefined || person.deleted_at !== null) {
        throw new ParleyError('NOT_FOUND', 'unable to block the person; no such account');
      }
      await changeBlock(db, bus, viewer, userId, (trx) => insertBlock(trx, viewer.userId, userId));
      publishSilence(bus, viewer.userId, userId);
    },

    remove: (viewer, { userId }) =>
      changeBlock(db, bus, viewer, userId, (trx) => deleteBlock(trx, viewer.userId, userId)),

    async list(viewer, { after, limit }) {
      const rows = await listBlocks(db, viewer.userId, after ?? null, limit + 1);
      const page = rows.slice(0, limit);
      return {
        blocks: page.map(({ user, blockedAt }) => ({
          user: userOf({ ...user, is_online: false, hidden: true }),
          blockedAt: blockedAt.toISOString(),
        })),
        nextAfter: rows.length > limit ? (page.at(-1)?.user.id ?? null) : null,
      };
    },
  };
}

/**
 * Changes a block under the lock of the direct conversation of the two, if there is one: a send that was first is stored, one
 * that comes later finds it closed.
 * @param body whether it changed anything
 */
async function changeBlock(
  db: Database,
  bus: Bus,
  { userId: viewerId }: Viewer,
  otherId: string,
  body: (trx: Locking) => Promise<boolean>,
): Promise<void> {
  const directId = directConversationId(viewerId, otherId);
  const bumped = await inTransaction(db, async (trx) => {
    await lockPair(trx, directId);
    const direct = await lockConversation(trx, directId);
    if (!(await body(trx))) return undefined;
    if (direct !== undefined) await closeOrOpen(trx, directId, viewerId, otherId);
    return bumpOwn(trx, viewerId, 'blocks_seq');
  });
  if (bumped !== undefined) publishHints(bus, [{ userId: viewerId, ...bumped }]);
}
