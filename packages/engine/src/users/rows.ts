import type { Self, User } from '@parley/contract';
import type { Selectable } from 'kysely';
import type { UsersTable } from '../db/tables.ts';
import type { PublicUser } from './queries.ts';

/** A person as others see them. */
export function userOf(row: PublicUser): User {
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
