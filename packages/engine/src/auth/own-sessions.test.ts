import { newId } from '@parley/contract';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Engine } from '../index.ts';
import { type TestParley, type TestPerson, testParley } from '../testing/index.ts';
import { insertRefreshToken } from './refresh/queries.ts';
import { newSecretToken } from './tokens.ts';

let parley: TestParley;
let engine: Engine;
let other: Engine;
let people = 0;

beforeAll(async () => {
  parley = await testParley();
  engine = await parley.engine({ sessionCheckMs: 100 });
  other = await parley.engine({ sessionCheckMs: 100 });
});
afterAll(() => parley[Symbol.asyncDispose]());

const somebody = () => parley.person(`owner-${(people += 1)}`);
const refused = { code: 'UNAUTHENTICATED' };
const kept = (viewer: TestPerson) =>
  parley.db
    .selectFrom('audit_events')
    .select(['kind', 'session_id'])
    .where('subject_id', '=', viewer.userId)
    .execute();

test('sessions are listed with what tells them apart, latest used first, and only those that live', async () => {
  const ada = await somebody();
  const phone = await parley.signIn(ada.userId);
  const over = await parley.signIn(ada.userId);
  const old = await parley.signIn(ada.userId);
  const { db } = parley;
  const past = new Date(Date.now() - 60_000);
  await db.updateTable('sessions').set({ ended_at: past }).where('id', '=', over.sessionId).execute();
  await db.updateTable('sessions').set({ expires_at: past }).where('id', '=', old.sessionId).execute();
  await db
    .updateTable('sessions')
    .set({ last_used_at: past, device: 'A phone', address: '198.51.100.7' })
    .where('id', '=', phone.sessionId)
    .execute();
  const { auth } = engine.services;
  const listed = await auth.sessions(ada);
  expect(listed.map(({ id, current }) => [id, current])).toEqual([
    [ada.sessionId, true],
    [phone.sessionId, false],
  ]);
  expect(listed[1]).toMatchObject({
    device: 'A phone',
    address: '198.51.100.7',
    lastUsedAt: past.toISOString(),
    createdAt: expect.any(String),
    expiresAt: expect.any(String),
  });
});

test('security, session: one is ended from another device, on every process, and nobody ends what is not theirs', async () => {
  const ada = await somebody();
  const phone = await parley.signIn(ada.userId);
  const grace = await somebody();
  const { auth } = engine.services;
  const none = { code: 'NOT_FOUND' };
  await expect(auth.endSession(grace, { sessionId: phone.sessionId })).rejects.toMatchObject(none);
  await expect(auth.endSession(grace, { sessionId: newId() })).rejects.toMatchObject(none);
  await other.authenticate(phone.accessToken);
  const told = new Promise<void>((resolve) => void other.holdSession(phone, resolve));
  await auth.endSession(ada, { sessionId: phone.sessionId });
  await told;
  for (const each of [engine, other]) {
    await expect(each.authenticate(phone.accessToken)).rejects.toMatchObject(refused);
  }
  await engine.authenticate(ada.accessToken);
  await expect(auth.endSession(ada, { sessionId: phone.sessionId })).rejects.toMatchObject(none);
  expect(await kept(ada)).toEqual([{ kind: 'session-ended', session_id: phone.sessionId }]);
});

test('security, session: all others are ended at once, and this one goes on', async () => {
  const ada = await somebody();
  const others = await Promise.all([1, 2, 3].map(() => parley.signIn(ada.userId)));
  const grace = await somebody();
  await engine.services.auth.endOtherSessions(ada);
  for (const { accessToken } of others) {
    await expect(engine.authenticate(accessToken)).rejects.toMatchObject(refused);
  }
  expect(await engine.services.auth.sessions(ada)).toMatchObject([{ id: ada.sessionId, current: true }]);
  await engine.authenticate(grace.accessToken);
  expect((await kept(ada)).flatMap(({ session_id: id }) => id ?? []).toSorted()).toEqual(
    others.map(({ sessionId }) => sessionId).toSorted(),
  );
});

test('that a session is in use is kept, of one that is held as of one that only calls', async () => {
  const { db } = parley;
  const [held, calling, idle] = await Promise.all([somebody(), somebody(), somebody()]);
  const past = new Date(Date.now() - 3_600_000);
  const ids = [held, calling, idle].map(({ sessionId }) => sessionId);
  await db.updateTable('sessions').set({ last_used_at: past }).where('id', 'in', ids).execute();
  const letGo = engine.holdSession(held, () => {});
  await engine.authenticate(calling.accessToken);
  const stale = async () => {
    const rows = await db
      .selectFrom('sessions')
      .select('id')
      .where('id', 'in', ids)
      .where('last_used_at', '=', past)
      .execute();
    return rows.map(({ id }) => id);
  };
  await expect.poll(stale, { timeout: 10_000 }).toEqual([idle.sessionId]);
  letGo();
});

test('sessions that were over for a week are deleted with their refresh tokens, and mailed tokens that expired', async () => {
  const { db } = parley;
  const [ended, expired, lately, alive] = await Promise.all([1, 2, 3, 4].map(somebody));
  if (!ended || !expired || !lately || !alive) throw new Error('there are four');
  const ids = [ended, expired, lately, alive].map(({ sessionId }) => sessionId);
  for (const session_id of ids) {
    await insertRefreshToken(db, { hash: newSecretToken().hash, session_id, parent: null });
  }
  const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000);
  const over = (id: string, change: { ended_at: Date } | { expires_at: Date }) =>
    db.updateTable('sessions').set(change).where('id', '=', id).execute();
  await over(ended.sessionId, { ended_at: daysAgo(8) });
  await over(expired.sessionId, { expires_at: daysAgo(8) });
  await over(lately.sessionId, { ended_at: daysAgo(6) });
  const token = { purpose: 'password-reset' as const, expires_at: daysAgo(0.01) };
  await db
    .insertInto('mailed_tokens')
    .values({ ...token, user_id: alive.userId, hash: newSecretToken().hash })
    .execute();
  // What it does every hour it does when it starts as well.
  await parley.engine();
  const left = async () => {
    const sessions = await db.selectFrom('sessions').select('id').where('id', 'in', ids).execute();
    const tokens = await db.selectFrom('refresh_tokens').select('session_id as id').execute();
    const mailed = await db.selectFrom('mailed_tokens').select('user_id').execute();
    const idsOf = (rows: readonly { id: string }[]) => rows.map(({ id }) => id).toSorted();
    return [idsOf(sessions), idsOf(tokens), mailed.length];
  };
  const both = [lately.sessionId, alive.sessionId].toSorted();
  await expect.poll(left, { timeout: 10_000 }).toEqual([both, both, 0]);
});
