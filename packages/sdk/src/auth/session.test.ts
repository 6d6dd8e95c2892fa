import { type Credentials, ParleyError } from '@parley/contract';
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { SessionKeeper } from './session.ts';
import { parseRecord, type SessionStorage } from './session-record.ts';

const MINUTE = 60_000;
const key = 'parley.session:here';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function credentials(n: number, id = 'ada'): Credentials {
  const user = { id, username: id, displayName: null, avatar: null, isOnline: true, lastSeen: null };
  return {
    user: {
      ...user,
      email: `${id}@example.org`,
      emailVerified: false,
      lastSeenVisible: 'everybody',
      appearsOffline: false,
      readReceipts: 'everybody',
    },
    accessToken: `access ${n}`,
    refreshToken: `refresh ${n}`,
    expiresIn: 900,
  };
}

function memoryStorage(): SessionStorage {
  const items = new Map<string, string>();
  return {
    getItem: (name) => items.get(name) ?? null,
    setItem: (name, value) => void items.set(name, value),
    removeItem: (name) => void items.delete(name),
  };
}

/** A session whose refreshes are answered in order by `answers`; the tokens they were asked with are kept. */
function keeper(answers: (Credentials | ParleyError)[], storage?: SessionStorage) {
  const asked: string[] = [];
  const session = new SessionKeeper({
    storage,
    name: 'here',
    refresh: (refreshToken) => {
      asked.push(refreshToken);
      const answer = answers.shift();
      if (answer === undefined) throw new Error('there was one refresh too many');
      return answer instanceof ParleyError ? Promise.reject(answer) : Promise.resolve(answer);
    },
  });
  return { session, asked };
}

const ended = new ParleyError('UNAUTHENTICATED', 'unable to renew the session; it has ended');
const away = new ParleyError('UNAVAILABLE', 'unable to reach the server; it is away');

test('is renewed a minute before the access token expires', async () => {
  const { session, asked } = keeper([credentials(2)]);
  session.start(credentials(1));
  await vi.advanceTimersByTimeAsync(14 * MINUTE - 1);
  expect(asked).toEqual([]);
  await vi.advanceTimersByTimeAsync(1);
  expect(asked).toEqual(['refresh 1']);
  expect(session.accessToken).toBe('access 2');
  session.close();
  expect(vi.getTimerCount()).toBe(0);
});

test('is renewed once however many ask for it', async () => {
  const { session, asked } = keeper([credentials(2)]);
  session.start(credentials(1));
  session.invalidate('access 1');
  await Promise.all([session.fresh(), session.fresh(), session.fresh()]);
  await session.fresh();
  expect(asked).toEqual(['refresh 1']);
});

test('is not renewed for the sake of a token it has replaced', async () => {
  const { session, asked } = keeper([]);
  session.start(credentials(2));
  session.invalidate('access 1');
  await session.fresh();
  expect(asked).toEqual([]);
});

test('ends when its refresh token is refused', async () => {
  const { session } = keeper([ended]);
  session.start(credentials(1));
  session.invalidate('access 1');
  await expect(session.fresh()).rejects.toBe(ended);
  expect(session.state.getSnapshot()).toBeNull();
  expect(session.accessToken).toBeNull();
});

test('lives on while the server is away, and tries again by itself', async () => {
  const { session, asked } = keeper([away, away, credentials(2)]);
  session.start(credentials(1));
  await vi.advanceTimersByTimeAsync(14 * MINUTE);
  expect(asked).toHaveLength(1);
  expect(session.state.getSnapshot()?.user.username).toBe('ada');
  await vi.advanceTimersByTimeAsync(10_000);
  expect(asked).toHaveLength(3);
  expect(session.accessToken).toBe('access 2');
});

test('tells of a change of person, not of a change of tokens', async () => {
  const { session } = keeper([credentials(2)]);
  const seen: (string | undefined)[] = [];
  session.state.subscribe(() => seen.push(session.state.getSnapshot()?.user.id));
  session.start(credentials(1));
  session.invalidate('access 1');
  await session.fresh();
  session.start(credentials(3, 'bob'));
  session.end();
  expect(seen).toEqual(['ada', 'bob', undefined]);
});

test('outlives the page where it is stored', () => {
  const storage = memoryStorage();
  keeper([], storage).session.start(credentials(1));
  const { session } = keeper([], storage);
  expect(session.state.getSnapshot()?.user.username).toBe('ada');
  expect(session.accessToken).toBe('access 1');
  session.end();
  expect(keeper([], storage).session.state.getSnapshot()).toBeNull();
});

test('takes over what another tab renewed instead of using a spent refresh token', async () => {
  const storage = memoryStorage();
  const here = keeper([], storage);
  here.session.start(credentials(1));
  const there = keeper([credentials(2)], storage);
  there.session.invalidate('access 1');
  await there.session.fresh();
  here.session.invalidate('access 1');
  await here.session.fresh();
  expect(here.asked).toEqual([]);
  expect(here.session.accessToken).toBe('access 2');
});

test('what is learnt of oneself does not bring back a refresh token that another tab has spent', async () => {
  const storage = memoryStorage();
  const here = keeper([credentials(3)], storage);
  here.session.start(credentials(1));
  const there = keeper([credentials(2)], storage);
  there.session.invalidate('access 1');
  await there.session.fresh();
  const { user } = credentials(1);
  here.session.update({ ...user, displayName: 'Ada Lovelace' });
  expect(parseRecord(storage.getItem(key))).toMatchObject({
    ...{ refreshToken: 'refresh 2', user: { displayName: 'Ada Lovelace' } },
  });
  here.session.invalidate('access 2');
  await here.session.fresh();
  expect(here.asked).toEqual(['refresh 2']);
  // Nor somebody who has signed out there.
  there.session.end();
  here.session.update(user);
  expect(here.session.state.getSnapshot()).toBeNull();
  expect(storage.getItem(key)).toBeNull();
});

test('what was renewed is there for the next page when this one is closed meanwhile', async () => {
  const storage = memoryStorage();
  const { session } = keeper([credentials(2)], storage);
  session.start(credentials(1));
  session.invalidate('access 1');
  const renewed = session.fresh();
  session.close();
  await renewed;
  expect(session.accessToken).toBe('access 1');
  expect(keeper([], storage).session.accessToken).toBe('access 2');
});

test('goes on where the storage is full, and leaves no spent refresh token there', async () => {
  const storage = memoryStorage();
  const { session, asked } = keeper([credentials(2), credentials(3), credentials(4)], storage);
  session.start(credentials(1));
  const setItem = vi.spyOn(storage, 'setItem').mockImplementation(() => {
    throw new DOMException('it is full', 'QuotaExceededError');
  });
  for (const n of [1, 2]) {
    session.invalidate(`access ${n}`);
    await session.fresh();
  }
  expect(session.accessToken).toBe('access 3');
  expect(storage.getItem(key)).toBeNull();
  setItem.mockRestore();
  session.invalidate('access 3');
  await session.fresh();
  expect(asked).toEqual(['refresh 1', 'refresh 2', 'refresh 3']);
  expect(keeper([], storage).session.accessToken).toBe('access 4');
});

test('does not wait for ever for another tab that renews it', async () => {
  const request = (_name: string, { signal }: LockOptions) =>
    new Promise((_, reject) => {
      signal?.addEventListener('abort', () => reject(signal.reason as Error));
    });
  vi.stubGlobal('navigator', { locks: { request } });
  onTestFinished(() => void vi.unstubAllGlobals());
  const { session, asked } = keeper([], memoryStorage());
  session.start(credentials(1));
  session.invalidate('access 1');
  await Promise.all([
    expect(session.fresh()).rejects.toMatchObject({ code: 'UNAVAILABLE' }),
    vi.advanceTimersByTimeAsync(20_000),
  ]);
  expect(asked).toEqual([]);
  session.close();
});

test.each([null, '', '{', '[]', '{"user":{}}', '{"accessToken":1}'])('ignores %j in the storage', (text) => {
  expect(parseRecord(text)).toBeNull();
  const storage = memoryStorage();
  if (text !== null) storage.setItem(key, text);
  expect(keeper([], storage).session.state.getSnapshot()).toBeNull();
});
