import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Engine } from '../index.ts';
import { type Mailbox, mailbox, signedUp, type TestParley, testParley } from '../testing/index.ts';

let parley: TestParley;
let mail: Mailbox;
let trusting: Engine;
let strict: Engine;
const client = { address: '203.0.113.9', device: 'test' };
const password = 'a fine password';
const account = (username: string) => ({ email: `${username}@example.com`, username, password });

beforeAll(async () => {
  parley = await testParley();
  mail = mailbox();
  trusting = await parley.engine({ mail });
  strict = await parley.engine({ mail, requireEmailVerification: true });
});
afterAll(() => parley[Symbol.asyncDispose]());

const pending = { verificationRequired: true };

test('whoever registers is signed in, and asked by mail to verify the address', async () => {
  const input = account('ada');
  const { user } = signedUp(await trusting.services.auth.register(client, input));
  expect(user.emailVerified).toBe(false);
  const token = await mail.token(input.email);
  await trusting.services.auth.verifyEmail(client, { token });
  const events = await parley.db
    .selectFrom('audit_events')
    .select('kind')
    .where('subject_id', '=', user.id)
    .orderBy('id')
    .execute();
  expect(events.map(({ kind }) => kind)).toEqual(['account-created', 'signed-in', 'email-verified']);
});

test('security, enumeration: registering for a taken address is answered as for a free one, and its owner is told', async () => {
  const { auth } = strict.services;
  const input = account('grace');
  expect(await auth.register(client, input)).toEqual(pending);
  const token = await mail.token(input.email);
  expect(await auth.register(client, { ...account('other'), email: 'GRACE@example.com' })).toEqual(pending);
  const told = await mail.next(input.email);
  expect(told.subject).toBe('You have a Parley account already');
  expect(told.text).not.toContain('token');
  expect(await parley.db.selectFrom('users').select('id').where('username', '=', 'other').execute()).toEqual(
    [],
  );

  // Nobody is signed in before the address is verified, and who lacks the password is not told why.
  const signIn = (by: string) => auth.login(client, { email: 'grace', password: by });
  await expect(signIn(password)).rejects.toMatchObject({ code: 'EMAIL_NOT_VERIFIED' });
  await expect(signIn('wrong')).rejects.toMatchObject({ code: 'WRONG_CREDENTIALS' });
  await auth.verifyEmail(client, { token });
  expect((await signIn(password)).user).toMatchObject({ username: 'grace', emailVerified: true });
});

test('of two who register an address at once one gets it, and both are answered alike', async () => {
  const { auth } = strict.services;
  const both = [account('one'), { ...account('two'), email: 'one@example.com' }];
  expect(await Promise.all(both.map((input) => auth.register(client, input)))).toEqual([pending, pending]);
  const letters = [await mail.next('one@example.com'), await mail.next('one@example.com')];
  expect(letters.map(({ subject }) => subject).toSorted()).toEqual([
    'Verify your e-mail address for Parley',
    'You have a Parley account already',
  ]);
});

test('a taken username is told in any case: everybody sees usernames', async () => {
  await parley.person('seen');
  for (const { services } of [trusting, strict]) {
    await expect(
      services.auth.register(client, { ...account('SEEN'), email: 'new@example.com' }),
    ).rejects.toMatchObject({ code: 'USERNAME_TAKEN' });
  }
});

test('security, passwords: those that are tried first are refused', async () => {
  const { auth } = trusting.services;
  const guessable = [
    'password1',
    'PASSWORD1',
    ' qwertyuiop',
    '12345678',
    'Guessable1',
    'guessable1@example.com',
  ];
  for (const weak of guessable) {
    await expect(
      auth.register(client, { ...account('guessable1'), password: weak }),
      weak,
    ).rejects.toMatchObject({ code: 'INVALID_INPUT', fields: [{ path: 'password' }] });
  }
  const person = await parley.person('guessable1', password);
  await expect(
    auth.changePassword(person, { currentPassword: password, newPassword: 'iloveyou1' }),
  ).rejects.toMatchObject({ code: 'INVALID_INPUT', fields: [{ path: 'newPassword' }] });
});

test('security, passwords: 64 emoji are a password, and every one of them counts', async () => {
  const { auth } = trusting.services;
  const emoji = '🦔'.repeat(64);
  await auth.register(client, { ...account('emoji'), password: emoji });
  const almost = `${'🦔'.repeat(63)}🦉`;
  await expect(auth.login(client, { email: 'emoji', password: almost })).rejects.toMatchObject({
    code: 'WRONG_CREDENTIALS',
  });
  await auth.login(client, { email: 'emoji', password: emoji });
});
