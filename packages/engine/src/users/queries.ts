import { type Selectable, sql } from 'kysely';
import { blockedBetween } from '../blocks/queries.ts';
import type { Database, Locking } from '../db/database.ts';
import { isOnline } from '../db/presence.ts';
import type { UsersTable } from '../db/tables.ts';

/** What of an account others may see: whoever reads people for others reads nothing else of them. */
const publicColumns = [
  'id',
  'username',
  'display_name',
  'avatar',
  'last_seen_at',
  'last_seen_visible',
  'deleted_at',
] as const;
/** It, and whether the person is online by the same snapshot. */
export type PublicUser = Pick<Selectable<UsersTable>, (typeof publicColumns)[number]> & {
  readonly is_online: boolean;
};

const online = isOnline('users').as('is_online');

export function findUsers(db: Database, ids: readonly string[]): Promise<PublicUser[]> {
  if (ids.length === 0) return Promise.resolve([]);
  return db
    .selectFrom('users')
    .select(publicColumns)
    .select(online)
    .where('id', 'in', [...ids])
    .execute();
}

/** A person, and whether one of them and the viewer has blocked the other. */
export type PersonRow = PublicUser & { readonly hidden: boolean };

export function findPeople(db: Database, viewerId: string, ids: readonly string[]): Promise<PersonRow[]> {
  if (ids.length === 0) return Promise.resolve([]);
  return db
    .selectFrom('users')
    .select(publicColumns)
    .select(online)
    .select(blockedBetween(viewerId, sql.ref('users.id')).as('hidden'))
    .where('id', 'in', [...ids])
    .execute();
}

/** People as they stay until the transaction ends: a deletion waits for it. */
export function holdPeople(
  trx: Locking,
  ids: readonly string[],
): Promise<Pick<Selectable<UsersTable>, 'id' | 'deleted_at'>[]> {
  return trx
    .selectFrom('users')
    .select(['id', 'deleted_at'])
    .where('id', 'in', [...ids])
    .orderBy('id')
    .forKeyShare()
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
  { viewerId, limit }: { viewerId: string; limit: number },
): Promise<PersonRow[]> {
  const lowered = text.toLowerCase();
  const escaped = lowered.replaceAll(/[\\%_]/g, (wildcard) => `\\${wildcard}`);
  const beginning = `${escaped}%`;
  const anywhere = Array.from(lowered).length >= 3 ? `%${escaped}%` : beginning;
  const { rows } = await sql<PersonRow>`
    select ${sql.join(publicColumns.map((column) => sql.ref(`found.${column}`)))},
      ${isOnline('found')} as is_online, ${blockedBetween(viewerId, sql.ref('found.id'))} as hidden from (
      (select * from users where lower(username) like ${beginning} order by lower(username) using ~<~ limit ${limit + 1})
      union
      (select * from users where lower(username) like ${anywhere} or lower(display_name) like ${anywhere}
        limit ${mostCandidates})
      union
      (select * from users where lower(email) = ${lowered})
    ) found
    where id <> ${viewerId} and deleted_at is null
    order by lower(username) = ${lowered} desc, lower(username) like ${beginning} desc, lower(username)
    limit ${limit}`.execute(db);
  return rows;
}
