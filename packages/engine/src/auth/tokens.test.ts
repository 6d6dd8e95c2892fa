import { newId } from '@parley/contract';
import { decodeProtectedHeader, type JWTPayload, SignJWT } from 'jose';
import { expect, test } from 'vitest';
import { AccessTokens } from './tokens.ts';

const secret = 'the secret of today, of 32 bytes or more';
const earlier = 'the secret of yesterday, of 32 bytes or more';
const oldest = 'the secret of last year, of 32 bytes or more';
const [userId, sessionId] = [newId(), newId()];
const refused = { code: 'UNAUTHENTICATED' };

interface Header {
  readonly alg?: string;
  readonly typ?: string;
  readonly kid?: string;
}

/** A token as it should be, but for what is changed. */
function forge(
  header: Header,
  change: (jwt: SignJWT) => SignJWT,
  key = secret,
  claims: JWTPayload = { sid: sessionId },
): Promise<string> {
  const jwt = new SignJWT(claims)
    .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt', ...header })
    .setSubject(userId)
    .setIssuer('parley')
    .setAudience('parley')
    .setIssuedAt()
    .setExpirationTime('1h');
  return change(jwt).sign(new TextEncoder().encode(key));
}

test('security, JWT: what is not exactly as it is signed here is refused', async () => {
  const tokens = new AccessTokens(secret, 60);
  const asIs = (jwt: SignJWT) => jwt;
  const { kid = '' } = decodeProtectedHeader((await tokens.issue(userId, sessionId)).accessToken);
  // One that is as it should be passes, or the others would prove nothing.
  expect(await tokens.verify(await forge({ kid }, asIs))).toMatchObject({ userId, sessionId });
  const [, payload = ''] = (await forge({ kid }, asIs)).split('.');
  const none = Buffer.from(JSON.stringify({ alg: 'none', typ: 'at+jwt', kid })).toString('base64url');
  const withoutExp = new SignJWT({ sid: sessionId })
    .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt', kid })
    .setSubject(userId)
    .setIssuer('parley')
    .setAudience('parley')
    .setIssuedAt();
  const wrong = {
    none: `${none}.${payload}.`,
    HS512: await forge({ kid, alg: 'HS512' }, asIs),
    issuer: await forge({ kid }, (jwt) => jwt.setIssuer('other')),
    audience: await forge({ kid }, (jwt) => jwt.setAudience('other')),
    type: await forge({ kid, typ: 'JWT' }, asIs),
    'no exp': await withoutExp.sign(new TextEncoder().encode(secret)),
    expired: await forge({ kid }, (jwt) => jwt.setExpirationTime(1)),
    'no session': await forge({ kid }, asIs, secret, {}),
    'another secret': await forge({ kid }, asIs, earlier),
    'no such key': await forge({ kid: 'nobody' }, asIs),
  };
  for (const [what, token] of Object.entries(wrong)) {
    await expect(tokens.verify(token), what).rejects.toMatchObject(refused);
  }
});

test('security, JWT: while a secret is replaced both keys are good, and later only the new one', async () => {
  const before = new AccessTokens(earlier, 60);
  const meanwhile = new AccessTokens(secret, 60, [earlier, oldest]);
  const after = new AccessTokens(secret, 60);
  const { accessToken: old } = await before.issue(userId, sessionId);
  const { accessToken: fresh } = await meanwhile.issue(userId, sessionId);
  const { accessToken: ancient } = await new AccessTokens(oldest, 60).issue(userId, sessionId);
  for (const token of [old, fresh, ancient]) {
    expect(await meanwhile.verify(token)).toMatchObject({ userId, sessionId });
  }
  expect(await after.verify(fresh)).toMatchObject({ userId, sessionId });
  for (const token of [old, ancient]) await expect(after.verify(token)).rejects.toMatchObject(refused);
  // What is signed anew is signed with the new one only.
  await expect(before.verify(fresh)).rejects.toMatchObject(refused);
});

test('security, JWT: a key is not taken for another, and its name does not show it', async () => {
  const tokens = new AccessTokens(secret, 60, [earlier]);
  const kidOf = async (one: AccessTokens) =>
    decodeProtectedHeader((await one.issue(userId, sessionId)).accessToken).kid ?? '';
  const [kid, earlierKid] = [await kidOf(tokens), await kidOf(new AccessTokens(earlier, 60))];
  expect(kid).toMatch(/^[\w-]{10}$/);
  expect(earlierKid).not.toBe(kid);
  const swapped = await forge({ kid: earlierKid }, (jwt) => jwt);
  await expect(tokens.verify(swapped)).rejects.toMatchObject(refused);
});

test('a token from before keys had names is good with the current secret only', async () => {
  const tokens = new AccessTokens(secret, 60, [earlier]);
  expect(await tokens.verify(await forge({}, (jwt) => jwt))).toMatchObject({ userId, sessionId });
  await expect(tokens.verify(await forge({}, (jwt) => jwt, earlier))).rejects.toMatchObject(refused);
});

test('security, JWT: a short secret is refused, an earlier one too', () => {
  const message = 'unable to sign tokens; the secret must have at least 32 bytes';
  expect(() => new AccessTokens('short', 60)).toThrow(message);
  expect(() => new AccessTokens(secret, 60, ['short'])).toThrow(message);
});
