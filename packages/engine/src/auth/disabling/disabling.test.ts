import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Engine } from '../../index.ts';
import { silentLog, type TestParley, testParley } from '../../testing/index.ts';
import { insertRefreshToken } from '../refresh/queries.ts';
import { newSecretToken } from '../tokens.ts';
import { disableAccount, enableAccount } from './disabling.ts';

let parley: TestParley;
let engine: Engine;
const client = { address: '203.0.113.9', device: 'test' };
const password = 'a fine password';

beforeAll(async () => {
  parley = await testParley();
  engine = await parley.engine({ sessionCheckMs: 100 });
});
afterAll(() => parley[Symbol.asyncDispose]());

const disable = (name: string) => disableAccount(parley.connectionString, silentLog, name);
const enable = (name: string) => enableAccount(parley.connectionString, silentLog, name);

test('security, session: a disabled account loses its sessions, and nobody gets in with its password or tokens', async () => {
  const { auth } = engine.services;
  const ada = await parley.person('ada', password);
  const phone = await parley.signIn(ada.userId);
  const { token: refreshToken, hash } = newSecretToken();
  await insertRefreshToken(parley.db, { hash, session_id: phone.sessionId, parent: null });
  await engine.authenticate(phone.accessToken);
  const told = new Promise<void>((resolve) => void engine.holdSession(phone, resolve));
  expect(await disable('ADA@example.com')).toBe(2);
  // Nothing but the database says so.
  await told;
  await expect(engine.authenticate(phone.accessToken)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  await expect(auth.refresh(client, { refreshToken })).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  const answers = await Promise.all(
    ['ada', 'nobody'].map((email) =>
      auth.login(client, { email, password }).catch((error: unknown) => error),
    ),
  );
  for (const answer of answers) {
    expect(answer).toMatchObject({
      code: 'WRONG_CREDENTIALS',
      message: 'unable to sign in; the name or the password is wrong',
    });
  }
  expect(await disable('ada')).toBeNull();

  expect(await enable('ada')).toBe(true);
  await expect(engine.authenticate(ada.accessToken)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  await auth.login(client, { email: 'ada', password });
  expect(await enable('ada')).toBe(false);
  const events = await parley.db
    .selectFrom('audit_events')
    .select(['kind', 'details'])
    .where('subject_id', '=', ada.userId)
    .orderBy('at')
    .orderBy('id')
    .execute();
  expect(events).toEqual([
    { kind: 'account-disabled', details: null },
    { kind: 'session-ended', details: null },
    { kind: 'session-ended', details: null },
    { kind: 'sign-in-failed', details: { reason: 'disabled' } },
    { kind: 'account-enabled', details: null },
    { kind: 'signed-in', details: null },
  ]);
});

test('a session that was not ended with its account is not renewed either', async () => {
  const bob = await parley.person('bob');
  const { token: refreshToken, hash } = newSecretToken();
  await insertRefreshToken(parley.db, { hash, session_id: bob.sessionId, parent: null });
  await parley.db
    .updateTable('users')
    .set({ disabled_at: new Date() })
    .where('id', '=', bob.userId)
    .execute();
  await expect(engine.services.auth.refresh(client, { refreshToken })).rejects.toMatchObject({
    code: 'UNAUTHENTICATED',
  });
});

test('a name that nobody has is told', async () => {
  await expect(disable('nobody')).rejects.toThrow('unable to find the account; nobody is called nobody');
});
