import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Engine } from '../../index.ts';
import { type Mailbox, mailbox, type TestParley, testParley } from '../../testing/index.ts';
import { secretTokenHash } from '../tokens.ts';

let parley: TestParley;
let mail: Mailbox;
let engine: Engine;
let other: Engine;
const client = { address: '203.0.113.9', device: 'test' };
const password = 'a fine password';
const newPassword = 'another good one';

beforeAll(async () => {
  parley = await testParley();
  mail = mailbox();
  engine = await parley.engine({ mail });
  other = await parley.engine({ sessionCheckMs: 100 });
});
afterAll(() => parley[Symbol.asyncDispose]());

const voidToken = { code: 'INVALID_INPUT', fields: [{ path: 'token' }] };
const email = (name: string) => `${name}@example.com`;
const ask = (name: string) => engine.services.auth.requestPasswordReset(client, { email: email(name) });
const reset = (token: string, to = newPassword) =>
  engine.services.auth.resetPassword(client, { token, newPassword: to });
const signIn = (name: string, by: string) =>
  engine.services.auth.login(client, { email: name, password: by });

/** Lets the time pass that a token is good for. */
async function expire(token: string): Promise<void> {
  const { numUpdatedRows } = await parley.db
    .updateTable('mailed_tokens')
    .set({ expires_at: new Date(Date.now() - 1) })
    .where('hash', '=', secretTokenHash(token))
    .executeTakeFirst();
  expect(numUpdatedRows).toBe(1n);
}

test('security, passwords: a reset by mail is good once, ends every session everywhere, and proves the address', async () => {
  const ada = await parley.person('ada', password);
  const phone = await parley.signIn(ada.userId);
  // What this process takes to be alive, it would go on taking to be for seconds.
  for (const each of [engine, other]) await each.authenticate(phone.accessToken);
  const told = new Promise<void>((resolve) => void other.holdSession(phone, resolve));
  await ask('ADA');
  const { subject, text } = await mail.next(email('ada'));
  expect(subject).toBe('Choose a new password for Parley');
  const token = /https:\/\/chat\.test\/reset-password#token=([\w-]+)\n/.exec(text)?.[1] ?? '';
  expect(text).toContain(`\n${token}\n`);
  expect(text).toContain('within 30 minutes');
  const stored = await parley.db.selectFrom('mailed_tokens').selectAll().execute();
  expect(stored).toMatchObject([{ user_id: ada.userId, purpose: 'password-reset' }]);
  expect(JSON.stringify(stored)).not.toContain(token);

  await reset(token);
  await told;
  for (const { accessToken } of [ada, phone]) {
    await expect(engine.authenticate(accessToken)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  }
  await expect(signIn('ada', password)).rejects.toMatchObject({ code: 'WRONG_CREDENTIALS' });
  expect((await signIn('ada', newPassword)).user.emailVerified).toBe(true);
  await expect(reset(token)).rejects.toMatchObject(voidToken);
  const events = await parley.db
    .selectFrom('audit_events')
    .select(['kind', 'address'])
    .where('subject_id', '=', ada.userId)
    .orderBy('at')
    .orderBy('id')
    .execute();
  const { address } = client;
  expect(events).toEqual(
    [
      'password-reset-asked',
      'password-reset',
      'session-ended',
      'session-ended',
      'sign-in-failed',
      'signed-in',
    ].map((kind) => ({ kind, address })),
  );
});

test('security, passwords: of two resets at once with the same token one succeeds', async () => {
  await parley.person('twice', password);
  await ask('twice');
  const token = await mail.token(email('twice'));
  const both = await Promise.allSettled([
    reset(token, 'the first of two'),
    reset(token, 'the second of two'),
  ]);
  expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  expect(both).toContainEqual({
    status: 'rejected',
    reason: expect.objectContaining({ code: 'INVALID_INPUT' }),
  });
});

test('security, passwords: a token is void once it is old, replaced, of another purpose, or none', async () => {
  const bob = await parley.person('bob', password);
  await ask('bob');
  const first = await mail.token(email('bob'));
  await ask('bob');
  const second = await mail.token(email('bob'));
  await engine.services.auth.requestEmailVerification(client, { email: email('bob') });
  const verification = await mail.token(email('bob'));
  for (const token of [first, verification, 'nonsense']) {
    await expect(reset(token)).rejects.toMatchObject(voidToken);
  }
  const verify = (token: string) => engine.services.auth.verifyEmail(client, { token });
  await expect(verify(second)).rejects.toMatchObject(voidToken);
  await expire(second);
  await expect(reset(second)).rejects.toMatchObject(voidToken);
  await expire(verification);
  await expect(verify(verification)).rejects.toMatchObject(voidToken);
  // None of it did anything.
  await engine.authenticate(bob.accessToken);
  await signIn('bob', password);
});

test('a password that is easily guessed leaves the token good', async () => {
  await parley.person('weak', password);
  await ask('weak');
  const token = await mail.token(email('weak'));
  for (const weak of ['password1', 'weak@example.com']) {
    await expect(reset(token, weak)).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      fields: [{ path: 'newPassword' }],
    });
  }
  await reset(token);
});

test('security, enumeration: asking for a mail answers without looking, and writes to nobody who is none', async () => {
  const { auth } = engine.services;
  const grace = await parley.person('grace', password);
  await parley.person('gone', password);
  await parley.db
    .updateTable('users')
    .set({ disabled_at: new Date() })
    .where('username', '=', 'gone')
    .execute();
  // With the accounts locked, whoever looked before answering would wait.
  await parley.db.transaction().execute(async (trx) => {
    await trx.updateTable('users').set({ last_seen_at: null }).execute();
    const names = ['grace', 'nobody', 'gone'];
    const answers = names.flatMap((name) => [
      auth.requestPasswordReset(client, { email: email(name) }),
      auth.requestEmailVerification(client, { email: email(name) }),
    ]);
    expect(await Promise.all(answers)).toEqual(answers.map(() => undefined));
  });
  const subjects = [await mail.next(email('grace')), await mail.next(email('grace'))].map(
    ({ subject }) => subject,
  );
  expect(subjects.toSorted()).toEqual([
    'Choose a new password for Parley',
    'Verify your e-mail address for Parley',
  ]);
  const asked = () =>
    parley.db.selectFrom('mailed_tokens').select('purpose').where('user_id', '=', grace.userId);
  expect(await asked().execute()).toHaveLength(2);
  expect(mail.letters).toEqual([]);
});

test('an address is verified by mail, once, and then there is nothing to write', async () => {
  const { auth } = engine.services;
  const eve = await parley.person('eve');
  expect((await auth.me(eve)).emailVerified).toBe(false);
  await auth.requestEmailVerification(client, { email: email('eve') });
  const { text } = await mail.next(email('eve'));
  const token = /https:\/\/chat\.test\/verify-email#token=([\w-]+)\n/.exec(text)?.[1] ?? '';
  await auth.verifyEmail(client, { token });
  expect((await auth.me(eve)).emailVerified).toBe(true);
  await expect(auth.verifyEmail(client, { token })).rejects.toMatchObject(voidToken);
  await auth.requestEmailVerification(client, { email: email('eve') });
  await ask('eve');
  expect((await mail.next(email('eve'))).subject).toBe('Choose a new password for Parley');
  const kept = parley.db.selectFrom('mailed_tokens').select('purpose').where('user_id', '=', eve.userId);
  expect(await kept.execute()).toEqual([{ purpose: 'password-reset' }]);
});

test('without a mailer asking answers the same, and nothing is kept', async () => {
  const zoe = await parley.person('zoe', password);
  const { auth } = other.services;
  expect(await auth.requestPasswordReset(client, { email: email('zoe') })).toBeUndefined();
  await expect(auth.resetPassword(client, { token: 'nonsense', newPassword })).rejects.toMatchObject(
    voidToken,
  );
  const kept = await parley.db
    .selectFrom('mailed_tokens')
    .selectAll()
    .where('user_id', '=', zoe.userId)
    .execute();
  expect(kept).toEqual([]);
});
