import { type Selectable, sql } from 'kysely';
import type { Database } from '../db/database.ts';
import type { UsersTable } from '../db/tables.ts';

/** What of an account others may see: whoever reads people for others reads nothing else of them. */
export const publicColumns = [
  'id',
  'username',
  'display_name',
  'avatar',
  'online_until',
  'last_seen_at',
] as const;
export type PublicUser = Pick<Selectable<UsersTable>, (typeof publicColumns)[number]>;

export function findUsers(db: Database, ids: readonly string[]): Promise<PublicUser[]> {
  if (ids.length === 0) return Promise.resolve([]);
  return db
    .selectFrom('users')
    .select(publicColumns)
    .where('id', 'in', [...ids])
    .execute();
}

/** Of those who match somewhere, this many at most are put in order: a search for what is in every name stays cheap. */
const mostCandidates = 200;

/**
 * People whose username or display name contains the text, those whose username begins with it first, or the one whose
 * whole e-mail address it is. Under three characters, which is less than a trigram, only beginnings count.
 */
export async function searchUsers(
  db: Database,
  text: string,
  { without, limit }: { without: string; limit: number },
): Promise<PublicUser[]> {
  const lowered = text.toLowerCase();
  const escaped = lowered.replaceAll(/[\\%_]/g, (wildcard) => `\\${wildcard}`);
  const beginning = `${escaped}%`;
  const anywhere = Array.from(lowered).length >= 3 ? `%${escaped}%` : beginning;
  const { rows } = await sql<PublicUser>`
    select ${sql.join(publicColumns.map((column) => sql.ref(column)))} from (
      (select * from users where lower(username) like ${beginning} order by lower(username) using ~<~ limit ${limit + 1})
      union
      (select * from users where lower(username) like ${anywhere} or lower(display_name) like ${anywhere}
        limit ${mostCandidates})
      union
      (select * from users where lower(email) = ${lowered})
    ) found
    where id <> ${without}
    order by lower(username) = ${lowered} desc, lower(username) like ${beginning} desc, lower(username)
    limit ${limit}`.execute(db);
  return rows;
}
