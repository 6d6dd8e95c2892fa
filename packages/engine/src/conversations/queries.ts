import type { ConversationView } from '@parley/contract';
import { type Insertable, type RawBuilder, type Selectable, sql } from 'kysely';
import type { Database, Locking } from '../db/database.ts';
import { epochNow } from '../db/epoch.ts';
import { isOnline } from '../db/presence.ts';
import type { ConversationsTable, MembersTable } from '../db/tables.ts';
import { type FoundMention, unreadIn } from '../mentions/queries.ts';
import type { MessageRow } from '../messages/queries.ts';
import type { SettingsRow } from '../settings/rows.ts';
import { findPeople, type PersonRow, publicColumns, type PublicUser } from '../users/queries.ts';

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
export type ConversationRow = Selectable<ConversationsTable> & {
  epoch: string;
  member_count: number;
  member: JsonRow<Selectable<MembersTable>>;
  peer: JsonRow<PublicUser> | null;
  message: JsonRow<MessageRow> | null;
  mentions: FoundMention[] | null;
  settings: SettingsRow | null;
};

const peerFields = sql.join(publicColumns.flatMap((column) => [sql.lit(column), sql.ref(`u.${column}`)]));

/**
 * Everything in one statement: whoever is removed meanwhile sees nothing of what came after.
 * @param id the conversation, where it is known: then it is all that is looked at
 */
function viewedBy(db: Database, userId: string, id: RawBuilder<unknown> = sql.ref('c.id')) {
  return db
    .selectFrom('members as m')
    .innerJoin('conversations as c', 'c.id', 'm.conversation_id')
    .selectAll('c')
    .select([
      epochNow.as('epoch'),
      sql<ConversationRow['member']>`to_jsonb(m)`.as('member'),
      // Takes the place of the column of that name, which may be of another version.
      memberCount(id).as('member_count'),
      sql<ConversationRow['peer']>`(
        select jsonb_build_object(${peerFields}, 'is_online', ${isOnline('u')})
        from members o join users u on u.id = o.user_id
        where c.kind = 'direct' and o.conversation_id = ${id} and o.user_id <> ${userId}
      )`.as('peer'),
      sql<ConversationRow['message']>`(
        select to_jsonb(e) - 'payload_hash' from messages e
        where e.conversation_id = ${id} and e.position =
          case when c.thread_position = c.last_position then c.main_position else c.last_position end
      )`.as('message'),
      unreadIn(id, userId).as('mentions'),
      sql<ConversationRow['settings']>`(
        select to_jsonb(s) from conversation_settings s
        where s.conversation_id = ${id} and s.user_id = ${userId}
      )`.as('settings'),
    ])
    .where('m.user_id', '=', userId)
    .where('m.left_at', 'is', null);
}

/** @returns undefined when the person is not in it */
export function findConversation(
  db: Database,
  conversationId: string,
  userId: string,
): Promise<ConversationRow | undefined> {
  const id = sql`${conversationId}::uuid`;
  return viewedBy(db, userId, id).where('c.id', '=', conversationId).executeTakeFirst();
}

/** Those of the given conversations that the person is in. */
export function findConversations(
  db: Database,
  ids: readonly string[],
  userId: string,
): Promise<ConversationRow[]> {
  if (ids.length === 0) return Promise.resolve([]);
  return viewedBy(db, userId)
    .where('c.id', 'in', [...ids])
    .execute();
}

/** Where a page of the list begins: after the conversation with this activity and id, among those pinned or the others. */
export interface ListCursor {
  readonly pinnedAt: Date | null;
  readonly at: Date;
  readonly id: string;
}

const archived = sql`coalesce(s.archived, false)`;
const hidden = sql`coalesce(listed.last_ordinal <= s.hidden_ordinal, false)`;
const views = {
  all: sql<boolean>`true`,
  inbox: sql<boolean>`not ${archived} and not ${hidden}`,
  archived: sql<boolean>`${archived}`,
  hidden: sql<boolean>`${hidden}`,
  pinned: sql<boolean>`s.pinned_at is not null`,
} as const satisfies Record<ConversationView, RawBuilder<boolean>>;

/**
 * A person's conversations, those of a view by latest activity; in the inbox after those that are pinned. What is told of each is
 * looked up for those of the page only.
 */
export async function listConversations(
  db: Database,
  userId: string,
  view: ConversationView,
  after: ListCursor | null,
  limit: number,
): Promise<ConversationRow[]> {
  const pinnedAt = view === 'inbox' ? sql`s.pinned_at` : sql`null::timestamptz`;
  let page = db
    .selectFrom('members as own')
    .innerJoin('conversations as listed', 'listed.id', 'own.conversation_id')
    .select('listed.id')
    .where('own.user_id', '=', userId)
    .where('own.left_at', 'is', null)
    .where(views[view])
    .orderBy(sql`${pinnedAt} desc nulls last`)
    .orderBy('listed.updated_at', 'desc')
    .orderBy('listed.id', 'desc')
    .limit(limit);
  if (view !== 'all') {
    page = page.leftJoin('conversation_settings as s', (join) =>
      join.onRef('s.conversation_id', '=', 'own.conversation_id').on('s.user_id', '=', userId),
    );
  }
  if (after !== null) {
    const behind = sql<boolean>`(listed.updated_at, listed.id) < (${after.at}, ${after.id}::uuid)`;
    page = page.where(
      after.pinnedAt === null
        ? sql<boolean>`${pinnedAt} is null and ${behind}`
        : sql<boolean>`(${pinnedAt} is null or ${pinnedAt} < ${after.pinnedAt}
            or (${pinnedAt} = ${after.pinnedAt} and ${behind}))`,
    );
  }
  const rows = await viewedBy(db, userId)
    .where('c.id', '=', sql<string>`any(array(${page}))`)
    .orderBy('c.updated_at', 'desc')
    .orderBy('c.id', 'desc')
    .execute();
  return view === 'inbox' ? rows.toSorted((a, b) => pinTime(b) - pinTime(a)) : rows;
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
