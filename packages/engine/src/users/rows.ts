import type { Self, User } from '@parley/contract';
import type { Selectable } from 'kysely';
import type { UsersTable } from '../db/tables.ts';
import type { PersonRow } from './queries.ts';

/** A person as somebody else sees them; `hidden` when one of the two has blocked the other. */
export function userOf(row: PersonRow): User {
  return {
    id: row.id,
    username: row.username,
    displayName: row.display_name,
    avatar: row.avatar,
    isOnline: !row.hidden && row.online_until !== null && row.online_until.getTime() > Date.now(),
    lastSeen: row.hidden ? null : (row.last_seen_at?.toISOString() ?? null),
    ...(row.deleted_at === null ? {} : { deleted: true }),
  };
}

/** A person as they see themselves. */
export function selfOf(row: Selectable<UsersTable>): Self {
  return {
    ...userOf({ ...row, hidden: false }),
    email: row.email,
    emailVerified: row.email_verified_at !== null,
  };
}
