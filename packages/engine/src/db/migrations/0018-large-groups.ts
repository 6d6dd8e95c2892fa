import { type Kysely, sql } from 'kysely';
import { markInConversation } from './0014-receipts.ts';
import { changed, replacing } from './changed.ts';

/** Whether it is a crowd is known from its count, where there is one, rather than from its members. */
export const mark = changed(markInConversation, [
  [
    `(
      select count(*) > in_crowd from (
        select from members where conversation_id = in_conversation and left_at is null limit in_crowd + 1
      ) few
    )`,
    `(
      select case when c.counted_version = c.member_version then c.member_count > in_crowd else (
        select count(*) > in_crowd from (
          select from members where conversation_id = in_conversation and left_at is null limit in_crowd + 1
        ) few
      ) end
      from conversations c where c.id = in_conversation
    )`,
  ],
]);

/**
 * A person's conversations were found by an index of current members only. As long as PostgreSQL believes that there are few,
 * in a new deployment until it has looked, it takes such an index as a whole for whatever asks for current members of one
 * conversation.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(mark).execute(db);
  await sql`
    drop index members_user;
    create index members_user on members (user_id, left_at)`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql.raw(replacing(markInConversation)).execute(db);
  await sql`
    drop index members_user;
    create index members_user on members (user_id) where left_at is null`.execute(db);
}
