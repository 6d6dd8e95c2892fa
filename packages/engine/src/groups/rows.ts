import type { PublicGroup } from '@parley/contract';
import type { GroupRow } from './queries.ts';

/** A group as those see it who are not in it. */
export function publicGroupOf(row: GroupRow): PublicGroup {
  return {
    id: row.id,
    title: row.title,
    avatar: row.avatar,
    ...(row.description === null ? {} : { description: row.description }),
    history: row.history,
    createdAt: row.created_at.toISOString(),
    memberCount: row.member_count,
    joined: row.joined,
  };
}
