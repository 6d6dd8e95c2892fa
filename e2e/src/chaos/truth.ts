import type pg from 'pg';

/** A conversation as PostgreSQL has it. */
export interface TrueConversation {
  readonly id: string;
  readonly lastSeq: number;
  readonly memberCount: number;
  readonly messages: readonly TrueMessage[];
  /** Of its present members, by id. */
  readonly members: ReadonlyMap<string, { hidden: number; unread: number }>;
}

interface TrueMessage {
  readonly id: string;
  readonly position: number;
  readonly seq: number;
  readonly senderId: string;
  readonly content: string;
}

/** Everything that is stored, read in one snapshot, with unread numbers counted row by row. */
export async function readTruth(pool: pg.Pool): Promise<Map<string, TrueConversation>> {
  const client = await pool.connect();
  try {
    await client.query('begin isolation level repeatable read read only');
    const conversations = await client.query<{ id: string; last_seq: string }>(
      'select id, last_seq from conversations',
    );
    const messages = await client.query<TrueMessage & { conversation_id: string }>(
      `select conversation_id, id, position::int, seq::int, sender_id as "senderId", content
       from messages order by conversation_id, position`,
    );
    const members = await client.query<{
      conversation_id: string;
      user_id: string;
      hidden: number;
      unread: number;
    }>(
      `select m.conversation_id, m.user_id,
         case c.history when 'from-joining' then m.joined_position else 0 end::int as hidden,
         (select count(*)::int from messages x where x.conversation_id = m.conversation_id
           and x.position > m.read_position and x.type = 'text' and x.metadata -> 'thread' is null and x.sender_id <> m.user_id) as unread
       from members m join conversations c on c.id = m.conversation_id where m.left_at is null`,
    );
    await client.query('commit');
    const messagesOf = Map.groupBy(messages.rows, (row) => row.conversation_id);
    const membersOf = Map.groupBy(members.rows, (row) => row.conversation_id);
    return new Map(
      conversations.rows.map(({ id, last_seq }) => {
        const rows = membersOf.get(id) ?? [];
        const present = new Map(rows.map(({ user_id, hidden, unread }) => [user_id, { hidden, unread }]));
        const lastSeq = Number(last_seq);
        return [
          id,
          { id, lastSeq, memberCount: present.size, messages: messagesOf.get(id) ?? [], members: present },
        ];
      }),
    );
  } finally {
    client.release();
  }
}
