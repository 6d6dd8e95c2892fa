import { createHash } from 'node:crypto';
import type { Services } from '@parley/contract/router';
import { SignJWT } from 'jose';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Engine } from '../index.ts';
import { memoryBus } from '../bus/memory-bus.ts';
import { Passwords } from './passwords.ts';
import { Sessions } from './sessions.ts';
import { signedUp, silentLog, type TestParley, testParley, testTokens } from '../testing/index.ts';

let parley: TestParley;
let engine: Engine;
let other: Engine;
let services: Services;
let count = 0;

beforeAll(async () => {
  parley = await testParley();
  engine = await parley.engine({ sessionCheckMs: 200 });
  other = await parley.engine({ sessionCheckMs: 200 });
  ({ services } = engine);
});
afterAll(() => parley[Symbol.asyncDispose]());

const client = { address: '127.0.0.1', device: 'test' };
const account = () => {
  count += 1;
  return { email: `Ada${count}@Example.com`, username: `Ada${count}`, password: 'correct horse battery' };
};
const viewerOf = async (accessToken: string) => engine.authenticate(accessToken);

test('an account signs in by e-mail address or username, in any letter case', async () => {
  const input = account();
  const registered = signedUp(await services.auth.register(client, input));
  expect(registered.user).toMatchObject({ email: input.email, username: input.username, displayName: null });
  expect(registered.expiresIn).toBe(testTokens.accessSeconds);
  for (const name of [input.email, input.username, input.email.toUpperCase(), input.username.toLowerCase()]) {
    const { user } = await services.auth.login(client, { email: name, password: input.password });
    expect(user.id).toBe(registered.user.id);
  }
});

test('security, enumeration: a wrong password and an unknown account get the same answer', async () => {
  const input = account();
  await services.auth.register(client, input);
  const answers = await Promise.all(
    [input.email, 'nobody@example.com'].map((email) =>
      services.auth.login(client, { email, password: 'wrong' }).catch((error: unknown) => error),
    ),
  );
  for (const answer of answers) {
    expect(answer).toMatchObject({
      code: 'WRONG_CREDENTIALS',
      message: 'unable to sign in; the name or the password is wrong',
    });
  }
});

test('security, enumeration: what is taken is told, in any letter case, also to the later of two at once', async () => {
  const input = account();
  await services.auth.register(client, input);
  const shouted = { ...account(), email: input.email.toUpperCase() };
  await expect(services.auth.register(client, shouted)).rejects.toMatchObject({ code: 'EMAIL_TAKEN' });
  const renamed = { ...account(), username: input.username.toLowerCase() };
  await expect(services.auth.register(client, renamed)).rejects.toMatchObject({ code: 'USERNAME_TAKEN' });
  const twice = account();
  const both = await Promise.allSettled([twice, twice].map((same) => services.auth.register(client, same)));
  expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
});

test('security, passwords: every character of a long password counts', async () => {
  const input = { ...account(), password: `${'long '.repeat(20)}A` };
  await services.auth.register(client, input);
  const almost = `${'long '.repeat(20)}B`;
  await expect(services.auth.login(client, { email: input.email, password: almost })).rejects.toMatchObject({
    code: 'WRONG_CREDENTIALS',
  });
});

test('security, JWT: forged, foreign, expired and half-empty tokens are refused', async () => {
  const { user, accessToken } = signedUp(await services.auth.register(client, account()));
  const { sessionId } = await viewerOf(accessToken);
  const key = new TextEncoder().encode(testTokens.secret);
  const sign = (change: (jwt: SignJWT) => SignJWT, header = {}, secret = key) =>
    change(
      new SignJWT({ sid: sessionId })
        .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt', ...header })
        .setSubject(user.id)
        .setIssuer('parley')
        .setAudience('parley')
        .setIssuedAt()
        .setExpirationTime('1h'),
    ).sign(secret);
  expect(await viewerOf(await sign((jwt) => jwt))).toMatchObject({ userId: user.id });
  const wrong = [
    'nonsense',
    `${accessToken.slice(0, -2)}xx`,
    await sign((jwt) => jwt.setIssuer('other')),
    await sign((jwt) => jwt.setAudience('other')),
    await sign((jwt) => jwt.setExpirationTime(1)),
    await sign((jwt) => jwt.setSubject('not a uuid')),
    await sign((jwt) => jwt, { alg: 'HS512' }),
    await sign((jwt) => jwt, { typ: 'JWT' }),
    await sign((jwt) => jwt, {}, new TextEncoder().encode('another secret, of 32 bytes or more')),
    `${Buffer.from('{"alg":"none","typ":"at+jwt"}').toString('base64url')}.${accessToken.split('.')[1]}.`,
    await new SignJWT({ sid: sessionId })
      .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt' })
      .setSubject(user.id)
      .setIssuer('parley')
      .setAudience('parley')
      .setIssuedAt()
      .sign(key),
  ];
  for (const token of wrong) await expect(viewerOf(token)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
});

test('security, session: signing out ends the session on every process, and tells who holds it', async () => {
  const { accessToken } = signedUp(await services.auth.register(client, account()));
  const viewer = await viewerOf(accessToken);
  await other.authenticate(accessToken);
  const told = new Promise<void>((resolve) => void other.holdSession(viewer, resolve));
  await services.auth.logout(viewer);
  await told;
  for (const each of [engine, other]) {
    await expect(each.authenticate(accessToken)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  }
});

test('security, session: a session that ends in the database alone is noticed as well', async () => {
  const { accessToken } = signedUp(await services.auth.register(client, account()));
  const viewer = await viewerOf(accessToken);
  const { sessionId } = viewer;
  const told = new Promise<void>((resolve) => void engine.holdSession(viewer, resolve));
  await parley.db.updateTable('sessions').set({ ended_at: new Date() }).where('id', '=', sessionId).execute();
  await told;
  await expect(engine.authenticate(accessToken)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
});

test('security, session: changing the password needs the old one, ends the other sessions and keeps this one', async () => {
  const input = account();
  const { accessToken } = signedUp(await services.auth.register(client, input));
  const elsewhere = await services.auth.login(client, input);
  const viewer = await viewerOf(accessToken);
  const newPassword = 'another good one';
  await expect(
    services.auth.changePassword(viewer, { currentPassword: 'wrong', newPassword }),
  ).rejects.toMatchObject({ code: 'WRONG_CREDENTIALS' });
  await services.auth.changePassword(viewer, { currentPassword: input.password, newPassword });
  await expect(viewerOf(elsewhere.accessToken)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  expect(await viewerOf(accessToken)).toMatchObject({ userId: viewer.userId });
  await services.auth.login(client, { email: input.email, password: newPassword });
  const events = await parley.db
    .selectFrom('audit_events')
    .select('kind')
    .where('actor_id', '=', viewer.userId)
    .orderBy('at')
    .orderBy('id')
    .execute();
  expect(events.map(({ kind }) => kind)).toEqual([
    ...['account-created', 'signed-in', 'signed-in'],
    ...['password-changed', 'session-ended', 'signed-in'],
  ]);
});

test('security, session: a sign-in under way with the old password does not outlive its change', async () => {
  const input = account();
  const { user } = signedUp(await services.auth.register(client, input));
  const { db } = parley;
  const waiting = async () =>
    (
      await sql`select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`.execute(
        db,
      )
    ).rows.length;
  const signingIn = await db.transaction().execute(async (trx) => {
    await trx.updateTable('users').set({ password_hash: 'another' }).where('id', '=', user.id).execute();
    const attempt = services.auth.login(client, input).catch((error: unknown) => error);
    await expect.poll(waiting, { timeout: 10_000 }).toBe(1);
    return { attempt };
  });
  expect(await signingIn.attempt).toMatchObject({ code: 'WRONG_CREDENTIALS' });
});

test('a pool of hashers that is closed refuses what it had not done, and nothing else fails', async () => {
  const passwords = new Passwords();
  const checks = Promise.allSettled([passwords.verify('x', undefined), passwords.verify('x', '')]);
  await passwords[Symbol.asyncDispose]();
  expect(await checks).toEqual(
    [1, 2].map(() => ({ status: 'rejected', reason: expect.objectContaining({ code: 'UNAVAILABLE' }) })),
  );
});

test('a session found alive while its end was told is not taken to be alive afterwards', async () => {
  const { accessToken } = signedUp(await services.auth.register(client, account()));
  const { sessionId } = await viewerOf(accessToken);
  const bus = memoryBus();
  const sessions = new Sessions(parley.db, bus, silentLog, 3_600_000);
  const checking = await parley.db.transaction().execute(async (trx) => {
    await sql`lock table sessions in access exclusive mode`.execute(trx);
    const check = sessions.check(sessionId);
    sessions.announceEnd([sessionId]);
    return { check };
  });
  await checking.check;
  await parley.db.updateTable('sessions').set({ ended_at: new Date() }).where('id', '=', sessionId).execute();
  await expect(sessions.check(sessionId)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  sessions.close();
  await bus[Symbol.asyncDispose]();
});

test('a name that cannot be stored is refused as input', async () => {
  await expect(services.auth.login(client, { email: 'nul \0', password: 'whatever' })).rejects.toMatchObject({
    code: 'INVALID_INPUT',
  });
});

test('a refresh token is traded for new credentials of the same session', async () => {
  const { accessToken, refreshToken } = signedUp(await services.auth.register(client, account()));
  const renewed = await services.auth.refresh(client, { refreshToken });
  expect(renewed.refreshToken).not.toBe(refreshToken);
  const { sessionId } = await viewerOf(accessToken);
  expect((await viewerOf(renewed.accessToken)).sessionId).toBe(sessionId);
  await expect(services.auth.refresh(client, { refreshToken: 'nonsense' })).rejects.toMatchObject({
    code: 'UNAUTHENTICATED',
  });
});

test('security, refresh: tabs that race to renew all succeed; a late replay ends the session', async () => {
  const { accessToken, refreshToken } = signedUp(await services.auth.register(client, account()));
  const renewed = await Promise.all(
    Array.from({ length: 20 }, () => services.auth.refresh(client, { refreshToken })),
  );
  expect(new Set(renewed.map((credentials) => credentials.refreshToken)).size).toBe(20);
  const long = new Date(Date.now() - 60_000);
  const hash = createHash('sha256').update(refreshToken).digest();
  await parley.db.updateTable('refresh_tokens').set({ used_at: long }).where('hash', '=', hash).execute();
  await expect(services.auth.refresh(client, { refreshToken })).rejects.toMatchObject({
    code: 'UNAUTHENTICATED',
  });
  await expect(viewerOf(accessToken)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  const last = renewed.at(-1)?.refreshToken ?? '';
  await expect(services.auth.refresh(client, { refreshToken: last })).rejects.toMatchObject({
    code: 'UNAUTHENTICATED',
  });
});

test('the profile changes only where told; a taken username is refused', async () => {
  const [mine, theirs] = [account(), account()];
  const { accessToken } = signedUp(await services.auth.register(client, mine));
  await services.auth.register(client, theirs);
  const viewer = await viewerOf(accessToken);
  const updated = await services.auth.updateProfile(viewer, { displayName: 'Ada Lovelace' });
  expect(updated).toMatchObject({ username: mine.username, displayName: 'Ada Lovelace', avatar: null });
  await expect(
    services.auth.updateProfile(viewer, { username: theirs.username.toUpperCase() }),
  ).rejects.toMatchObject({ code: 'USERNAME_TAKEN' });
  expect(await services.auth.me(viewer)).toEqual(updated);
});

test('online status is shown until it is taken back', async () => {
  const { accessToken } = signedUp(await services.auth.register(client, account()));
  const viewer = await viewerOf(accessToken);
  expect(await services.auth.setOnlineStatus(viewer, { isOnline: true })).toMatchObject({
    ...{ isOnline: true, appearsOffline: false },
  });
  const offline = await services.auth.setOnlineStatus(viewer, { isOnline: false });
  expect(offline).toMatchObject({ isOnline: false, appearsOffline: true, lastSeen: expect.any(String) });
});

test('hashing leaves the thread that serves sockets alone', async () => {
  let turns = 0;
  let hashing = true;
  const turn = () => {
    turns += 1;
    if (hashing) setImmediate(turn);
  };
  turn();
  await services.auth.login(client, { email: 'nobody@example.com', password: 'wrong' }).catch(() => {});
  hashing = false;
  // On this thread the event loop would turn only between slices of a tenth of a second: a handful of times.
  expect(turns).toBeGreaterThan(100);
});
