import { limits, type Receipt } from '@parley/contract';
import { sql } from 'kysely';
import type { Database } from '../db/database.ts';
import { epochNow } from '../db/epoch.ts';
import { sharesReceipts, showsReceiptsTo } from '../db/receipts.ts';

/** How far somebody has got, and has read, a conversation; 0 for no such mark. */
export interface Mark {
  readonly conversationId: string;
  readonly userId: string;
  readonly delivered: number;
  /** Past the latest entry for that one. */
  readonly read: number;
}

/** What became of a mark, and how the member stands then. */
export interface MarkRow {
  readonly conversation_id: string;
  readonly user_id: string;
  /** `busy`: somebody else holds what it would change. */
  readonly outcome: 'moved' | 'same' | 'busy' | 'not-member';
  readonly epoch: string;
  readonly last_position: number;
  readonly last_ordinal: number;
  readonly sent: number;
  readonly read_position: number;
  readonly read_ordinal: number;
  readonly read_sent: number;
  readonly joined_position: number;
  readonly delivered_position: number;
  /** Set when it moved what the person has read. */
  readonly inbox_seq: number | null;
  /** Whether the conversation has more members than can be followed. */
  readonly crowd: boolean;
  /** Whether the person keeps receipts to themselves. */
  readonly private: boolean;
  /** Whether the person has marked the conversation as unread. */
  readonly marked_unread: boolean;
}

/**
 * Marks for many members in one statement, one for each at most; see `mark_members` in the fourteenth migration.
 * @param skipLocked whether what somebody else holds is left as `busy` instead of waited for
 */
export async function markMembers(
  db: Database,
  marks: readonly Mark[],
  skipLocked: boolean,
): Promise<MarkRow[]> {
  const { rows } = await sql<MarkRow>`
    select * from mark_members(
      ${marks.map(({ conversationId }) => conversationId)}::uuid[],
      ${marks.map(({ userId }) => userId)}::uuid[],
      ${marks.map(({ delivered }) => delivered)}::bigint[],
      ${marks.map(({ read }) => read)}::bigint[],
      ${skipLocked}, ${limits.receiptsWatched}::bigint
    )`.execute(db);
  return rows;
}

const delivered = sql<number>`greatest(m.delivered_position, m.read_position)`;
const receiptColumns = sql`
  m.user_id as "userId", m.joined_position as "joinedPosition", ${delivered} as "deliveredPosition",
  m.read_position as "readPosition"`;

/** The receipts that a member may see of the others, by user id. */
export async function listReceipts(
  db: Database,
  conversationId: string,
  viewerId: string,
  after: string | null,
  limit: number,
): Promise<Receipt[]> {
  const { rows } = await sql<Receipt>`
    select ${receiptColumns} from members m
    where m.conversation_id = ${conversationId} and m.left_at is null and m.user_id <> ${viewerId}
      ${after === null ? sql`` : sql`and m.user_id > ${after}::uuid`}
      and ${sharesReceipts(viewerId)} and ${showsReceiptsTo(viewerId, 'm.user_id')}
    order by m.user_id limit ${limit}`.execute(db);
  return rows;
}

/** A message, as far as who has got it depends on it. */
export interface Receivable {
  readonly conversationId: string;
  readonly position: number;
  readonly senderId: string;
}

function recipientsOf({ conversationId, position, senderId }: Receivable, viewerId: string) {
  return sql`
    from members m
    where m.conversation_id = ${conversationId} and m.left_at is null and m.joined_position < ${position}
      and m.user_id <> ${viewerId} and m.user_id <> ${senderId}
      and ${sharesReceipts(viewerId)} and ${showsReceiptsTo(viewerId, 'm.user_id')}`;
}

/** How many a message was for, and have got and read it, of those whose receipts the viewer may see. */
export async function countReceipts(
  db: Database,
  message: Receivable,
  viewerId: string,
): Promise<{ members: number; delivered: number; read: number }> {
  const { position } = message;
  const { rows } = await sql<{ members: number; delivered: number; read: number }>`
    select count(*) as members, count(*) filter (where ${delivered} >= ${position}) as delivered,
      count(*) filter (where m.read_position >= ${position}) as read
    ${recipientsOf(message, viewerId)}`.execute(db);
  return rows[0] ?? { members: 0, delivered: 0, read: 0 };
}

/** Those of them who have got it, or have read it, by user id. */
export async function whoReceived(
  db: Database,
  message: Receivable,
  viewerId: string,
  { state, after, limit }: { state: 'delivered' | 'read'; after: string | null; limit: number },
): Promise<{ userId: string; state: 'delivered' | 'read' }[]> {
  const { position } = message;
  const reached = state === 'read' ? sql`m.read_position` : delivered;
  const { rows } = await sql<{ userId: string; state: 'delivered' | 'read' }>`
    select m.user_id as "userId", case when m.read_position >= ${position} then 'read' else 'delivered' end as state
    ${recipientsOf(message, viewerId)} and ${reached} >= ${position}
      ${after === null ? sql`` : sql`and m.user_id > ${after}::uuid`}
    order by m.user_id limit ${limit}`.execute(db);
  return rows;
}

/** The receipts of one conversation. */
export interface RoomRow {
  readonly epoch: string;
  /** How many members it has, counted up to one more than can be followed. */
  readonly members: number;
  /** Of those who share theirs. */
  readonly receipts: readonly Receipt[];
  /** Those who do not. */
  readonly keepers: readonly string[];
}

/** What is followed of some conversations, by their ids. Those there are none of are left out. */
export async function readRooms(
  db: Database,
  conversationIds: readonly string[],
): Promise<Map<string, RoomRow>> {
  const { rows } = await sql<RoomRow & { id: string }>`
    select c.id, ${epochNow} as epoch, few.members, few.receipts, few.keepers
    from unnest(${[...conversationIds]}::uuid[]) as c (id)
    cross join lateral (
      select count(*) as members,
        coalesce(jsonb_agg(to_jsonb(m) - 'private') filter (where not m.private), '[]') as receipts,
        coalesce(jsonb_agg(m."userId") filter (where m.private), '[]') as keepers
      from (
        select ${receiptColumns},
          exists (select from users u where u.id = m.user_id and u.read_receipts = 'nobody') as private
        from members m
        where m.conversation_id = c.id and m.left_at is null
        limit ${limits.receiptsWatched + 1}
      ) m
    ) few`.execute(db);
  return new Map(rows.map(({ id, ...row }) => [id, row]));
}
