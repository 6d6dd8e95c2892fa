import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Engine, memoryBus } from '../index.ts';
import { KeyOperator } from '../operations.ts';
import { silentLog, type TestParley, type TestPerson, testIssuer, testParley } from '../testing/index.ts';

const resources = new AsyncDisposableStack();
afterAll(() => resources.disposeAsync());
let parley: TestParley;
let engine: Engine;
let operator: KeyOperator;
let ada: TestPerson;
beforeAll(async () => {
  parley = resources.use(await testParley());
  engine = await parley.engine({ sessionCheckMs: 200 });
  operator = resources.use(new KeyOperator(parley.connectionString, silentLog));
  ada = await parley.person('ada');
});

const client = { address: '192.0.2.9', device: 'a server' };
const make = (scopes: string[] = ['messages:write'], expiresAt: Date | null = null) =>
  operator.create({ name: 'a bot', scopes, expiresAt });
const actAs = (key: string, actsFor?: string, where = engine) => where.authenticate(key, { client, actsFor });
const unauthenticated = { code: 'UNAUTHENTICATED' };

test('a key acts for whom it names, and is not kept as it is', async () => {
  const { id, key } = await make(['messages:read', 'messages:write']);
  expect(key).toMatch(/^pk_[0-9a-f]{32}_[0-9a-f]{64}$/);
  const viewer = await actAs(key, ada.userId.toUpperCase());
  expect(viewer).toEqual({
    userId: ada.userId,
    sessionId: id,
    expiresAt: null,
    key: { id, scopes: new Set(['messages:read', 'messages:write']) },
  });
  expect(await engine.authenticateKey(key, { client })).toEqual(viewer.key);
  const { rows } = await parley.db
    .selectFrom('api_keys')
    .selectAll()
    .execute()
    .then((all) => ({ rows: JSON.stringify(all) }));
  expect(rows).toContain(id);
  expect(rows).not.toContain(key.slice(-64));
});

test('a key that is wrong, unknown, used in a page or for nobody is refused', async () => {
  const { key } = await make();
  const wrong = [
    `${key.slice(0, -1)}${key.endsWith('0') ? '1' : '0'}`,
    key.slice(0, -1),
    `${key}0`,
    key.toUpperCase(),
    `pk_${'0'.repeat(32)}_${'0'.repeat(64)}`,
    'pk_',
  ];
  for (const each of wrong)
    await expect(actAs(each, ada.userId), each).rejects.toMatchObject(unauthenticated);
  await expect(actAs(key)).rejects.toMatchObject({
    code: 'UNAUTHENTICATED',
    message: 'unable to answer; the API key names nobody to act for',
  });
  for (const nobody of ['', 'ada', ada.sessionId]) {
    await expect(actAs(key, nobody), nobody).rejects.toMatchObject({ code: 'FORBIDDEN' });
  }
  const inPage = { client, actsFor: ada.userId, inPage: true };
  await expect(engine.authenticate(key, inPage)).rejects.toMatchObject({ code: 'FORBIDDEN' });
  await expect(engine.authenticateKey(ada.accessToken)).rejects.toMatchObject({ code: 'FORBIDDEN' });
  await expect(engine.authenticateKey('nothing')).rejects.toMatchObject(unauthenticated);
  // Who signs in as a person does not get to be another one.
  expect(await actAs(ada.accessToken, (await parley.person('grace')).userId)).toMatchObject({
    userId: ada.userId,
  });
});

test('I10 a key that is revoked or expires ends what it holds within seconds, without a bus', async () => {
  await using deaf = memoryBus();
  const other = await parley.engine({ sessionCheckMs: 200, bus: deaf });
  const { id, key } = await make();
  const short = await make(['messages:read'], new Date(Date.now() + 1_500));
  const viewer = await actAs(key, ada.userId, other);
  const holder = await other.authenticateKey(short.key, { client });
  const ended = Promise.withResolvers<void>();
  const expired = Promise.withResolvers<void>();
  other.holdSession(viewer, () => ended.resolve());
  other.holdKey(holder, () => expired.resolve());
  expect(await operator.revoke(id)).toBe(true);
  expect(await operator.revoke(id)).toBe(false);
  await Promise.all([ended.promise, expired.promise]);
  const revoked = {
    code: 'UNAUTHENTICATED',
    message: 'unable to answer; the API key was revoked or has expired',
  };
  for (const each of [key, short.key]) {
    await expect
      .poll(() => actAs(each, ada.userId, other).catch((error: unknown) => error))
      .toMatchObject(revoked);
    await expect(actAs(each, ada.userId, other)).rejects.toMatchObject(revoked);
  }
  // A session of a person is not touched by any of it.
  await other.authenticate(ada.accessToken);
});

test('the last use is kept, and where from, once a minute', async () => {
  const busy = await parley.engine();
  const { id, key } = await make();
  for (let n = 0; n < 5; n += 1) await actAs(key, ada.userId, busy);
  await busy.authenticate(key, { client: { ...client, address: '192.0.2.10' }, actsFor: ada.userId });
  // What waits is written at the latest when it closes.
  await busy[Symbol.asyncDispose]();
  const listed = (await operator.list()).find((each) => each.id === id);
  expect(Date.now() - (listed?.last_used_at?.getTime() ?? 0)).toBeLessThan(60_000);
  const events = await parley.db
    .selectFrom('audit_events')
    .select(['kind', 'address', 'details'])
    .where('key_id', '=', id)
    .orderBy('id')
    .execute();
  expect(events).toEqual([
    { kind: 'key-created', address: null, details: { scopes: 'messages:write' } },
    { kind: 'key-used', address: '192.0.2.9', details: null },
    { kind: 'key-used', address: '192.0.2.10', details: null },
  ]);
});

test('a server brings people along, each once, and they are those who come with tokens later', async () => {
  await using issuer = await testIssuer();
  const withIssuer = await parley.engine({ issuer: issuer.options });
  const { id, key } = await make(['users:provision']);
  const holder = await withIssuer.authenticateKey(key, { client });
  const { users, auth } = withIssuer.services;
  const input = { externalId: 'u-1', displayName: 'Ada Lovelace', email: 'lovelace@example.org' };
  const made = await Promise.all([1, 2, 3, 4].map(() => users.provision(holder, client, input)));
  expect(new Set(made.map((user) => user.id)).size).toBe(1);
  const [user] = made;
  expect(user).toMatchObject({ username: 'Ada-Lovelace', displayName: 'Ada Lovelace', avatar: null });
  const viewer = await withIssuer.authenticate(await issuer.token({ sub: 'u-1', name: 'Ada King' }), {
    client,
  });
  expect(viewer.userId).toBe(user?.id);
  expect(await auth.me(viewer)).toMatchObject({ displayName: 'Ada King', email: 'lovelace@example.org' });
  // Without an issuer the names are another namespace.
  const elsewhere = await engine.services.users.provision(holder, client, { externalId: 'u-1' });
  expect(elsewhere.id).not.toBe(user?.id);
  const audited = await parley.db
    .selectFrom('audit_events')
    .select(['subject_id', 'details'])
    .where('kind', '=', 'account-created')
    .where('key_id', '=', id)
    .orderBy('id')
    .execute();
  expect(audited.map(({ subject_id: subject }) => subject)).toEqual([user?.id, elsewhere.id]);
});

test('a name that is asked for and taken is said to be; one that is made up gives way', async () => {
  const holder = { id: ada.sessionId, scopes: new Set<string>() };
  const { users } = engine.services;
  const provision = (externalId: string, input: object) =>
    users.provision(holder, client, { externalId, ...input });
  await expect(provision('a', { username: 'ADA' })).rejects.toMatchObject({ code: 'USERNAME_TAKEN' });
  await expect(provision('a', { email: 'Ada@example.com' })).rejects.toMatchObject({ code: 'EMAIL_TAKEN' });
  expect((await provision('a', { displayName: 'Ada' })).username).toMatch(/^Ada-[0-9a-f]{6}$/);
  // It is there by now, and found whatever else is said.
  expect((await provision('a', { username: 'ADA' })).displayName).toBe('Ada');
});
