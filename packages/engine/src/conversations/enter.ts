import { ParleyError, type Viewer } from '@parley/contract';
import type { Selectable } from 'kysely';
import type { MembersTable } from '../db/tables.ts';
import { holdPeople } from '../users/queries.ts';
import type { ConversationChange } from './change.ts';
import { addNotice, join } from './membership.ts';

/** Whether somebody is in, by their own row. */
export function isIn(
  member: Pick<Selectable<MembersTable>, 'left_at'> | undefined,
): member is Selectable<MembersTable> {
  return member?.left_at === null;
}

/**
 * Whoever was removed by somebody else comes back only when somebody adds them.
 * @throws FORBIDDEN
 */
export function requireNotRemoved(
  member: Pick<Selectable<MembersTable>, 'removed'> | undefined,
  task: string,
): void {
  if (member?.removed !== true) return;
  throw new ParleyError(
    'FORBIDDEN',
    `unable to ${task}; you were removed from the group, and have to be added`,
  );
}

/**
 * Has somebody who is not in a group join on their own. An abandoned one is theirs.
 * @throws CONFLICT when it is full
 */
export async function enter(change: ConversationChange, viewer: Viewer): Promise<void> {
  const { userId } = viewer;
  const [person] = await holdPeople(change.trx, [userId]);
  if (person === undefined || person.deleted_at !== null)
    throw new ParleyError('UNAUTHENTICATED', 'unable to join; the account is gone');
  const role = (await change.members()) === 0 ? 'owner' : 'member';
  await join(change, [{ userId, role }]);
  await addNotice(change, userId, { kind: 'joined' });
  await change.notify([userId]);
}
