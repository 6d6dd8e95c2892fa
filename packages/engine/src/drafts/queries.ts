import type { Insertable, Selectable } from 'kysely';
import type { Database, Locking } from '../db/database.ts';
import { epochNow } from '../db/epoch.ts';
import type { DraftsTable } from '../db/tables.ts';

export function findDraft(
  db: Database,
  conversationId: string,
  userId: string,
): Promise<Selectable<DraftsTable> | undefined> {
  return db
    .selectFrom('drafts')
    .selectAll()
    .where('conversation_id', '=', conversationId)
    .where('user_id', '=', userId)
    .executeTakeFirst();
}

export async function saveDraft(trx: Locking, row: Insertable<DraftsTable>): Promise<void> {
  const { conversation_id: _conversation, user_id: _user, ...columns } = row;
  await trx
    .insertInto('drafts')
    .values(row)
    .onConflict((conflict) => conflict.columns(['conversation_id', 'user_id']).doUpdateSet(columns))
    .execute();
}

/** A person's drafts changed after an `inbox_seq`, by it; cleared ones where they are asked for. */
export function draftsAfter(
  db: Database,
  userId: string,
  after: number,
  cleared: boolean,
  limit: number,
): Promise<Selectable<DraftsTable>[]> {
  return db
    .selectFrom('drafts')
    .selectAll()
    .where('user_id', '=', userId)
    .where('inbox_seq', '>', after)
    .$if(!cleared, (query) => query.where('content', '<>', ''))
    .orderBy('inbox_seq')
    .limit(limit)
    .execute();
}

export async function readEpoch(db: Database): Promise<string> {
  const { epoch } = await db.selectNoFrom(epochNow.as('epoch')).executeTakeFirstOrThrow();
  return epoch;
}
