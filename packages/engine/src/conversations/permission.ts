import { type Action, may, ParleyError, permissions, type Role } from '@parley/contract';
import type { Selectable } from 'kysely';
import type { ConversationsTable, MembersTable } from '../db/tables.ts';
import type { ConversationChange } from './change.ts';
import { ownMember } from './membership.ts';

/**
 * The viewer's own membership, under the lock, if their role has the permission.
 * @throws NOT_MEMBER; FORBIDDEN in a direct conversation and for a role that has no permission
 */
export async function permittedMember(
  change: ConversationChange,
  userId: string,
  action: Action,
  task: string,
): Promise<Selectable<MembersTable>> {
  const member = await ownMember(change, userId);
  requirePermission(change.conversation, member, action, task);
  return member;
}

/** @throws FORBIDDEN in a direct conversation and for a role that has no permission */
export function requirePermission(
  { kind }: Pick<Selectable<ConversationsTable>, 'kind'>,
  member: Pick<MembersTable, 'role'>,
  action: Action,
  task: string,
): void {
  if (kind === 'direct') {
    throw new ParleyError('FORBIDDEN', `unable to ${task}; this is a direct conversation`);
  }
  if (!may(member.role, action)) {
    throw new ParleyError('FORBIDDEN', `unable to ${task}; only ${whoMay(action)} of the group may`);
  }
}

const names = { owner: 'the owner', admin: 'admins', member: 'members' } as const satisfies Record<
  Role,
  string
>;

function whoMay(action: Action): string {
  const roles = (['owner', 'admin', 'member'] as const).filter(
    (role) => permissions[action][role] !== 'none',
  );
  return roles.map((role) => names[role]).join(' and ');
}
