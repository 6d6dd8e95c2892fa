import { type Insertable, type Selectable, sql } from 'kysely';
import type { Database } from '../db/database.ts';
import type { ApiKeysTable } from '../db/tables.ts';
import { isActive } from '../identity/queries.ts';

export async function insertKey(db: Database, row: Insertable<ApiKeysTable>): Promise<void> {
  await db.insertInto('api_keys').values(row).execute();
}

export function findKey(db: Database, id: string): Promise<Selectable<ApiKeysTable> | undefined> {
  return db.selectFrom('api_keys').selectAll().where('id', '=', id).executeTakeFirst();
}

/** A key as its operator sees it: what is kept of the key itself is nobody's business. */
export type ListedKey = Omit<Selectable<ApiKeysTable>, 'hash'>;

/** The oldest first. */
export function allKeys(db: Database): Promise<ListedKey[]> {
  const columns = ['id', 'name', 'scopes', 'created_at', 'last_used_at', 'expires_at', 'revoked_at'] as const;
  return db.selectFrom('api_keys').select(columns).orderBy('id').execute();
}

/** @returns whether there was such a key that counted */
export async function revokeKey(db: Database, id: string): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('api_keys')
    .set({ revoked_at: sql<Date>`now()` })
    .where('id', '=', id)
    .where('revoked_at', 'is', null)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

export interface KeyUse {
  readonly keyId: string;
  /** For whom; null for nobody. */
  readonly userId: string | null;
}

/** Of the given uses, those whose key counts and whose person may come in, by place. */
export async function livingUses(db: Database, uses: readonly KeyUse[]): Promise<ReadonlySet<number>> {
  const keys = uses.map(({ keyId }) => keyId);
  const users = uses.map(({ userId }) => userId);
  const { rows } = await sql<{ place: number }>`
    select i.place from unnest(${keys}::uuid[], ${users}::uuid[]) with ordinality as i (key_id, user_id, place)
    join api_keys k on k.id = i.key_id and k.revoked_at is null and (k.expires_at is null or k.expires_at > now())
    left join users u on u.id = i.user_id
    where i.user_id is null or (u.id is not null and ${isActive})`.execute(db);
  return new Set(rows.map(({ place }) => place - 1));
}

/** Notes when keys were used last. */
export async function noteUses(db: Database, uses: ReadonlyMap<string, Date>): Promise<void> {
  const ids = [...uses.keys()];
  const times = [...uses.values()];
  await sql`
    update api_keys k set last_used_at = greatest(k.last_used_at, i.used_at)
    from unnest(${ids}::uuid[], ${times}::timestamptz[]) as i (id, used_at) where k.id = i.id`.execute(db);
}
