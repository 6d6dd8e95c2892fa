import { newId } from '@parley/contract';
import { SignJWT } from 'jose';
import type pg from 'pg';

const schema = `
  CREATE TABLE users (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), name text NOT NULL);
  CREATE TABLE conversations (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(), updated_at timestamptz NOT NULL DEFAULT now()
  );
  CREATE TABLE members (
    conversation_id uuid NOT NULL REFERENCES conversations,
    user_id uuid NOT NULL REFERENCES users,
    PRIMARY KEY (conversation_id, user_id)
  );
  CREATE INDEX ON members (user_id);
  CREATE TABLE messages (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    conversation_id uuid NOT NULL REFERENCES conversations,
    sender_id uuid NOT NULL REFERENCES users,
    content text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
  );
  CREATE INDEX ON messages (conversation_id, created_at DESC);`;

/** Makes the tables that such a server has. */
export async function makeTables(pool: pg.Pool): Promise<void> {
  await pool.query(schema);
}

/** Makes so many people. @returns their ids */
export async function makeUsers(pool: pg.Pool, count: number): Promise<string[]> {
  const ids = Array.from({ length: count }, () => newId());
  await pool.query(`INSERT INTO users (id, name) SELECT id, 'user ' || id FROM unnest($1::uuid[]) id`, [ids]);
  return ids;
}

/** Makes a conversation of each list of people. @returns their ids, in the same order */
export async function makeConversations(
  pool: pg.Pool,
  groups: readonly (readonly string[])[],
): Promise<string[]> {
  const ids = groups.map(() => newId());
  await pool.query('INSERT INTO conversations (id) SELECT unnest($1::uuid[])', [ids]);
  const members = groups.flatMap((users, n) => users.map((user) => ({ conversation: ids[n], user })));
  await pool.query('INSERT INTO members SELECT * FROM unnest($1::uuid[], $2::uuid[])', [
    members.map(({ conversation }) => conversation),
    members.map(({ user }) => user),
  ]);
  return ids;
}

/** Stores so many messages in a conversation, a millisecond apart until now, from its members in turn. */
export async function makeMessages(pool: pg.Pool, conversation: string, count: number): Promise<void> {
  await pool.query(
    `INSERT INTO messages (conversation_id, sender_id, content, created_at)
     SELECT $1, users[1 + n % cardinality(users)], rpad(n::text, 100, 'x'), now() - ($2 - n) * interval '1 ms'
     FROM (SELECT array_agg(user_id) AS users FROM members WHERE conversation_id = $1) everybody,
       generate_series(1, $2::integer) n`,
    [conversation, count],
  );
}

/** What somebody shows to be let in. */
export async function tokenOf(userId: string, secret: string): Promise<string> {
  return new SignJWT()
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(userId)
    .setExpirationTime('1 day')
    .sign(new TextEncoder().encode(secret));
}
