import { may, ParleyError, type Viewer } from '@parley/contract';
import { blocksAmong } from '../blocks/queries.ts';
import { isIn, requireNotRemoved } from '../conversations/enter.ts';
import { findMember } from '../conversations/queries.ts';
import type { Database } from '../db/database.ts';
import type { FoundInvitation } from './queries.ts';

const task = 'open the invitation';

/**
 * Requires an invitation to be good for the viewer, who is not in the group. Whom the one who invites has blocked is told what
 * anybody is told of one that was revoked: not that they are blocked.
 * @throws CONFLICT when it is not good any more; FORBIDDEN for whom somebody has removed, and for whoever has blocked the one who
 * invites
 */
export async function requireGood(db: Database, viewer: Viewer, invitation: FoundInvitation): Promise<void> {
  const { conversation_id: conversationId, created_by: inviterId, max_uses: maxUses, uses } = invitation;
  requireNotRemoved(await findMember(db, conversationId, viewer.userId), task);
  if (invitation.revoked_at !== null) throw over('it was revoked');
  if (invitation.expired) throw over('it has expired');
  if (maxUses !== null && uses >= maxUses) throw over('it is used up');
  const inviter = await findMember(db, conversationId, inviterId);
  if (!isIn(inviter) || !may(inviter.role, 'invite')) throw over('it was revoked');
  const { blocked, blocking } = await blocksAmong(db, viewer.userId, [inviterId]);
  if (blocked.size > 0) throw new ParleyError('FORBIDDEN', `unable to ${task}; you have blocked the person`);
  if (blocking.size > 0) throw over('it was revoked');
}

function over(reason: string): ParleyError {
  return new ParleyError('CONFLICT', `unable to ${task}; ${reason}`);
}
