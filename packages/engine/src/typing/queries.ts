import { sql } from 'kysely';
import type { Database } from '../db/database.ts';

export async function isMember(db: Database, conversationId: string, userId: string): Promise<boolean> {
  const { rows } = await sql`
    select from members
    where conversation_id = ${conversationId} and user_id = ${userId} and left_at is null`.execute(db);
  return rows.length > 0;
}
