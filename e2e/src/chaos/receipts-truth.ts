import type { Receipt } from '@parley/contract';
import type pg from 'pg';

/**
 * The receipts of a conversation that one of its members may see, as PostgreSQL has them, by user id: what
 * `receipts.list` gives from its first page to its last, and what an open `ReceiptStore` comes to once all is quiet.
 */
export async function readReceipts(
  pool: Pick<pg.Pool, 'query'>,
  conversationId: string,
  viewerId: string,
): Promise<ReadonlyMap<string, Receipt>> {
  const { rows } = await pool.query<Receipt>(
    `select m.user_id as "userId", m.joined_position::int as "joinedPosition",
       greatest(m.delivered_position, m.read_position)::int as "deliveredPosition",
       m.read_position::int as "readPosition"
     from members m join users u on u.id = m.user_id join users v on v.id = $2
     where m.conversation_id = $1 and m.left_at is null and m.user_id <> $2
       and u.read_receipts = 'everybody' and v.read_receipts = 'everybody'
       and not exists (select from blocks b where array[b.blocker_id, b.blocked_id] in
         (array[u.id, v.id], array[v.id, u.id]))
     order by m.user_id`,
    [conversationId, viewerId],
  );
  return new Map(rows.map((row) => [row.userId, row]));
}
