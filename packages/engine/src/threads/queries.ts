import { type Insertable, type Selectable, sql } from 'kysely';
import type { Database, Locking } from '../db/database.ts';
import { epochNow } from '../db/epoch.ts';
import type { ThreadFollowersTable, ThreadRepliesTable } from '../db/tables.ts';
import type { MessageMetadata } from '../messages/metadata.ts';
import { columns, type MessageRow } from '../messages/queries.ts';

/** A thread, by the conversation and the position of what it hangs on. */
export interface ThreadKey {
  readonly conversationId: string;
  readonly rootPosition: number;
}

export type FollowerRow = Selectable<ThreadFollowersTable>;

export async function insertReply(trx: Locking, row: Insertable<ThreadRepliesTable>): Promise<void> {
  await trx.insertInto('thread_replies').values(row).execute();
}

/** Writes what hangs on a message, under the seq of the change. */
export function saveRoot(
  trx: Locking,
  { conversationId, rootPosition }: ThreadKey,
  seq: number,
  metadata: MessageMetadata,
): Promise<MessageRow> {
  return trx
    .updateTable('messages')
    .set({ metadata, seq })
    .where('conversation_id', '=', conversationId)
    .where('position', '=', rootPosition)
    .returning(columns)
    .executeTakeFirstOrThrow();
}

export function findFollower(
  db: Database,
  { conversationId, rootPosition }: ThreadKey,
  userId: string,
): Promise<FollowerRow | undefined> {
  return db
    .selectFrom('thread_followers')
    .selectAll()
    .where('conversation_id', '=', conversationId)
    .where('root_position', '=', rootPosition)
    .where('user_id', '=', userId)
    .executeTakeFirst();
}

/** The same, held until the transaction is over. */
export function lockFollower(
  trx: Locking,
  { conversationId, rootPosition }: ThreadKey,
  userId: string,
): Promise<FollowerRow | undefined> {
  return trx
    .selectFrom('thread_followers')
    .selectAll()
    .where('conversation_id', '=', conversationId)
    .where('root_position', '=', rootPosition)
    .where('user_id', '=', userId)
    .forNoKeyUpdate()
    .executeTakeFirst();
}

/** Writes how somebody stands with a thread; whoever may be the first to do so holds the conversation. */
export async function saveFollower(
  trx: Locking,
  { inbox_seq: _stamped, ...row }: Omit<FollowerRow, 'inbox_seq'> & { readonly inbox_seq?: number },
): Promise<void> {
  await trx
    .insertInto('thread_followers')
    .values({ ...row, inbox_seq: 0 })
    .onConflict((conflict) =>
      conflict.columns(['conversation_id', 'root_position', 'user_id']).doUpdateSet({
        following: row.following,
        read_ordinal: row.read_ordinal,
        sent: row.sent,
        read_sent: row.read_sent,
      }),
    )
    .execute();
}

/** Moves people's `inbox_seq` and stamps it on how they stand with a thread, which was written before (rule 6). */
export async function bumpFollowers(
  trx: Locking,
  { conversationId, rootPosition }: ThreadKey,
  userIds: readonly string[],
): Promise<{ id: string; inbox_seq: number }[]> {
  const { rows } = await sql<{ id: string; inbox_seq: number }>`
    with locked as (
      select id from users where id = any (${[...userIds]}::uuid[]) order by id for no key update
    ), bumped as (
      update users u set inbox_seq = u.inbox_seq + 1, threads_seq = u.inbox_seq + 1
      from locked where u.id = locked.id returning u.id, u.inbox_seq
    ), stamped as (
      update thread_followers f set inbox_seq = b.inbox_seq from bumped b
      where f.conversation_id = ${conversationId} and f.root_position = ${rootPosition} and f.user_id = b.id
    )
    select id, inbox_seq from bumped`.execute(trx);
  return rows;
}

/** Has people who come back to a conversation have read what was said in its threads while they were away, as in itself (rule 19). */
export async function readWhileAway(
  trx: Locking,
  conversationId: string,
  userIds: readonly string[],
): Promise<void> {
  await sql`
    update thread_followers f set read_sent = f.sent, read_ordinal = coalesce((
      select (e.metadata -> 'replies' ->> 'count')::bigint from messages e
      where e.conversation_id = ${conversationId} and e.position = f.root_position limit 1
    ), 0)
    where f.user_id = any (${[...userIds]}::uuid[]) and f.conversation_id = ${conversationId}`.execute(trx);
}

/** Up to `limit` replies of a thread between two positions, nearest to the one that is told first. */
export async function repliesOf(
  db: Database,
  { conversationId, rootPosition }: ThreadKey,
  range: {
    readonly above: number;
    readonly below: number;
    readonly backward: boolean;
    readonly limit: number;
  },
): Promise<MessageRow[]> {
  const { above, below, backward, limit } = range;
  const rows = await db
    .selectFrom('messages')
    .select(columns)
    .where('conversation_id', '=', conversationId)
    .where(
      'position',
      '=',
      sql<number>`any(array(${db
        .selectFrom('thread_replies')
        .select('position')
        .where('conversation_id', '=', conversationId)
        .where('root_position', '=', rootPosition)
        .where('position', '>', above)
        .where('position', '<', below)
        .orderBy('position', backward ? 'desc' : 'asc')
        .limit(limit)}))`,
    )
    .orderBy('position', backward ? 'desc' : 'asc')
    .execute();
  return rows;
}

/** How many replies of a thread there are up to a position. */
export async function ordinalAt(
  db: Database,
  { conversationId, rootPosition }: ThreadKey,
  position: number,
): Promise<number> {
  const row = await db
    .selectFrom('thread_replies')
    .select('ordinal')
    .where('conversation_id', '=', conversationId)
    .where('root_position', '=', rootPosition)
    .where('position', '<=', position)
    .orderBy('position', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.ordinal ?? 0;
}

/** How many of the replies behind an ordinal somebody wrote: none, unless others have not been read. */
export async function ownBehind(
  db: Database,
  { conversationId, rootPosition }: ThreadKey,
  userId: string,
  ordinal: number,
): Promise<number> {
  const { own } = await db
    .selectFrom('thread_replies')
    .select((eb) => eb.fn.countAll<number>().as('own'))
    .where('conversation_id', '=', conversationId)
    .where('root_position', '=', rootPosition)
    .where('ordinal', '>', ordinal)
    .where('sender_id', '=', userId)
    .executeTakeFirstOrThrow();
  return own;
}

/** How somebody stands with a thread, with what it hangs on; only what they may see. */
export type FollowedRow = FollowerRow & { readonly root_id: string; readonly last_ordinal: number };

const visible = sql`m.left_at is null
  and f.root_position > case c.history when 'from-joining' then m.joined_position else 0 end`;

/** Looked up by its key for each thread: joined, whole conversations would be read that are taken to be short. */
const rootOf = sql`(
  select e.id, e.metadata -> 'replies' as replies from messages e
  where e.conversation_id = f.conversation_id and e.position = f.root_position limit 1
) r`;

/** How somebody stands with threads that changed for them after `since`. */
export async function followsSince(db: Database, userId: string, since: number): Promise<FollowedRow[]> {
  const { rows } = await sql<FollowedRow>`
    select f.*, r.id as root_id, coalesce((r.replies ->> 'count')::bigint, 0) as last_ordinal
    from thread_followers f
    join members m on m.conversation_id = f.conversation_id and m.user_id = ${userId}
    join conversations c on c.id = f.conversation_id
    cross join lateral ${rootOf}
    where f.user_id = ${userId} and f.inbox_seq > ${since} and ${visible}
    order by f.inbox_seq`.execute(db);
  return rows;
}

/** Where a page of the threads somebody follows begins: behind the one with this latest reply. */
export interface FollowedCursor {
  readonly at: string;
  readonly conversationId: string;
  readonly rootPosition: number;
}

/** The threads somebody follows that have replies, by latest reply. */
export async function followedThreads(
  db: Database,
  userId: string,
  after: FollowedCursor | null,
  limit: number,
): Promise<(FollowedRow & { readonly last_at: string })[]> {
  const behind =
    after === null
      ? sql`true`
      : sql`(r.replies ->> 'lastAt', f.conversation_id, f.root_position)
          < (${after.at}, ${after.conversationId}::uuid, ${after.rootPosition}::bigint)`;
  const { rows } = await sql<FollowedRow & { readonly last_at: string }>`
    select f.*, r.id as root_id, (r.replies ->> 'count')::bigint as last_ordinal,
      r.replies ->> 'lastAt' as last_at
    from thread_followers f
    join members m on m.conversation_id = f.conversation_id and m.user_id = ${userId}
    join conversations c on c.id = f.conversation_id
    cross join lateral ${rootOf}
    where f.user_id = ${userId} and f.following and r.replies is not null and ${visible} and ${behind}
    order by last_at desc, f.conversation_id desc, f.root_position desc
    limit ${limit}`.execute(db);
  return rows;
}

/** What threads hang on, each with its latest replies, by position. */
export async function rootsWithLatest(
  db: Database,
  threads: readonly Pick<FollowerRow, 'conversation_id' | 'root_position'>[],
  latest: number,
): Promise<MessageRow[]> {
  if (threads.length === 0) return [];
  const { rows } = await sql<MessageRow>`
    select ${sql.join(columns.map((column) => sql.ref(`m.${column}`)))}
    from unnest(
      ${threads.map((thread) => thread.conversation_id)}::uuid[],
      ${threads.map((thread) => thread.root_position)}::bigint[]
    ) as k (conversation_id, root_position)
    cross join lateral (
      select k.root_position as position
      union all (
        select t.position from thread_replies t
        where t.conversation_id = k.conversation_id and t.root_position = k.root_position
        order by t.position desc limit ${latest}
      )
    ) p
    join messages m on m.conversation_id = k.conversation_id and m.position = p.position
    order by m.position`.execute(db);
  return rows;
}

export async function readEpoch(db: Database): Promise<string> {
  const { rows } = await sql<{ epoch: string }>`select ${epochNow} as epoch`.execute(db);
  const [row] = rows;
  if (row === undefined) throw new Error('the database did not tell its epoch');
  return row.epoch;
}

/** Whether somebody replied in a thread of a conversation. */
export async function repliedIn(db: Database, conversationId: string, userId: string): Promise<boolean> {
  const row = await db
    .selectFrom('thread_followers')
    .select('sent')
    .where('user_id', '=', userId)
    .where('conversation_id', '=', conversationId)
    .where('sent', '>', 0)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** How somebody stands with threads of a conversation, behind one of them, by position. */
export function followsAfter(
  db: Database,
  { conversationId, rootPosition }: ThreadKey,
  userId: string,
  limit: number,
): Promise<FollowerRow[]> {
  return db
    .selectFrom('thread_followers')
    .selectAll()
    .where('user_id', '=', userId)
    .where('conversation_id', '=', conversationId)
    .where('root_position', '>', rootPosition)
    .orderBy('root_position')
    .limit(limit)
    .execute();
}

export async function deleteFollows(db: Database, userId: string): Promise<void> {
  await db.deleteFrom('thread_followers').where('user_id', '=', userId).execute();
}
