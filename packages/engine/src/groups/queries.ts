import { type Selectable, sql } from 'kysely';
import { memberCount } from '../conversations/queries.ts';
import type { Database, Locking } from '../db/database.ts';
import type { ConversationsTable } from '../db/tables.ts';

/** A group as somebody sees it who need not be in it. */
export type GroupRow = Pick<
  Selectable<ConversationsTable>,
  'id' | 'title' | 'avatar' | 'description' | 'history' | 'created_at' | 'is_public'
> & { readonly member_count: number; readonly joined: boolean };

/** Where a page begins: after the group with so many members and this id. */
export interface SizeCursor {
  readonly members: number;
  readonly id: string;
}

/** A group, public or not, and whether the viewer is in it. */
export async function findGroup(
  db: Database,
  conversationId: string,
  viewerId: string,
): Promise<GroupRow | undefined> {
  const { rows } = await sql<GroupRow>`
    select c.id, c.title, c.avatar, c.description, c.history, c.created_at, c.is_public,
      ${memberCount(sql`${conversationId}`)} as member_count,
      exists (
        select from members m
        where m.conversation_id = ${conversationId} and m.user_id = ${viewerId} and m.left_at is null
      ) as joined
    from conversations c where c.id = ${conversationId} and c.kind = 'group'`.execute(db);
  return rows[0];
}

/**
 * Public groups whose words fit, those with the most members first.
 * @param match a literal of a `tsquery`
 * @param most of more groups that fit, so many that were made last
 */
export async function searchGroups(
  db: Database,
  viewerId: string,
  match: string,
  after: SizeCursor | null,
  { limit, most }: { limit: number; most: number },
): Promise<GroupRow[]> {
  const { rows } = await sql<GroupRow>`
    with fitting as (
      select conversation_id from public_groups where words @@ ${match}::tsquery
      order by conversation_id desc limit ${most}
    ), sized as (
      select c.id, ${memberCount(sql`c.id`)} as member_count
      from fitting f join conversations c on c.id = f.conversation_id
    ), page as (
      select * from sized
      where (member_count, id) < (${after?.members ?? Number.MAX_SAFE_INTEGER}::bigint, ${after?.id ?? newest}::uuid)
      order by member_count desc, id desc limit ${limit}
    )
    select c.id, c.title, c.avatar, c.description, c.history, c.created_at, c.is_public, p.member_count,
      exists (
        select from members m where m.conversation_id = p.id and m.user_id = ${viewerId} and m.left_at is null
      ) as joined
    from page p join conversations c on c.id = p.id
    order by p.member_count desc, p.id desc`.execute(db);
  return rows;
}

const newest = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

/** Has a public group found by some words. */
export async function savePublicGroup(trx: Locking, conversationId: string, words: string): Promise<void> {
  await sql`
    insert into public_groups (conversation_id, words) values (${conversationId}, ${words}::tsvector)
    on conflict (conversation_id) do update set words = excluded.words`.execute(trx);
}

export async function deletePublicGroup(trx: Locking, conversationId: string): Promise<void> {
  await trx.deleteFrom('public_groups').where('conversation_id', '=', conversationId).execute();
}
