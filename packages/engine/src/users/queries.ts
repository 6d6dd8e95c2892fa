import { sql } from 'kysely';
import type { Database } from '../db/database.ts';
import { isOnline } from '../db/presence.ts';
import type { UserRow } from './rows.ts';

export function findUsers(db: Database, ids: readonly string[]): Promise<UserRow[]> {
  if (ids.length === 0) return Promise.resolve([]);
  return db
    .selectFrom('users')
    .selectAll()
    .select(isOnline('users').as('is_online'))
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
): Promise<UserRow[]> {
  const lowered = text.toLowerCase();
  const escaped = lowered.replaceAll(/[\\%_]/g, (wildcard) => `\\${wildcard}`);
  const beginning = `${escaped}%`;
  const anywhere = Array.from(lowered).length >= 3 ? `%${escaped}%` : beginning;
  const { rows } = await sql<UserRow>`
    select found.*, ${isOnline('found')} as is_online from (
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
