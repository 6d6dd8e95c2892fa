import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Engine } from '../../index.ts';
import { type TestParley, type TestPerson, testParley } from '../../testing/index.ts';
import { endSession } from '../queries.ts';
import { newSecretToken, secretTokenHash } from '../tokens.ts';
import { insertRefreshToken } from './queries.ts';

let parley: TestParley;
let engine: Engine;
let other: Engine;
let people = 0;

beforeAll(async () => {
  parley = await testParley();
  engine = await parley.engine();
  other = await parley.engine();
});
afterAll(() => parley[Symbol.asyncDispose]());

const client = { address: '203.0.113.9', device: 'test' };
const refused = { code: 'UNAUTHENTICATED' };
const refresh = async (refreshToken: string, on = engine) =>
  (await on.services.auth.refresh(client, { refreshToken })).refreshToken;

/** Somebody signed in, with a refresh token. */
async function somebody(): Promise<TestPerson & { refreshToken: string }> {
  const person = await parley.person(`refresher-${(people += 1)}`);
  const { token, hash } = newSecretToken();
  await insertRefreshToken(parley.db, { hash, session_id: person.sessionId, parent: null });
  return { ...person, refreshToken: token };
}

/** Lets the time pass in which tabs may race for this token. */
async function passGrace(token: string): Promise<void> {
  const { numUpdatedRows } = await parley.db
    .updateTable('refresh_tokens')
    .set({ used_at: new Date(Date.now() - 30_000) })
    .where('hash', '=', secretTokenHash(token))
    .where('used_at', 'is not', null)
    .executeTakeFirst();
  expect(numUpdatedRows).toBe(1n);
}

test('security, refresh: only the hash of a token is kept', async () => {
  const { refreshToken, sessionId } = await somebody();
  const next = await refresh(refreshToken);
  const rows = await parley.db
    .selectFrom('refresh_tokens')
    .selectAll()
    .where('session_id', '=', sessionId)
    .execute();
  expect(rows).toHaveLength(2);
  for (const token of [refreshToken, next]) {
    expect(Buffer.from(token, 'base64url')).toHaveLength(32);
    expect(JSON.stringify(rows)).not.toContain(token);
    expect(rows.some(({ hash }) => hash.includes(Buffer.from(token, 'base64url')))).toBe(false);
  }
});

test('security, refresh: 20 at once on two processes leave one family alive, and a late replay ends it', async () => {
  const { refreshToken, sessionId, accessToken, userId } = await somebody();
  const renewed = await Promise.all(
    Array.from({ length: 20 }, (_, n) => refresh(refreshToken, n % 2 === 0 ? engine : other)),
  );
  expect(new Set(renewed).size).toBe(20);
  const sessions = await parley.db
    .selectFrom('refresh_tokens')
    .select('session_id')
    .distinct()
    .where('session_id', '=', sessionId)
    .execute();
  expect(sessions).toHaveLength(1);
  const latest = await refresh(renewed[7] ?? '');
  await passGrace(refreshToken);
  await expect(refresh(refreshToken)).rejects.toMatchObject(refused);
  await expect(engine.authenticate(accessToken)).rejects.toMatchObject(refused);
  await expect(refresh(latest)).rejects.toMatchObject(refused);
  const events = await parley.db
    .selectFrom('audit_events')
    .select(['kind', 'session_id', 'address'])
    .where('subject_id', '=', userId)
    .execute();
  expect(events).toEqual([{ kind: 'refresh-token-reused', session_id: sessionId, address: client.address }]);
});

test('security, refresh: a thief who got in within the grace is found out when either goes on', async () => {
  const { refreshToken } = await somebody();
  const [mine, stolen] = [await refresh(refreshToken), await refresh(refreshToken)];
  const next = await refresh(mine);
  // Within the grace of tabs that race, what the thief holds still looks like another tab's.
  await passGrace(stolen);
  await expect(refresh(stolen)).rejects.toMatchObject(refused);
  await expect(refresh(next)).rejects.toMatchObject(refused);
});

test('security, refresh: a token is no tab’s any more once what it was traded for was used', async () => {
  const { refreshToken } = await somebody();
  const latest = await refresh(await refresh(refreshToken));
  await expect(refresh(refreshToken)).rejects.toMatchObject(refused);
  await expect(refresh(latest)).rejects.toMatchObject(refused);
});

test('security, refresh: one that comes while its session is being ended waits, and is void', async () => {
  const { refreshToken, sessionId, userId } = await somebody();
  const { db } = parley;
  const waiting = async () => {
    const { rows } = await sql`select from pg_stat_activity
      where wait_event_type = 'Lock' and datname = current_database()`.execute(db);
    return rows.length;
  };
  const { attempt } = await db.transaction().execute(async (trx) => {
    await endSession(trx, userId, sessionId);
    const coming = refresh(refreshToken).catch((error: unknown) => error);
    await expect.poll(waiting, { timeout: 10_000 }).toBe(1);
    return { attempt: coming };
  });
  expect(await attempt).toMatchObject(refused);
});

test('security, refresh: a token of an ended or expired session is void', async () => {
  const [ended, expired] = [await somebody(), await somebody()];
  await engine.services.auth.logout(ended);
  await parley.db
    .updateTable('sessions')
    .set({ expires_at: new Date(Date.now() - 1_000) })
    .where('id', '=', expired.sessionId)
    .execute();
  for (const { refreshToken } of [ended, expired]) {
    await expect(refresh(refreshToken)).rejects.toMatchObject(refused);
  }
});
