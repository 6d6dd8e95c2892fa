import { maySetRole, mayStepDown, ParleyError, type RoleSet, type Viewer } from '@parley/contract';
import type { Selectable } from 'kysely';
import type { AuditEvent } from '../audit/events.ts';
import type { MembersTable } from '../db/tables.ts';
import type { ConversationChange } from './change.ts';
import { addNotice, changeRole } from './membership.ts';
import { permittedMember } from './permission.ts';
import { findMember } from './queries.ts';

/**
 * Gives a member another role. Passing ownership on is two changes in the one transaction: there is always one owner.
 * @returns what is to be kept in the audit log
 * @throws NOT_MEMBER, NOT_FOUND, FORBIDDEN
 */
export async function setRole(
  change: ConversationChange,
  viewer: Viewer,
  { conversationId, userId, role }: RoleSet,
): Promise<AuditEvent[]> {
  const action = role === 'owner' ? 'passOnOwnership' : 'setRole';
  const own = userId === viewer.userId;
  const mine = own
    ? await permittedMember(change, viewer.userId, 'leave', 'change the role')
    : await permittedMember(change, viewer.userId, action, 'change the role');
  const member = own ? mine : await findMember(change.trx, conversationId, userId);
  if (member === undefined || member.left_at !== null) {
    throw new ParleyError('NOT_FOUND', 'unable to change the role; the person is not in the conversation');
  }
  if (member.role === role) return [];
  if (own ? !mayStepDown(mine.role, role) : !maySetRole(mine.role, member.role, role))
    throw refusal(own, mine);
  const where = { actorId: viewer.userId, subjectId: userId, conversationId };
  if (role === 'owner') {
    await changeRole(change, mine, 'admin');
    await changeRole(change, member, 'owner');
    await addNotice(change, viewer.userId, { kind: 'owner', userId });
    await change.notify([viewer.userId, userId]);
    return [{ kind: 'ownership-passed-on', ...where }];
  }
  await changeRole(change, member, role);
  await addNotice(change, viewer.userId, { kind: 'role', userId, role });
  await change.notify([userId]);
  return [{ kind: 'role-changed', ...where, details: { from: member.role, to: role } }];
}

function refusal(own: boolean, mine: Selectable<MembersTable>): ParleyError {
  if (!own) return new ParleyError('FORBIDDEN', 'unable to change the role; theirs is not below yours');
  return new ParleyError(
    'FORBIDDEN',
    mine.role === 'owner'
      ? 'unable to change the role; pass ownership on first'
      : 'unable to change the role; yours can only become lower',
  );
}
