import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Engine } from '../index.ts';
import { KeyOperator } from '../operations.ts';
import { silentLog, type TestIssuer, testIssuer, type TestParley, testParley } from '../testing/index.ts';

const resources = new AsyncDisposableStack();
afterAll(() => resources.disposeAsync());
let parley: TestParley;
let issuer: TestIssuer;
let engine: Engine;
let other: Engine;
beforeAll(async () => {
  parley = resources.use(await testParley());
  issuer = resources.use(await testIssuer());
  [engine, other] = await Promise.all(
    [1, 2].map(() => parley.engine({ issuer: issuer.options, sessionCheckMs: 200 })),
  ).then(([one, two]) => {
    if (one === undefined || two === undefined) throw new Error('there are two engines');
    return [one, two];
  });
});

const client = { address: '192.0.2.7', device: 'a browser' };
const enter = (token: string, where = engine) => where.authenticate(token, { client });
const self = async (token: string) => engine.services.auth.me(await enter(token));
const now = () => Math.floor(Date.now() / 1000);
const audited = async (userId: string) => {
  const rows = await parley.db
    .selectFrom('audit_events')
    .selectAll()
    .where((eb) => eb.or([eb('actor_id', '=', userId), eb('subject_id', '=', userId)]))
    .orderBy('id')
    .execute();
  return rows.map(({ kind, details, address }) => [kind, details?.['by'], address]);
};

test('somebody of the issuer has an account from the first token on, with a session of its own', async () => {
  const claims = {
    sub: 'ada',
    name: 'Ada Lovelace',
    preferred_username: 'ada',
    picture: 'https://example.com/ada.png',
    email: 'ada@example.org',
    email_verified: true,
    sid: 'laptop',
  };
  const token = await issuer.token(claims);
  const first = await enter(token);
  expect(await self(token)).toMatchObject({
    id: first.userId,
    username: 'ada',
    displayName: 'Ada Lovelace',
    avatar: 'https://example.com/ada.png',
    email: 'ada@example.org',
  });
  const again = await enter(await issuer.token({ ...claims, exp: now() + 1200 }), other);
  expect(again).toMatchObject({ userId: first.userId, sessionId: first.sessionId });
  const phone = await enter(await issuer.token({ ...claims, sid: 'phone' }));
  expect(phone.userId).toBe(first.userId);
  expect(phone.sessionId).not.toBe(first.sessionId);
  const session = await parley.db
    .selectFrom('sessions')
    .selectAll()
    .where('id', '=', first.sessionId)
    .executeTakeFirstOrThrow();
  expect(session).toMatchObject({
    device: client.device,
    address: client.address,
    issuer: issuer.options.issuer,
  });
  expect(session.expires_at).toEqual(again.expiresAt);
  expect(await audited(first.userId)).toEqual([
    ['account-created', 'issuer', client.address],
    ['signed-in', 'issuer', client.address],
    ['signed-in', 'issuer', client.address],
  ]);
});

test('two processes that see somebody first at the same time make one account', async () => {
  // They meet at the username, or where that differs at the identity.
  const nameOf = (n: number, index: number) => (n % 2 === 0 ? `twin${n}` : `twin${n}-${index}`);
  for (let n = 0; n < 8; n += 1) {
    const tokens = await Promise.all(
      Array.from({ length: 6 }, (_, index) =>
        issuer.token({ sub: `twin-${n}`, preferred_username: nameOf(n, index), sid: String(index) }),
      ),
    );
    const people = await Promise.all(
      tokens.map((token, index) => enter(token, index % 2 === 0 ? engine : other)),
    );
    expect(new Set(people.map(({ userId }) => userId)).size).toBe(1);
    const user = await parley.db
      .selectFrom('users')
      .select('id')
      .where('username', 'like', `twin${n}%`)
      .execute();
    expect(user).toHaveLength(1);
  }
});

test('security, session: nobody gets an account here by having its e-mail address or name elsewhere', async () => {
  const victim = await parley.person('victim');
  const claims = { preferred_username: 'victim', email: 'VICTIM@example.com', email_verified: true };
  const stranger = await self(await issuer.token({ sub: victim.userId, ...claims }));
  expect(stranger.id).not.toBe(victim.userId);
  expect(stranger.email).toBeNull();
  expect(stranger.username).toMatch(/^victim-[0-9a-f]{6}$/);
  expect((await engine.services.auth.me(await enter(victim.accessToken))).email).toBe('victim@example.com');
  // The same name at two systems is two people, too, and so is an address that is verified later.
  const later = await issuer.token({ sub: victim.userId, ...claims, iat: now() + 2 });
  expect((await self(later)).email).toBeNull();
});

test('somebody from elsewhere has no password: signing in with one fails like any other wrong one', async () => {
  const token = await issuer.token({ sub: 'no-password', preferred_username: 'nopassword' });
  const viewer = await enter(token);
  const wrong = { code: 'WRONG_CREDENTIALS' };
  const { auth } = engine.services;
  await expect(auth.login(client, { email: 'nopassword', password: 'null' })).rejects.toMatchObject(wrong);
  const change = { currentPassword: 'null', newPassword: 'a fine password' };
  await expect(auth.changePassword(viewer, change)).rejects.toMatchObject(wrong);
});

test('a profile is taken over when the issuer changes it, and not over what was changed here since', async () => {
  const claims = { sub: 'grace', name: 'Grace', preferred_username: 'grace' };
  const at = now() - 100;
  const viewer = await enter(await issuer.token({ ...claims, iat: at }));
  await engine.services.auth.updateProfile(viewer, { displayName: 'Amazing Grace', username: 'amazing' });
  expect(await self(await issuer.token({ ...claims, iat: at + 1 }))).toMatchObject({
    displayName: 'Amazing Grace',
  });
  const changed = { ...claims, name: 'Grace Hopper', email: 'grace@example.org', email_verified: true };
  expect(await self(await issuer.token({ ...changed, iat: at + 2 }))).toMatchObject({
    displayName: 'Grace Hopper',
    username: 'amazing',
    email: 'grace@example.org',
  });
  // A token from before the change is still good, and older news.
  expect(await self(await issuer.token({ ...claims, iat: at + 1, jti: 'old' }))).toMatchObject({
    displayName: 'Grace Hopper',
  });
});

test('security, session: one that was ended keeps its tokens out on every process, for as long as they are good', async () => {
  const claims = { sub: 'leaver', sid: 'one' };
  const token = await issuer.token(claims);
  const viewer = await enter(token);
  await enter(token, other);
  const told = new Promise<void>((resolve) => void other.holdSession(viewer, resolve));
  await engine.services.auth.logout(viewer);
  await told;
  const later = await issuer.token({ ...claims, exp: now() + 3000 });
  const elsewhere = await issuer.token({ ...claims, sid: 'two' });
  for (const each of [engine, other]) {
    for (const refused of [token, later]) {
      await expect(enter(refused, each)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    }
    expect((await enter(elsewhere, each)).userId).toBe(viewer.userId);
  }
});

test('security, session: without sid each token is a session, and ending one lets the next in', async () => {
  const one = await issuer.token({ sub: 'tokens', exp: now() + 500 });
  const two = await issuer.token({ sub: 'tokens', exp: now() + 501 });
  const viewer = await enter(one);
  await engine.services.auth.logout(viewer);
  await expect(enter(one)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  expect((await enter(two)).userId).toBe(viewer.userId);
});

test('without an issuer its tokens are refused, and with one Parley’s own go on working', async () => {
  const plain = await parley.engine();
  await expect(enter(await issuer.token(), plain)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  const ada = await parley.person('own');
  expect(await enter(ada.accessToken)).toMatchObject({ userId: ada.userId, sessionId: ada.sessionId });
});

test('sessions whose tokens are all of the past are forgotten', async () => {
  const viewer = await enter(await issuer.token({ sub: 'old', sid: 'first' }));
  await parley.db
    .updateTable('sessions')
    .set({ expires_at: new Date(Date.now() - 2 * 86_400_000) })
    .where('id', '=', viewer.sessionId)
    .execute();
  await enter(await issuer.token({ sub: 'old', sid: 'second' }));
  const left = await parley.db
    .selectFrom('sessions')
    .select('id')
    .where('user_id', '=', viewer.userId)
    .execute();
  expect(left).toHaveLength(1);
});

test('an account that is closed lets in neither the issuer nor a key, nor keeps what either holds', async () => {
  const { db } = parley;
  await sql`alter table users add column if not exists disabled_at timestamptz`.execute(db);
  await using operator = new KeyOperator(parley.connectionString, silentLog);
  const { key } = await operator.create({ name: 'bot', scopes: [], expiresAt: null });
  const { userId } = await enter(await issuer.token({ sub: 'closed', sid: 'one' }));
  const viewer = await engine.authenticate(key, { actsFor: userId });
  const ended = new Promise<void>((resolve) => void engine.holdSession(viewer, resolve));
  await sql`update users set disabled_at = now() where id = ${userId}`.execute(db);
  await ended;
  const forbidden = { code: 'FORBIDDEN' };
  await expect(enter(await issuer.token({ sub: 'closed', sid: 'two' }))).rejects.toMatchObject(forbidden);
  await expect(engine.authenticate(key, { actsFor: userId })).rejects.toMatchObject(forbidden);
});
