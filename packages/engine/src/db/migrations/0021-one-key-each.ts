import { type Kysely, sql } from 'kysely';
import { ownMemberships } from './0003-pages.ts';
import { mark } from './0018-large-groups.ts';
import { changed, replacing } from './changed.ts';

/**
 * Memberships of many conversations, or of many people in one, were joined. Where most people are in few conversations, and most
 * conversations have few people, PostgreSQL takes all of somebody's, or all people of a conversation, for as cheap to go through as one
 * is to look up, and went through them once for each: opening the inbox of somebody who is in 1,000 conversations looked at
 * half a million rows. A subquery with `offset 0` is looked up by its key.
 */
const ownOnce = changed(ownMemberships, [
  [
    'join members m on m.conversation_id = i.id and m.user_id = in_user',
    'cross join lateral (select * from members where conversation_id = i.id and user_id = in_user offset 0) m',
  ],
]);

const member = `select * from members where conversation_id = in_conversation and user_id = i.user_id`;

/** What is written is found by where it was found to be, as its row is locked: see `send_messages`. */
const markOnce = changed(mark, [
  [
    `join members m on m.conversation_id = in_conversation and m.user_id = i.user_id
        where m.left_at is null and (least(i.read, top) > m.read_position
          or least(i.delivered, top) > greatest(m.delivered_position, m.read_position))
        order by m.user_id for no key update of m skip locked);`,
    `cross join lateral (
          ${member} and left_at is null and (least(i.read, top) > read_position
            or least(i.delivered, top) > greatest(delivered_position, read_position))
          offset 0 for no key update skip locked
        ) m);`,
  ],
  [
    `join members m on m.conversation_id = in_conversation and m.user_id = i.user_id
      where i.user_id = any (held)`,
    `cross join lateral (${member} offset 0) m
      where i.user_id = any (held)`,
  ],
  ['select i.user_id, u.inbox_seq, u.id', 'select p.place, i.user_id, u.inbox_seq, u.id'],
  [
    `join users u on u.id = i.user_id
        where i.user_id = any (held)`,
    `cross join lateral (
          select ctid as place from members where conversation_id = in_conversation and user_id = i.user_id offset 0
        ) p
        join users u on u.id = i.user_id
        where i.user_id = any (held)`,
  ],
  [
    'where m.conversation_id = in_conversation and m.user_id = w.user_id',
    'where m.ctid = w.place and m.conversation_id = in_conversation',
  ],
  [
    'left join members m on m.conversation_id = in_conversation and m.user_id = i.user_id and m.left_at is null',
    `left join lateral (${member} offset 0) m on m.left_at is null`,
  ],
]);

/**
 * How many values PostgreSQL is to take a column of the messages to have, as a part of the rows: one in so many. Where most
 * conversations have a message or two, it takes any index that begins with the conversation for as good as the one of what is looked
 * for, and would read all messages of a busy one for each that is looked up. It plans for busy ones.
 */
const rowsOf = [
  ['conversation_id', 1_000],
  ['position', 1],
] as const;

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of [ownOnce, markOnce]) await sql.raw(statement).execute(db);
  for (const [column, rows] of rowsOf) {
    await sql`alter table messages alter column ${sql.ref(column)} set (n_distinct = ${sql.lit(-1 / rows)})`.execute(
      db,
    );
  }
  // It counts from the next look at the table. One that is empty is not looked at: PostgreSQL would take it for a small one from then on.
  const { rows } = await sql`select from messages limit 1`.execute(db);
  if (rows.length > 0) await sql`analyze messages`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  for (const statement of [replacing(ownMemberships), mark]) await sql.raw(statement).execute(db);
  for (const [column] of rowsOf) {
    await sql`alter table messages alter column ${sql.ref(column)} reset (n_distinct)`.execute(db);
  }
}
