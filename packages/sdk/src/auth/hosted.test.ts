import { type Credentials, ParleyError } from '@parley/contract';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { hostCredentials } from './host-credentials.ts';
import { SessionKeeper } from './session.ts';

const MINUTE = 60_000;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A token as the host makes it: all that matters here is until when it is good. */
const tokenFor = (seconds: number, who = 'ada') =>
  `x.${btoa(JSON.stringify({ exp: Date.now() / 1000 + seconds, sub: who }))}.x`;

const self = (id: string) => ({
  ...{
    id,
    username: id,
    displayName: null,
    avatar: null,
    isOnline: true,
    lastSeen: null,
    email: null,
    emailVerified: false,
    lastSeenVisible: 'everybody' as const,
    appearsOffline: false,
    readReceipts: 'everybody' as const,
  },
});

/** A session that lives on what `token` gives. */
function keeper(token: () => Promise<string>) {
  const me = (accessToken: string) => {
    const { sub } = JSON.parse(atob(accessToken.split('.')[1] ?? ''));
    return sub === 'nobody'
      ? Promise.reject(new ParleyError('UNAUTHENTICATED', 'unable to sign in; no'))
      : Promise.resolve(self(sub));
  };
  return new SessionKeeper({
    storage: undefined,
    name: 'here',
    hosted: true,
    refresh: hostCredentials(token, me),
  });
}

test('asks for a token at once, and once for all who wait', async () => {
  const token = vi.fn<() => Promise<string>>(async () => tokenFor(900));
  const session = keeper(token);
  await Promise.all([session.begins(), session.begins(), session.fresh()]);
  await vi.advanceTimersByTimeAsync(0);
  expect(token).toHaveBeenCalledTimes(1);
  expect(session.state.getSnapshot()?.user.id).toBe('ada');
  expect(session.begins()).toBeUndefined();
  session.close();
});

test('asks for the next one before the token expires, and when the server refuses it', async () => {
  const token = vi.fn<() => Promise<string>>(async () => tokenFor(900));
  const session = keeper(token);
  await session.fresh();
  const first = session.accessToken;
  await vi.advanceTimersByTimeAsync(14 * MINUTE - 1_000);
  expect(token).toHaveBeenCalledTimes(1);
  await vi.advanceTimersByTimeAsync(2_000);
  expect(token).toHaveBeenCalledTimes(2);
  expect(session.accessToken).not.toBe(first);
  session.invalidate(session.accessToken ?? '');
  await session.fresh();
  expect(token).toHaveBeenCalledTimes(3);
  session.close();
});

test('a token that tells no time, or a past one, is not asked for without pause', async () => {
  for (const odd of ['opaque', 'x.e30.x', `x.${btoa('{"exp":1}')}.x`, `x.${btoa('{"exp":"soon"}')}.x`]) {
    const token = vi.fn<() => Promise<string>>(async () => odd);
    const refresh = hostCredentials(token, async () => self('ada'));
    const session = new SessionKeeper({ storage: undefined, name: 'here', hosted: true, refresh });
    await vi.advanceTimersByTimeAsync(47_000);
    expect(token).toHaveBeenCalledTimes(1);
    session.close();
  }
});

test('an app that fails or never answers is asked again; one where nobody is signed in when a call needs it', async () => {
  const answers: (() => Promise<string>)[] = [
    () => Promise.reject(new Error('offline')),
    () => new Promise<string>(() => {}),
    async () => tokenFor(900, 'nobody'),
    async () => tokenFor(900, 'grace'),
  ];
  const token = vi.fn<() => Promise<string>>(
    () => answers.shift()?.() ?? Promise.reject(new Error('asked once too often')),
  );
  const session = keeper(token);
  await expect(session.begins()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  // It tries again by itself; the second answer does not come in its time.
  await vi.advanceTimersByTimeAsync(2 * MINUTE);
  expect(token).toHaveBeenCalledTimes(3);
  await vi.advanceTimersByTimeAsync(10 * MINUTE);
  expect(token).toHaveBeenCalledTimes(3);
  await session.begins();
  expect(session.state.getSnapshot()?.user.id).toBe('grace');
  session.close();
});

test('the next token may be of somebody else, and none comes in after the end', async () => {
  let who = 'ada';
  const next = Promise.withResolvers<string>();
  let late = false;
  const session = keeper(() => (late ? next.promise : Promise.resolve(tokenFor(900, who))));
  const seen: (string | undefined)[] = [];
  session.state.subscribe(() => seen.push(session.state.getSnapshot()?.user.id));
  await session.fresh();
  who = 'grace';
  session.invalidate(session.accessToken ?? '');
  await session.fresh();
  late = true;
  session.invalidate(session.accessToken ?? '');
  const refreshed = session.fresh();
  session.end();
  next.resolve(tokenFor(900, 'grace'));
  await refreshed;
  expect(seen).toEqual(['ada', 'grace', undefined]);
  session.close();
});

// Credentials are what they always were: the type says so, too.
test('what is kept has no refresh token', async () => {
  const credentials: Credentials = await hostCredentials(
    async () => tokenFor(900),
    async () => self('ada'),
  )();
  expect(credentials).toMatchObject({ refreshToken: '', expiresIn: expect.closeTo(900, -1) });
});
