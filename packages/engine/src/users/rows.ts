import type { Self, User } from '@parley/contract';
import type { Selectable } from 'kysely';
import type { UsersTable } from '../db/tables.ts';
import type { PersonRow } from './queries.ts';

/** Somebody's row, and whether they are online by the same snapshot. */
export type UserRow = Selectable<UsersTable> & { readonly is_online: boolean };

/** A person as somebody else sees them; `hidden` when one of the two has blocked the other. */
export function userOf(row: PersonRow): User {
  return {
    id: row.id,
    username: row.username,
    displayName: row.display_name,
    avatar: row.avatar,
    isOnline: !row.hidden && row.is_online,
    lastSeen: row.hidden ? null : lastSeenOf(row),
    ...(row.deleted_at === null ? {} : { deleted: true }),
  };
}

/** When somebody was last there, as far as others may know. */
export function lastSeenOf(row: Pick<UserRow, 'last_seen_at' | 'last_seen_visible'>): string | null {
  return row.last_seen_visible === 'everybody' ? (row.last_seen_at?.toISOString() ?? null) : null;
}

/** A person as they see themselves. */
export function selfOf(row: UserRow): Self {
  return {
    ...userOf({ ...row, hidden: false }),
    lastSeen: row.last_seen_at?.toISOString() ?? null,
    email: row.email,
    emailVerified: row.email_verified_at !== null,
    lastSeenVisible: row.last_seen_visible,
    appearsOffline: row.appears_offline,
    readReceipts: row.read_receipts,
  };
}
