import type { ConversationView } from '@parley/contract';
import { type Insertable, type RawBuilder, type Selectable, sql } from 'kysely';
import type { Database, Locking } from '../db/database.ts';
import type { ConversationsTable, MembersTable } from '../db/tables.ts';
import { type FoundMention, unreadLooked } from '../mentions/queries.ts';
import type { MessageRow } from '../messages/queries.ts';
import type { SettingsRow } from '../settings/rows.ts';
import { findPeople, type PersonRow, type PublicUser } from '../users/queries.ts';
import type { InfoRow } from './rows.ts';

/** The epoch, and the database's time to the millisecond: now, not when the transaction began. */
export async function readClock(trx: Locking): Promise<{ epoch: string; at: Date }> {
  const { rows } = await sql<{ epoch: string; at: Date }>`
    select parley_epoch() as epoch, date_trunc('milliseconds', clock_timestamp()) as at`.execute(trx);
  const [row] = rows;
  if (row === undefined) throw new Error('the database did not tell its time');
  return row;
}

/** Takes the conversation's row lock, under which everything about it is numbered. */
export function lockConversation(
  trx: Locking,
  id: string,
): Promise<Selectable<ConversationsTable> | undefined> {
  return trx.selectFrom('conversations').selectAll().where('id', '=', id).forNoKeyUpdate().executeTakeFirst();
}

export async function saveCounters(trx: Locking, row: Selectable<ConversationsTable>): Promise<void> {
  const { id, kind: _kind, created_by: _by, created_at: _at, ...columns } = row;
  await trx.updateTable('conversations').set(columns).where('id', '=', id).execute();
}

/** @returns undefined when the conversation exists already */
export function insertConversation(
  trx: Locking,
  row: Insertable<ConversationsTable>,
): Promise<Selectable<ConversationsTable> | undefined> {
  return trx
    .insertInto('conversations')
    .values(row)
    .onConflict((conflict) => conflict.column('id').doNothing())
    .returningAll()
    .executeTakeFirst();
}

export async function conversationExists(db: Database, id: string): Promise<boolean> {
  const row = await db.selectFrom('conversations').select('id').where('id', '=', id).executeTakeFirst();
  return row !== undefined;
}

/** The membership, an ended one too. */
export function findMember(
  db: Database,
  conversationId: string,
  userId: string,
): Promise<Selectable<MembersTable> | undefined> {
  return db
    .selectFrom('members')
    .selectAll()
    .where('conversation_id', '=', conversationId)
    .where('user_id', '=', userId)
    .executeTakeFirst();
}

/** Those of the given people who have a membership, ended ones too. */
export function findMembers(
  db: Database,
  conversationId: string,
  userIds: readonly string[],
): Promise<Selectable<MembersTable>[]> {
  return db
    .selectFrom('members')
    .selectAll()
    .where('conversation_id', '=', conversationId)
    .where('user_id', 'in', [...userIds])
    .execute();
}

/** How many are in a conversation. */
export async function countMembers(db: Database, conversationId: string): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from members where conversation_id = ${conversationId} and left_at is null`.execute(
    db,
  );
  return rows[0]?.count ?? 0;
}

/**
 * How many are in the conversation `c` of a statement. They were counted as of a membership version, and are counted anew for
 * another: a server of an earlier release does not count.
 * @param id the conversation
 */
export function memberCount(id: RawBuilder<unknown>): RawBuilder<number> {
  return sql<number>`(
    case when c.counted_version = c.member_version then c.member_count
    else (select count(*) from members o where o.conversation_id = ${id} and o.left_at is null) end
  )`;
}

/** Who becomes owner when the owner leaves: the oldest admin, else the oldest member. */
export function findSuccessor(
  db: Database,
  conversationId: string,
  leaving: string,
): Promise<Selectable<MembersTable> | undefined> {
  return db
    .selectFrom('members')
    .selectAll()
    .where('conversation_id', '=', conversationId)
    .where('user_id', '<>', leaving)
    .where('left_at', 'is', null)
    .orderBy(sql`role <> 'admin'`)
    .orderBy('joined_seq')
    .limit(1)
    .executeTakeFirst();
}

/**
 * Writes memberships: new ones, or those of people who come back. Coming back never takes a read position back, and
 * moves it to at least where the conversation is (rule 19).
 */
export function saveMembers(
  trx: Locking,
  rows: readonly Omit<Insertable<MembersTable>, 'inbox_seq'>[],
): Promise<Selectable<MembersTable>[]> {
  return trx
    .insertInto('members')
    .values(rows.map((row) => ({ ...row, inbox_seq: 0 })))
    .onConflict((conflict) =>
      conflict.columns(['conversation_id', 'user_id']).doUpdateSet((eb) => ({
        role: eb.ref('excluded.role'),
        joined_seq: eb.ref('excluded.joined_seq'),
        joined_position: eb.ref('excluded.joined_position'),
        read_position: sql<number>`greatest(members.read_position, excluded.read_position)`,
        read_ordinal: sql<number>`greatest(members.read_ordinal, excluded.read_ordinal)`,
        read_sent: eb.ref('members.sent'),
        left_at: eb.ref('excluded.left_at'),
        removed: sql<boolean>`false`,
        seq: eb.ref('excluded.seq'),
      })),
    )
    .returningAll()
    .execute();
}

export function updateMember(
  trx: Locking,
  conversationId: string,
  userId: string,
  change: { role: MembersTable['role']; seq: number } | { left_at: Date; removed: boolean; seq: number },
): Promise<Selectable<MembersTable>> {
  return trx
    .updateTable('members')
    .set(change)
    .where('conversation_id', '=', conversationId)
    .where('user_id', '=', userId)
    .returningAll()
    .executeTakeFirstOrThrow();
}

/** Moves people's `inbox_seq` and stamps it on their member rows, which the caller has written before (rule 6). */
export async function bumpInboxes(
  trx: Locking,
  conversationId: string,
  userIds: readonly string[],
): Promise<{ id: string; inbox_seq: number }[]> {
  const { rows } = await sql<{ id: string; inbox_seq: number }>`
    with locked as (
      select id from users where id = any (${[...userIds]}::uuid[]) order by id for no key update
    ), bumped as (
      update users u set inbox_seq = u.inbox_seq + 1 from locked where u.id = locked.id returning u.id, u.inbox_seq
    ), stamped as (
      update members m set inbox_seq = b.inbox_seq from bumped b
      where m.conversation_id = ${conversationId} and m.user_id = b.id
    )
    select id, inbox_seq from bumped`.execute(trx);
  return rows;
}

/** A row as JSON has it: times are text. */
type JsonRow<T> = {
  [K in keyof T]: T[K] extends Date ? string : T[K] extends Date | null ? string | null : T[K];
};

/** A conversation as one of its members sees it, with its latest entry and the other person of a direct one. */
export type ConversationRow = InfoRow &
  Pick<Selectable<ConversationsTable>, 'closed' | 'last_position' | 'last_ordinal' | 'last_seq'> &
  Pick<
    Selectable<MembersTable>,
    'role' | 'joined_seq' | 'joined_position' | 'read_position' | 'read_ordinal' | 'sent' | 'read_sent'
  > & {
    epoch: string;
    member_count: number;
    peer: JsonRow<PublicUser> | null;
    message: JsonRow<MessageRow> | null;
    mentions: FoundMention[] | null;
    settings: SettingsRow | null;
  };

/** @returns undefined when the person is not in it */
export async function findConversation(
  db: Database,
  conversationId: string,
  userId: string,
): Promise<ConversationRow | undefined> {
  const [row] = await findConversations(db, [conversationId], userId);
  return row;
}

/** Those of the given conversations that the person is in. */
export function findConversations(
  db: Database,
  ids: readonly string[],
  userId: string,
): Promise<ConversationRow[]> {
  if (ids.length === 0) return Promise.resolve([]);
  return viewsOf(db, userId, sql`${[...ids]}::uuid[]`);
}

/**
 * Conversations as one of their members sees them, those with the latest activity first: see `conversation_views` in the twentieth
 * migration.
 * @param ids an array of `uuid`
 */
async function viewsOf(db: Database, userId: string, ids: RawBuilder<unknown>): Promise<ConversationRow[]> {
  const { rows } = await sql<ConversationRow>`
    select * from conversation_views(${userId}, ${ids}, ${unreadLooked}::bigint)
    order by updated_at desc, id desc`.execute(db);
  return rows;
}

/** Where a page of the list begins: after the conversation with this activity and id, among those pinned or the others. */
export interface ListCursor {
  readonly pinnedAt: Date | null;
  readonly at: Date;
  readonly id: string;
}

/** What tells the conversations of a view other than the inbox. */
const views = {
  all: sql<boolean>`true`,
  archived: sql<boolean>`s.archived`,
  hidden: sql<boolean>`listed.last_ordinal <= s.hidden_ordinal`,
  pinned: sql<boolean>`s.pinned_at is not null`,
} as const satisfies Record<Exclude<ConversationView, 'inbox'>, RawBuilder<boolean>>;

/**
 * A person's conversations, those of a view by latest activity; in the inbox after those that are pinned. What is told of each is
 * looked up for those of the page only, in the same snapshot.
 */
export async function listConversations(
  db: Database,
  userId: string,
  view: ConversationView,
  after: ListCursor | null,
  limit: number,
): Promise<ConversationRow[]> {
  if (view !== 'inbox') return viewsOf(db, userId, sql`array(${pageOf(db, userId, view, after, limit)})`);
  const { pinnedAt, at, id } = after ?? { pinnedAt: null, at: null, id: null };
  const rows = await viewsOf(
    db,
    userId,
    sql`array(select inbox_page(${userId}, ${pinnedAt}::timestamptz, ${at}::timestamptz, ${id}::uuid, ${limit}::bigint))`,
  );
  return rows.toSorted((a, b) => pinTime(b) - pinTime(a));
}

/** The conversations of a page of a view other than the inbox, for which see `inbox_page` in the twentieth migration. */
function pageOf(
  db: Database,
  userId: string,
  view: Exclude<ConversationView, 'inbox'>,
  after: ListCursor | null,
  limit: number,
) {
  return db
    .selectFrom('members as own')
    .innerJoin('conversations as listed', 'listed.id', 'own.conversation_id')
    .$if(view !== 'all', (page) =>
      page.innerJoin('conversation_settings as s', (join) =>
        join.onRef('s.conversation_id', '=', 'own.conversation_id').on('s.user_id', '=', userId),
      ),
    )
    .select('listed.id')
    .where('own.user_id', '=', userId)
    .where('own.left_at', 'is', null)
    .where(views[view])
    .$if(after !== null, (page) =>
      page.where(sql<boolean>`(listed.updated_at, listed.id) < (${after?.at}, ${after?.id}::uuid)`),
    )
    .orderBy('listed.updated_at', 'desc')
    .orderBy('listed.id', 'desc')
    .limit(limit);
}

/** When a conversation was pinned; 0 for one that is not. */
function pinTime({ settings }: ConversationRow): number {
  return settings?.pinned_at == null ? 0 : new Date(settings.pinned_at).getTime();
}

/** How much is unread in all of a person's conversations that are neither muted, archived nor hidden; see `unreadOf`. */
export async function countUnread(
  db: Database,
  userId: string,
): Promise<{ conversations: number; messages: number }> {
  const { rows } = await sql<{ conversations: number; messages: number }>`
    select count(*) filter (where unread.count > 0) as conversations,
      coalesce(sum(unread.count), 0)::bigint as messages
    from (
      select greatest(0, c.last_ordinal - m.read_ordinal - (m.sent - m.read_sent),
        case when s.unread_position is not null
          then greatest(1, c.last_ordinal - s.unread_ordinal - (m.sent - s.unread_sent)) end) as count
      from members m
      join conversations c on c.id = m.conversation_id
      left join conversation_settings s on s.conversation_id = m.conversation_id and s.user_id = ${userId}
      where m.user_id = ${userId} and m.left_at is null and not coalesce(s.archived, false)
        and not coalesce(s.muted_until > now(), false)
        and not coalesce(c.last_ordinal <= s.hidden_ordinal, false)
    ) unread`.execute(db);
  const [total] = rows;
  if (total === undefined) throw new Error('the database did not count');
  return total;
}

/** Current members by user id. */
export async function listMembers(
  db: Database,
  conversationId: string,
  viewerId: string,
  after: string | null,
  limit: number,
): Promise<(Selectable<MembersTable> & { user: PersonRow })[]> {
  const members = await db
    .selectFrom('members')
    .selectAll()
    .where('conversation_id', '=', conversationId)
    .where('left_at', 'is', null)
    .$if(after !== null, (query) => query.where('user_id', '>', after))
    .orderBy('user_id')
    .limit(limit)
    .execute();
  if (members.length === 0) return [];
  const ids = members.map((member) => member.user_id);
  const users = await findPeople(db, viewerId, ids);
  const byId = new Map(users.map((user) => [user.id, user]));
  return members.flatMap((member) => {
    const user = byId.get(member.user_id);
    return user === undefined ? [] : { ...member, user };
  });
}
