import { newId } from '@parley/contract';
import {
  AccessTokens,
  type Database,
  insertGroups,
  openDatabase,
  type SeedMember,
  silentLog,
  testTokens,
} from '@parley/engine/testing';
import type pg from 'pg';

const tokenSeconds = 86_400;
const membersPerStatement = 20_000;

/** Somebody with an account, signed in. */
export interface Account {
  readonly userId: string;
  readonly token: string;
}

/** Makes accounts with a session each, without the cost of hashing a password for each. */
export async function makeAccounts(pool: pg.Pool, count: number): Promise<Account[]> {
  const people = Array.from({ length: count }, () => ({ userId: newId(), sessionId: newId() }));
  const ids = people.map(({ userId }) => userId);
  await pool.query(
    `insert into users (id, email, username, password_hash)
     select id, id || '@example.com', replace(id::text, '-', ''), '' from unnest($1::uuid[]) id`,
    [ids],
  );
  await pool.query(
    `insert into sessions (id, user_id, device, address, expires_at)
     select s, u, 'bench', '127.0.0.1', now() + interval '1 day' from unnest($1::uuid[], $2::uuid[]) as t (s, u)`,
    [people.map(({ sessionId }) => sessionId), ids],
  );
  const issuer = new AccessTokens(testTokens.secret, tokenSeconds);
  const accounts: Account[] = [];
  for (const { userId, sessionId } of people) {
    accounts.push({ userId, token: (await issuer.issue(userId, sessionId)).accessToken });
  }
  return accounts;
}

/** Makes a group of each list of people. @returns their ids, in the same order */
export async function makeGroups(db: Database, groups: readonly (readonly Account[])[]): Promise<string[]> {
  const inboxSeqs = new Map<string, number>();
  const ids: string[] = [];
  let members: SeedMember[] = [];
  for (const group of groups) {
    const conversation = newId();
    ids.push(conversation);
    for (const [index, { userId }] of group.entries()) {
      const inboxSeq = (inboxSeqs.get(userId) ?? 0) + 1;
      inboxSeqs.set(userId, inboxSeq);
      members.push({ conversation, user: userId, place: index + 1, inboxSeq });
    }
    if (members.length < membersPerStatement) continue;
    await insertGroups(db, members);
    members = [];
  }
  if (members.length > 0) await insertGroups(db, members);
  return ids;
}

/** A connection for what is made in bulk, which may take longer than anything that serves people. */
export function bulkDatabase(connectionString: string): Database {
  return openDatabase(connectionString, 1, silentLog, { purpose: 'migrating' });
}
