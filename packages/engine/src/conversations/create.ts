import { type ConversationCreate, newId, ParleyError, type Viewer } from '@parley/contract';
import { lockPair } from '../blocks/queries.ts';
import { requireReachable } from '../blocks/reach.ts';
import type { Bus } from '../bus/bus.ts';
import type { Database } from '../db/database.ts';
import { inTransaction } from '../db/transaction.ts';
import { announce, ConversationChange } from './change.ts';
import { directConversationId } from './direct-id.ts';
import { addNotice, join } from './membership.ts';
import { conversationExists, insertConversation, readClock } from './queries.ts';
import { conversationInfoOf } from './rows.ts';

/**
 * Makes a group, or makes or finds the direct conversation of two people.
 * @returns its id, and whether it was made
 */
export async function createConversation(
  db: Database,
  bus: Bus,
  viewer: Viewer,
  input: ConversationCreate,
): Promise<{ id: string; created: boolean }> {
  const others = [...new Set(input.participantIds)].filter((userId) => userId !== viewer.userId);
  const [peer] = others;
  if (peer === undefined) {
    throw new ParleyError('INVALID_INPUT', 'unable to create the conversation; it needs somebody else', {
      fields: [{ path: 'participantIds', message: 'must name somebody else' }],
    });
  }
  const direct = others.length === 1 && input.title === undefined;
  const id = direct ? directConversationId(viewer.userId, peer) : newId();
  if (direct && (await conversationExists(db, id))) return { id, created: false };
  const made = await inTransaction(db, async (trx) => {
    if (direct) await lockPair(trx, id);
    const { epoch, at } = await readClock(trx);
    const row = await insertConversation(trx, {
      id,
      kind: direct ? 'direct' : 'group',
      title: input.title ?? null,
      avatar: null,
      history: input.history ?? 'full',
      created_by: viewer.userId,
      created_at: at,
      updated_at: at,
      // Nobody is in it yet, which is a count.
      counted_version: 0,
    });
    // Somebody made the same direct conversation at the same time.
    if (row === undefined) return null;
    const change = new ConversationChange(trx, row, epoch, at);
    await requireReachable(trx, viewer.userId, others, 'create the conversation');
    const seq = change.set({});
    change.record({ type: 'conversation', seq, conversation: conversationInfoOf(change.conversation) });
    const role = direct ? 'member' : 'owner';
    await join(change, [
      { userId: viewer.userId, role },
      ...others.map((userId) => ({ userId, role: 'member' as const })),
    ]);
    if (!direct) await addNotice(change, viewer.userId, { kind: 'created' });
    await change.save();
    await change.notify([viewer.userId, ...others]);
    return change;
  });
  if (made !== null) announce(bus, id, made);
  return { id, created: made !== null };
}
