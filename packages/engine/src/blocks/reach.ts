import { ParleyError } from '@parley/contract';
import type { Database, Locking } from '../db/database.ts';
import { holdPeople } from '../users/queries.ts';
import { blocksAmong, hasBlockedPeer } from './queries.ts';

/**
 * Somebody who cannot be reached: what is said is the same for a deleted account and for one that has blocked the viewer, who
 * is not to learn which it is.
 */
function unreachable(task: string): ParleyError {
  return new ParleyError('FORBIDDEN', `unable to ${task}; the person cannot be reached`);
}

function blockedByOneself(task: string): ParleyError {
  return new ParleyError('FORBIDDEN', `unable to ${task}; you have blocked the person`);
}

/**
 * Holds people who are to be brought together with the viewer, so that none of them is deleted before that is done.
 * @throws NOT_FOUND when one of them has no account; FORBIDDEN when one cannot be reached, or is blocked by the viewer
 */
export async function requireReachable(
  trx: Locking,
  viewerId: string,
  userIds: readonly string[],
  task: string,
): Promise<void> {
  const people = await holdPeople(trx, [viewerId, ...userIds]);
  if (people.length < new Set([viewerId, ...userIds]).size) {
    throw new ParleyError('NOT_FOUND', 'unable to add people; one of them has no account');
  }
  const { blocked, blocking } = await blocksAmong(trx, viewerId, userIds);
  if (blocked.size > 0) throw blockedByOneself(task);
  if (blocking.size > 0 || people.some(({ deleted_at }) => deleted_at !== null)) throw unreachable(task);
}

/** Why a direct conversation takes nothing from its viewer. */
export async function closedError(
  db: Database,
  conversationId: string,
  viewerId: string,
  task: string,
): Promise<ParleyError> {
  return (await hasBlockedPeer(db, conversationId, viewerId)) ? blockedByOneself(task) : unreachable(task);
}
