import type { Self, User } from '@parley/contract';
import type { Selectable } from 'kysely';
import type { UsersTable } from '../db/tables.ts';

/** The columns that others may see, or that say what they may see. */
type Shown = Pick<
  Selectable<UsersTable>,
  'id' | 'username' | 'display_name' | 'avatar' | 'online_until' | 'last_seen_at'
>;

/** A person as others see them. */
export function userOf(row: Shown): User {
  return {
    id: row.id,
    username: row.username,
    displayName: row.display_name,
    avatar: row.avatar,
    isOnline: row.online_until !== null && row.online_until.getTime() > Date.now(),
    lastSeen: row.last_seen_at?.toISOString() ?? null,
  };
}

/** A person as they see themselves. */
export function selfOf(row: Selectable<UsersTable>): Self {
  return { ...userOf(row), email: row.email, emailVerified: row.email_verified_at !== null };
}
