import { type Selectable, sql } from 'kysely';
import { memberCount } from '../../conversations/queries.ts';
import type { Database } from '../../db/database.ts';
import { epochNow } from '../../db/epoch.ts';
import type { ConversationsTable, MembersTable } from '../../db/tables.ts';
import { columns, type MessageRow } from '../queries.ts';

/** A conversation and one's membership of it, with the rows changed since a seq. */
export interface ChangedRows {
  readonly epoch: string;
  readonly conversation: Selectable<ConversationsTable>;
  readonly member: Selectable<MembersTable>;
  readonly memberCount: number;
  /** By seq; without what the member may not see. */
  readonly messages: readonly MessageRow[];
  readonly members: readonly Selectable<MembersTable>[];
}

/** A row as JSON has it. */
type Json<T> = {
  [K in keyof T]: T[K] extends Date ? string : T[K] extends Date | null ? string | null : T[K];
};

/**
 * What one person may see of what changed in a conversation after `since`, in one SELECT and so of one snapshot:
 * `limit` messages and members each at most. Undefined when they are not a member. Messages are to be found by seq: the
 * sum keeps PostgreSQL from walking a long conversation by position because most are short.
 */
export async function changedRows(
  db: Database,
  conversationId: string,
  userId: string,
  since: number,
  limit: number,
): Promise<ChangedRows | undefined> {
  const { rows } = await sql<{
    epoch: string;
    conversation: Json<Selectable<ConversationsTable>>;
    member: Json<Selectable<MembersTable>>;
    member_count: number;
    messages: Json<MessageRow>[];
    members: Json<Selectable<MembersTable>>[];
  }>`
    select ${epochNow} as epoch, row_to_json(c) as conversation, row_to_json(m) as member,
      ${memberCount(sql`${conversationId}`)} as member_count,
      (
        select coalesce(json_agg(changed), '[]') from (
          select ${sql.join(columns.map((column) => sql.ref(column)))} from messages
          where conversation_id = ${conversationId} and seq > ${since}
            and position + 0 > case c.history when 'from-joining' then m.joined_position else 0 end
          order by seq limit ${limit}
        ) changed
      ) as messages,
      (
        select coalesce(json_agg(changed), '[]') from (
          select * from members where conversation_id = ${conversationId} and seq > ${since} order by seq limit ${limit}
        ) changed
      ) as members
    from conversations c
    join members m on m.conversation_id = c.id and m.user_id = ${userId} and m.left_at is null
    where c.id = ${conversationId}`.execute(db);
  const [row] = rows;
  if (row === undefined) return undefined;
  return {
    epoch: row.epoch,
    conversation: {
      ...row.conversation,
      created_at: new Date(row.conversation.created_at),
      updated_at: new Date(row.conversation.updated_at),
    },
    member: memberRow(row.member),
    memberCount: row.member_count,
    messages: row.messages.map(messageRow),
    members: row.members.map(memberRow),
  };
}

function memberRow(row: Json<Selectable<MembersTable>>): Selectable<MembersTable> {
  return { ...row, left_at: dateOf(row.left_at) };
}

function messageRow(row: Json<MessageRow>): MessageRow {
  return {
    ...row,
    created_at: new Date(row.created_at),
    edited_at: dateOf(row.edited_at),
    deleted_at: dateOf(row.deleted_at),
  };
}

function dateOf(text: string | null): Date | null {
  return text === null ? null : new Date(text);
}
