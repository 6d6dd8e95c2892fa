import { sql } from 'kysely';
import type { Database, Locking } from '../db/database.ts';
import { columns, type MessageRow } from '../messages/queries.ts';

/** How many messages of a conversation are pinned. */
export async function countPins(db: Database, conversationId: string): Promise<number> {
  const { count } = await db
    .selectFrom('pins')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('conversation_id', '=', conversationId)
    .executeTakeFirstOrThrow();
  return count;
}

export async function insertPin(
  trx: Locking,
  pin: { conversation_id: string; position: number; seq: number },
): Promise<void> {
  await trx.insertInto('pins').values(pin).execute();
}

export async function deletePins(
  trx: Locking,
  conversationId: string,
  positions: readonly number[],
): Promise<void> {
  await trx
    .deleteFrom('pins')
    .where('conversation_id', '=', conversationId)
    .where('position', 'in', [...positions])
    .execute();
}

/** The pinned messages behind position `hidden`, the one pinned last first. */
export async function pinnedMessages(
  db: Database,
  conversationId: string,
  hidden: number,
): Promise<MessageRow[]> {
  const { rows } = await sql<MessageRow>`
    select m.* from pins p
    cross join lateral (
      select ${sql.join(columns.map((column) => sql.ref(column)))} from messages
      where conversation_id = ${conversationId} and position = p.position
    ) m
    where p.conversation_id = ${conversationId} and p.position > ${hidden}
    order by p.seq desc`.execute(db);
  return rows;
}
