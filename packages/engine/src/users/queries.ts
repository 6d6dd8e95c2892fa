import { type Selectable, sql } from 'kysely';
import type { Database } from '../db/database.ts';
import type { UsersTable } from '../db/tables.ts';

export function findUsers(db: Database, ids: readonly string[]): Promise<Selectable<UsersTable>[]> {
  if (ids.length === 0) return Promise.resolve([]);
  return db
    .selectFrom('users')
    .selectAll()
    .where('id', 'in', [...ids])
    .execute();
}

/**
 * People whose username or display name contains the text, those whose username begins with it first, or the one whose
 * whole e-mail address it is. Under three characters, which is less than a trigram, only beginnings count.
 */
export function searchUsers(
  db: Database,
  text: string,
  options: { without: string; limit: number },
): Promise<Selectable<UsersTable>[]> {
  const lowered = text.toLowerCase();
  const escaped = lowered.replaceAll(/[\\%_]/g, (wildcard) => `\\${wildcard}`);
  const anywhere = Array.from(lowered).length >= 3 ? `%${escaped}%` : `${escaped}%`;
  return db
    .selectFrom('users')
    .selectAll()
    .where('id', '<>', options.without)
    .where((eb) =>
      eb.or([
        eb(sql`lower(username)`, 'like', anywhere),
        eb(sql`lower(display_name)`, 'like', anywhere),
        eb(sql`lower(email)`, '=', lowered),
      ]),
    )
    .orderBy(sql`lower(username) = ${lowered}`, 'desc')
    .orderBy(sql`lower(username) like ${`${escaped}%`}`, 'desc')
    .orderBy(sql`lower(username)`)
    .limit(options.limit)
    .execute();
}
