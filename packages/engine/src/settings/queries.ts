import type { Insertable, Selectable } from 'kysely';
import type { Database, Locking } from '../db/database.ts';
import type { ConversationSettingsTable } from '../db/tables.ts';

/** What somebody has set for a conversation, if they ever have. */
export function findSettings(
  db: Database,
  conversationId: string,
  userId: string,
): Promise<Selectable<ConversationSettingsTable> | undefined> {
  return db
    .selectFrom('conversation_settings')
    .selectAll()
    .where('conversation_id', '=', conversationId)
    .where('user_id', '=', userId)
    .executeTakeFirst();
}

export async function saveSettings(trx: Locking, row: Insertable<ConversationSettingsTable>): Promise<void> {
  const { conversation_id: _conversation, user_id: _user, ...columns } = row;
  await trx
    .insertInto('conversation_settings')
    .values(row)
    .onConflict((conflict) => conflict.columns(['conversation_id', 'user_id']).doUpdateSet(columns))
    .execute();
}

/** How many conversations a person has pinned. */
export async function countPinned(trx: Locking, userId: string): Promise<number> {
  const { count } = await trx
    .selectFrom('conversation_settings')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('user_id', '=', userId)
    .where('pinned_at', 'is not', null)
    .executeTakeFirstOrThrow();
  return count;
}

/** Takes away what concerns nobody but a person whose membership ends: settings and draft. */
export async function dropOwn(trx: Locking, conversationId: string, userId: string): Promise<void> {
  for (const table of ['conversation_settings', 'drafts'] as const) {
    await trx
      .deleteFrom(table)
      .where('conversation_id', '=', conversationId)
      .where('user_id', '=', userId)
      .execute();
  }
}
