import type { Self, User } from '@parley/contract';
import type { Selectable } from 'kysely';
import type { UsersTable } from '../db/tables.ts';

/** Somebody's row, and whether they are online by the same snapshot. */
export type UserRow = Selectable<UsersTable> & { readonly is_online: boolean };

/** A person as others see them. */
export function userOf(
  row: Pick<
    UserRow,
    'id' | 'username' | 'display_name' | 'avatar' | 'is_online' | 'last_seen_at' | 'last_seen_visible'
  >,
): User {
  return {
    id: row.id,
    username: row.username,
    displayName: row.display_name,
    avatar: row.avatar,
    isOnline: row.is_online,
    lastSeen: lastSeenOf(row),
  };
}

/** When somebody was last there, as far as others may know. */
export function lastSeenOf(row: Pick<UserRow, 'last_seen_at' | 'last_seen_visible'>): string | null {
  return row.last_seen_visible === 'everybody' ? (row.last_seen_at?.toISOString() ?? null) : null;
}

/** A person as they see themselves. */
export function selfOf(row: UserRow): Self {
  return {
    ...userOf(row),
    lastSeen: row.last_seen_at?.toISOString() ?? null,
    email: row.email,
    lastSeenVisible: row.last_seen_visible,
  };
}
