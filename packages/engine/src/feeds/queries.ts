import type { Change } from '@parley/contract';
import { type Selectable, sql } from 'kysely';
import { hiddenUpTo } from '../access.ts';
import { conversationInfoOf, memberOf } from '../conversations/rows.ts';
import type { Database } from '../db/database.ts';
import { epochNow } from '../db/epoch.ts';
import type { ConversationsTable } from '../db/tables.ts';
import { messagesSince } from '../messages/queries.ts';
import { messageOf } from '../messages/rows.ts';
import type { FeedSnapshot, Membership } from './feed.ts';

export interface FeedHead {
  readonly id: string;
  readonly epoch: string;
  readonly last_seq: number;
  readonly member_version: number;
}

/** Where conversations stand. Unknown ones are left out. */
export function readHeads(db: Database, conversationIds: readonly string[]): Promise<FeedHead[]> {
  return db
    .selectFrom('conversations')
    .select(['id', 'last_seq', 'member_version', epochNow.as('epoch')])
    .where('id', 'in', [...conversationIds])
    .execute();
}

/** Of the given heads, those that differ from the database's. */
export async function differingHeads(
  db: Database,
  epoch: string,
  heads: readonly { id: string; head: number }[],
): Promise<Pick<FeedHead, 'id' | 'epoch' | 'last_seq'>[]> {
  const { rows } = await sql<Pick<FeedHead, 'id' | 'epoch' | 'last_seq'>>`
    select k.id, coalesce(c.last_seq, 0)::bigint as last_seq, ${epochNow} as epoch
    from unnest(${heads.map(({ id }) => id)}::uuid[], ${heads.map(({ head }) => head)}::bigint[]) as k (id, head)
    left join conversations c on c.id = k.id
    where c.last_seq is distinct from k.head or ${epochNow} <> ${epoch}`.execute(db);
  return rows;
}

/** A transaction whose statements all see the same snapshot. */
export function inSnapshot<T>(db: Database, body: (db: Database) => Promise<T>): Promise<T> {
  return db.transaction().setIsolationLevel('repeatable read').setAccessMode('read only').execute(body);
}

/** Reads a page of changes; call it within `inSnapshot`. Messages up to position `hidden` are left out. */
export async function changesSince(
  db: Database,
  conversationId: string,
  since: number,
  hidden: number,
  limit: number,
): Promise<{ rows: readonly Change[]; more: boolean }> {
  const conversation = await db
    .selectFrom('conversations')
    .selectAll()
    .where('id', '=', conversationId)
    .where('changed_seq', '>', since)
    .executeTakeFirst();
  const members = await db
    .selectFrom('members')
    .selectAll()
    .where('conversation_id', '=', conversationId)
    .where('seq', '>', since)
    .orderBy('seq')
    .limit(limit + 1)
    .execute();
  const messages = await messagesSince(db, conversationId, since, hidden, limit + 1);
  const rows: Change[] = [
    ...(conversation === undefined ? [] : [conversationChange(conversation)]),
    ...members.map((row) => ({ type: 'member' as const, seq: row.seq, member: memberOf(row) })),
    ...messages.map((row) => ({ type: 'message' as const, seq: row.seq, message: messageOf(row) })),
  ].toSorted((a, b) => a.seq - b.seq);
  return { rows: rows.slice(0, limit), more: rows.length > limit };
}

function conversationChange(row: Selectable<ConversationsTable>): Change {
  return { type: 'conversation', seq: row.changed_seq, conversation: conversationInfoOf(row) };
}

/** What lies above a feed's head, and who of the people asked about is a member, in one snapshot. */
export function readGap(
  db: Database,
  conversationId: string,
  above: number,
  userIds: readonly string[],
  limit: number,
): Promise<FeedSnapshot | undefined> {
  return inSnapshot(db, async (snapshot) => {
    const [head] = await readHeads(snapshot, [conversationId]);
    if (head === undefined) return undefined;
    const { rows, more } = await changesSince(snapshot, conversationId, above, 0, limit);
    return {
      epoch: head.epoch,
      lastSeq: head.last_seq,
      memberVersion: head.member_version,
      above,
      rows: more ? null : rows,
      members: await membershipsOf(snapshot, conversationId, userIds),
    };
  });
}

async function membershipsOf(
  db: Database,
  conversationId: string,
  userIds: readonly string[],
): Promise<Map<string, Membership | null>> {
  const memberships = new Map<string, Membership | null>(userIds.map((userId) => [userId, null]));
  if (userIds.length === 0) return memberships;
  const rows = await db
    .selectFrom('members')
    .innerJoin('conversations', 'conversations.id', 'members.conversation_id')
    .select(['members.user_id', 'members.joined_seq', 'members.joined_position', 'conversations.history'])
    .where('conversation_id', '=', conversationId)
    .where('user_id', '=', sql<string>`any(${[...userIds]}::uuid[])`)
    .where('left_at', 'is', null)
    .execute();
  for (const row of rows) {
    memberships.set(row.user_id, { joinedSeq: row.joined_seq, hidden: hiddenUpTo(row, row) });
  }
  return memberships;
}
