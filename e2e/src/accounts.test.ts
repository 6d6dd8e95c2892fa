import { AccessTokens, type TestParley, testParley } from '@parley/engine/testing';
import { createClient } from '@parley/sdk';
import { startSmallSmtp, type SmallSmtp } from '@parley/server/mail/testing/small-smtp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { RestCaller } from './rest/rest-caller.ts';
import { type ServerProcess, startServerProcess } from './server-process.ts';

// A server as one would run it in production: with mail, addresses to be verified first, and a secret that is being replaced.
const resources = new AsyncDisposableStack();
const previousSecret = 'Wq3-Tz8vKe5_Rn1Yc7Jm4Xb9Lp2Sd6Hf';
let parley: TestParley;
let smtp: SmallSmtp;
let server: ServerProcess;
let anyone: RestCaller;

beforeAll(async () => {
  parley = resources.use(await testParley());
  smtp = resources.use(await startSmallSmtp());
  server = resources.use(
    await startServerProcess({
      databaseUrl: parley.connectionString,
      env: {
        JWT_SECRET: 'kR7v-0qLx2Zt8Wb5Nf3Ys9Hc1Jd6Pg4M',
        JWT_SECRET_PREVIOUS: previousSecret,
        PUBLIC_URL: 'https://chat.example.com',
        SMTP_URL: `smtp://127.0.0.1:${smtp.port}`,
        MAIL_FROM: 'Parley <parley@example.com>',
        REQUIRE_EMAIL_VERIFICATION: 'true',
      },
    }),
  );
  anyone = new RestCaller(server.url);
});
afterAll(() => resources.disposeAsync());

const password = 'a fine password';
const newPassword = 'another good one';
const ada = { email: 'ada@example.com', username: 'ada', password };

/** The `n`th mail, as a person reads it. */
async function mail(n: number): Promise<{ to: string; text: string }> {
  await expect.poll(() => smtp.mails.length, { timeout: 10_000 }).toBeGreaterThan(n);
  const { to = '', data = '' } = smtp.mails[n] ?? {};
  return { to, text: data.replaceAll(/=\n/g, '').replaceAll('=3D', '=') };
}

const tokenIn = (text: string) => /#token=([\w-]+)/.exec(text)?.[1];

test('security, enumeration: whoever registers is told the same, gets in by mail, and gets in again by mail', async () => {
  const accepted = await anyone.call('POST', '/auth/register', ada);
  const taken = await anyone.call('POST', '/auth/register', { ...ada, username: 'eve' });
  for (const { status, body, headers } of [accepted, taken]) {
    expect([status, body, headers.has('location')]).toEqual([202, { verificationRequired: true }, false]);
  }
  const mails = [await mail(0), await mail(1)];
  expect(mails.map(({ to }) => to)).toEqual([ada.email, ada.email]);
  const [token] = mails.flatMap(({ text }) => tokenIn(text) ?? []);
  expect(mails[0]?.text).toContain(`https://chat.example.com/verify-email#token=${token}`);

  const login = (by: string) => anyone.call('POST', '/auth/login', { email: 'ada', password: by });
  expect(await login(password)).toMatchObject({ status: 403, body: { code: 'EMAIL_NOT_VERIFIED' } });
  await anyone.expectStatus(204, 'POST', '/auth/verify-email', { token });
  expect(await login(password)).toMatchObject({ status: 200, body: { user: { emailVerified: true } } });

  await anyone.expectStatus(204, 'POST', '/auth/request-password-reset', { email: 'nobody@example.com' });
  await anyone.expectStatus(204, 'POST', '/auth/request-password-reset', { email: ada.email });
  const { text } = await mail(2);
  const reset = { token: tokenIn(text), newPassword };
  await anyone.expectStatus(204, 'POST', '/auth/reset-password', reset);
  expect(await anyone.expectStatus(400, 'POST', '/auth/reset-password', reset)).toMatchObject({
    code: 'INVALID_INPUT',
    fields: [{ path: 'token' }],
  });
  expect((await login(newPassword)).status).toBe(200);
  // What is mailed is in no log.
  expect(smtp.mails).toHaveLength(3);
  for (const sent of [token, reset.token]) expect(server.output()).not.toContain(sent);
});

test('the SDK says that the address has to be verified first', async () => {
  using client = createClient({ url: server.url });
  const grace = { email: 'grace@example.com', username: 'grace', password };
  await expect(client.auth.register(grace)).rejects.toMatchObject({ code: 'EMAIL_NOT_VERIFIED' });
  expect(client.auth.session.getSnapshot()).toBeNull();
  await client.auth.verifyEmail({ token: tokenIn((await mail(3)).text) ?? '' });
  await client.auth.login({ email: 'grace', password });
  const [session, ...others] = await client.auth.sessions();
  expect([session?.current, others]).toEqual([true, []]);
});

test('security, JWT: a server takes tokens of the secret before, and signs with the new one', async () => {
  const old = new RestCaller(server.url);
  const { userId, sessionId } = await parley.person('old');
  old.token = (await new AccessTokens(previousSecret, 60).issue(userId, sessionId)).accessToken;
  expect((await old.call('GET', '/auth/me')).status).toBe(200);
  const stranger = new AccessTokens(previousSecret.toLowerCase(), 60);
  old.token = (await stranger.issue(userId, sessionId)).accessToken;
  expect((await old.call('GET', '/auth/me')).status).toBe(401);
});
