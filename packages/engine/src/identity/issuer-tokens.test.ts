import { createHmac } from 'node:crypto';
import { SignJWT } from 'jose';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { silentLog, type TestIssuer, testIssuer } from '../testing/index.ts';
import { IssuerTokens } from './issuer-tokens.ts';

let issuer: TestIssuer;
beforeEach(async () => {
  issuer = await testIssuer({ cooldownMs: 0, timeoutMs: 2_000 });
});
afterEach(() => issuer[Symbol.asyncDispose]());

const verifier = (times: object = {}) => new IssuerTokens({ ...issuer.options, ...times }, silentLog);
const unauthenticated = { code: 'UNAUTHENTICATED' };
const unavailable = { code: 'UNAVAILABLE' };
const text = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

test('a token signed as RS256, ES256 or EdDSA is taken, and says who it is', async () => {
  const tokens = verifier();
  for (const algorithm of ['RS256', 'ES256', 'EdDSA'] as const) {
    await issuer.addKey(algorithm, algorithm);
    const token = await issuer.token({ sub: 'ada', name: 'Ada' }, algorithm);
    expect(tokens.mayVerify(token)).toBe(true);
    expect(await tokens.verify(token)).toMatchObject({ subject: 'ada', profile: { displayName: 'Ada' } });
  }
});

test('security, JWT: other algorithms are refused, also with a key that is published', async () => {
  const tokens = verifier();
  for (const algorithm of ['PS256', 'ES384'] as const) {
    await issuer.addKey(algorithm, algorithm);
    const token = await issuer.token({}, algorithm);
    expect(tokens.mayVerify(token)).toBe(false);
    await expect(tokens.verify(token)).rejects.toMatchObject(unauthenticated);
  }
});

test('security, JWT: another issuer, audience, time or kind of token is refused', async () => {
  const tokens = verifier();
  const now = Math.floor(Date.now() / 1000);
  const wrong = [
    { iss: 'https://other.example.com' },
    { iss: `${issuer.options.issuer}/` },
    { iss: undefined },
    { aud: 'another' },
    { aud: undefined },
    { exp: now - 60 },
    { exp: undefined },
    { iat: undefined },
    { iat: now + 60 },
    { nbf: now + 60 },
    { sub: undefined },
    { sub: '' },
    { sub: 'a\0b' },
    { sub: 'x'.repeat(256) },
  ];
  for (const claims of wrong) {
    const token = await issuer.token(claims);
    await expect(tokens.verify(token), JSON.stringify(claims)).rejects.toMatchObject(unauthenticated);
  }
  await expect(tokens.verify(await issuer.token({ exp: now - 60 }))).rejects.toThrow('has expired');
  // A little is forgiven, as clocks differ.
  await tokens.verify(await issuer.token({ exp: now - 2, iat: now + 2 }));
});

test('security, JWT: none, a shared secret made of the public key, and keys of strangers are refused', async () => {
  const tokens = verifier();
  const good = await issuer.token({ sub: 'ada' });
  await tokens.verify(good);
  const [, payload = '', signature = ''] = good.split('.');
  const confused = [JSON.stringify(issuer.publicKey('first')), text(issuer.publicKey('first'))].map(
    (secret) => {
      const head = text({ alg: 'HS256', kid: 'first' });
      return `${head}.${payload}.${createHmac('sha256', secret).update(`${head}.${payload}`).digest('base64url')}`;
    },
  );
  await using stranger = await testIssuer();
  const forged = [
    ...confused,
    `${text({ alg: 'none', kid: 'first' })}.${payload}.`,
    `${text({ alg: 'ES256', kid: 'first' })}.${payload}.`,
    `${text({ alg: 'RS256', kid: 'first' })}.${payload}.${signature}`,
    good.replace(payload, text({ iss: issuer.options.issuer, aud: issuer.options.audience, sub: 'grace' })),
    await stranger.token({ sub: 'ada' }, 'first'),
    'not a token',
  ];
  for (const token of forged)
    await expect(tokens.verify(token), token).rejects.toMatchObject(unauthenticated);
  for (const token of confused) expect(tokens.mayVerify(token)).toBe(false);
});

test('security, JWT: a token that is for signing out, or names its key in itself, is refused', async () => {
  const tokens = verifier();
  await using stranger = await testIssuer();
  const claims = { iss: issuer.options.issuer, aud: issuer.options.audience, sub: 'ada' };
  const key = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, [
    'sign',
    'verify',
  ]);
  const jwk = await crypto.subtle.exportKey('jwk', key.publicKey);
  const signed = (header: object) =>
    new SignJWT(claims)
      .setIssuedAt()
      .setExpirationTime('5m')
      .setProtectedHeader({ alg: 'ES256', ...header })
      .sign(key.privateKey);
  for (const header of [{ jwk }, { jku: stranger.options.url, kid: 'x' }, { kid: 'first' }]) {
    await expect(tokens.verify(await signed(header))).rejects.toMatchObject(unauthenticated);
  }
  expect(stranger.reads).toBe(0);
  await tokens.verify(await issuer.token({}, 'first', 'at+jwt'));
  const forSigningOut = await issuer.token({}, 'first', 'logout+jwt');
  await expect(tokens.verify(forSigningOut)).rejects.toMatchObject(unauthenticated);
});

test('security, JWT: keys are rotated: a new one is read when it is first seen, a withdrawn one counts no more', async () => {
  const tokens = verifier({ renewMs: 0 });
  const before = await issuer.token();
  await tokens.verify(before);
  await issuer.addKey('second');
  const after = await issuer.token();
  // Both count in the overlap.
  await tokens.verify(after);
  await tokens.verify(before);
  issuer.withdraw('first');
  // What it has answers while it reads what has changed.
  await tokens.verify(after);
  await expect
    .poll(() => tokens.verify(before).catch((error: unknown) => error))
    .toMatchObject(unauthenticated);
  await tokens.verify(after);
});

test('keys that are not known are looked for once in a while, not for every token', async () => {
  const tokens = verifier({ cooldownMs: 60_000 });
  await tokens.verify(await issuer.token());
  await issuer.addKey('second');
  const unknown = await issuer.token();
  for (let n = 0; n < 5; n += 1) await expect(tokens.verify(unknown)).rejects.toMatchObject(unauthenticated);
  expect(issuer.reads).toBe(1);
});

test('while the address is away known keys go on working, and of others nobody can tell', async () => {
  const tokens = verifier({ renewMs: 0 });
  const known = await issuer.token();
  issuer.setReachable(false);
  await expect(tokens.verify(known)).rejects.toMatchObject(unavailable);
  // Not asked again at once by everybody who comes.
  for (let n = 0; n < 5; n += 1) await expect(tokens.verify(known)).rejects.toMatchObject(unavailable);
  expect(issuer.reads).toBe(1);
  issuer.setReachable(true);
  await expect
    .poll(
      () =>
        tokens.verify(known).then(
          ({ subject }) => subject,
          () => null,
        ),
      { timeout: 5_000 },
    )
    .toBe('somebody');
  issuer.setReachable(false);
  await issuer.addKey('second');
  const unknown = await issuer.token();
  await expect(tokens.verify(unknown)).rejects.toMatchObject(unavailable);
  await tokens.verify(known);
});

test('a session is told by sid, else by jti, else by the token', async () => {
  const tokens = verifier();
  const session = async (claims: object) =>
    (await tokens.verify(await issuer.token({ ...claims }))).sessionId;
  expect(await session({ sid: 'a', jti: '1' })).toBe(await session({ sid: 'a', jti: '2' }));
  expect(await session({ jti: '1', exp: 9_999_999_998 })).toBe(
    await session({ jti: '1', exp: 9_999_999_999 }),
  );
  expect(await session({ exp: 9_999_999_998 })).not.toBe(await session({ exp: 9_999_999_999 }));
  expect(await session({ sid: 'a', sub: 'x' })).not.toBe(await session({ sid: 'a', sub: 'y' }));
  expect(await session({ sid: 'a' })).not.toBe(await session({ jti: 'a' }));
});
