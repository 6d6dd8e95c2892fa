import { randomUUID } from 'node:crypto';
import { type ErrorCode, type LimitedCall, newId, ParleyError } from '@parley/contract';
import { appRouter } from '@parley/contract/router';
import { describe, expect, onTestFinished, test } from 'vitest';
import { silentLog } from '../testing/index.ts';
import { createLimits, type Limits, type LimitsOptions } from './limits.ts';
import { limitedProcedures } from './tolls.ts';

const url = process.env['PARLEY_TEST_REDIS_URL'] ?? '';
const clusterUrls = process.env['PARLEY_TEST_REDIS_CLUSTER_URLS']?.split(',');
if (url === '' || clusterUrls === undefined)
  throw new Error('unable to test; run the tests through pnpm test:unit');

/** Addresses nobody else has: the tests share a Redis. */
let last = 0;
const run = randomUUID().slice(0, 8);
const freshAddress = () => `address-${run}-${(last += 1)}`;
const device = 'test';

function callOf(path: string, more: Partial<LimitedCall> = {}): LimitedCall {
  const client = { address: freshAddress(), device };
  return { path, viewer: null, client, getRawInput: async () => undefined, ...more };
}

const byPerson = (path: string, userId: string) => callOf(path, { viewer: { userId, sessionId: newId() } });

/** @returns what whoever is refused is told; null when they are not */
async function refusal(attempt: () => unknown): Promise<ParleyError | null> {
  try {
    await attempt();
    return null;
  } catch (error) {
    if (error instanceof ParleyError) return error;
    throw error;
  }
}

const kinds: readonly { name: string; redis: LimitsOptions['redis'] }[] = [
  { name: 'here', redis: null },
  { name: 'in Redis', redis: { url } },
  { name: 'in a Redis Cluster', redis: { clusterUrls } },
];

describe.each(kinds)('counted $name', ({ redis }) => {
  async function open(options: Omit<LimitsOptions, 'redis'>, onRefused = (_limit: string): void => {}) {
    const limits = createLimits({ redis, ...options }, silentLog, onRefused);
    onTestFinished(() => limits[Symbol.dispose]());
    await expect.poll(() => limits.shared, { timeout: 5_000, interval: 5 }).toBe(redis !== null);
    return limits;
  }

  test('security, limits: a person is held back alone, at the rate, with the real wait', async () => {
    const refused: string[] = [];
    const limits = await open({ rates: { search: [{ count: 30, seconds: 20 }] } }, (limit) =>
      refused.push(limit),
    );
    const [ada, grace] = [newId(), newId()];
    const search = (who: string) => refusal(() => limits.admit(byPerson('users.search', who)));
    const answers = await Promise.all(Array.from({ length: 35 }, () => search(ada)));
    expect(answers.filter((answer) => answer === null)).toHaveLength(30);
    const [told] = answers.filter((answer) => answer !== null);
    expect(told).toMatchObject({
      code: 'LIMITED',
      message: expect.stringMatching(/too many searches, try again in \d+ s/),
    });
    expect(told?.retryAfterMs).toBeGreaterThan(15_000);
    expect(told?.retryAfterMs).toBeLessThanOrEqual(20_000);
    expect(refused).toEqual(Array.from({ length: 5 }, () => 'search'));
    expect(await search(grace)).toBeNull();
  });

  test('security, brute force: of many guesses at once so many are looked at as the limit says', async () => {
    const limits = await open({});
    const address = freshAddress();
    const email = `${randomUUID()}@example.com`;
    const answers = await Promise.all(Array.from({ length: 150 }, () => signIn(limits, email, address)));
    expect(answers.filter((answer) => !(answer instanceof ParleyError))).toHaveLength(5);
  });

  test('security, brute force: the more has failed, the longer the wait, and then it is over', async () => {
    const rates = {
      signIn: [
        { count: 2, seconds: 1 },
        { count: 3, seconds: 60 },
      ],
    };
    const limits = await open({ rates });
    const [address, email] = [freshAddress(), `${randomUUID()}@example.com`];
    for (let attempt = 0; attempt < 2; attempt += 1) await signIn(limits, email, address);
    const first = await signIn(limits, email.toUpperCase(), address);
    expect(first).toMatchObject({ code: 'LIMITED' });
    expect(waitOf(first)).toBeLessThanOrEqual(1_000);
    await new Promise((resolve) => setTimeout(resolve, waitOf(first) + 5));
    expect(await signIn(limits, email, address)).toBe('WRONG_CREDENTIALS');
    expect(waitOf(await signIn(limits, email, address))).toBeGreaterThan(50_000);
  });

  test('security, brute force: strangers hold each other back, and not the owner where the owner is known', async () => {
    const limits = await open({ rates: { signInAccount: [{ count: 3, seconds: 30 }] } });
    const [home, email] = [freshAddress(), `${randomUUID()}@example.com`];
    expect(await signIn(limits, email, home, 'OK')).toBe('OK');
    const strangers = await Promise.all(
      Array.from({ length: 6 }, () => signIn(limits, email, freshAddress())),
    );
    expect(strangers.filter((answer) => answer === 'WRONG_CREDENTIALS')).toHaveLength(3);
    expect(await signIn(limits, email, home, 'OK')).toBe('OK');
    const elsewhere = await signIn(limits, email, freshAddress(), 'OK');
    expect(elsewhere).toMatchObject({ code: 'LIMITED' });
    expect(waitOf(elsewhere)).toBeLessThanOrEqual(30_000);
  });

  test('security, brute force: an address that tries many accounts is held back', async () => {
    const limits = await open({ rates: { signInAddress: [{ count: 4, seconds: 30 }] } });
    const address = freshAddress();
    const answers: unknown[] = [];
    for (let account = 0; account < 6; account += 1) {
      answers.push(await signIn(limits, `${randomUUID()}@example.com`, address));
    }
    expect(answers.filter((answer) => answer === 'WRONG_CREDENTIALS')).toHaveLength(4);
  });

  test('a right password forgets the wrong ones, and what did not fail for it is not counted', async () => {
    const limits = await open({
      rates: { signIn: [{ count: 3, seconds: 60 }], signInAddress: [{ count: 3, seconds: 60 }] },
    });
    const [address, email] = [freshAddress(), `${randomUUID()}@example.com`];
    const endings = [
      'WRONG_CREDENTIALS',
      'WRONG_CREDENTIALS',
      'UNAVAILABLE',
      'OK',
      'OK',
      'WRONG_CREDENTIALS',
      'WRONG_CREDENTIALS',
      'OK',
    ] as const;
    for (const ending of endings) {
      await expect.poll(() => signIn(limits, email, address, ending), { interval: 5 }).toBe(ending);
    }
  });
});

describe.each(kinds.slice(1))('two processes that count $name', ({ redis }) => {
  test('security, limits: allow no more together than one', async () => {
    const rates = { send: [{ count: 100, seconds: 20 }] };
    const both = [1, 2].map(() => createLimits({ redis, rates }, silentLog, () => {}));
    for (const limits of both) {
      onTestFinished(() => limits[Symbol.dispose]());
      await expect.poll(() => limits.shared, { timeout: 5_000, interval: 5 }).toBe(true);
    }
    const ada = newId();
    const answers = await Promise.all(
      Array.from({ length: 80 }, () =>
        both.map((limits) => refusal(() => limits.admit(byPerson('messages.send', ada)))),
      ).flat(),
    );
    const allowed = answers.filter((answer) => answer === null).length;
    expect(allowed).toBeLessThanOrEqual(100);
    // What one has taken and the other would need is at most a block.
    expect(allowed).toBeGreaterThanOrEqual(90);
  });
});

test('only so many places are there for a person, and each is given back once', () => {
  using limits = createLimits({ redis: null, socketsPerUser: 2 }, silentLog, () => {});
  const leave = limits.seat('ada');
  limits.seat('ada');
  expect(() => limits.seat('ada')).toThrow('too many connections are open');
  limits.seat('grace');
  leave();
  leave();
  limits.seat('ada');
  expect(() => limits.seat('ada')).toThrow('too many connections are open');
});

test('security, limits: an address is sent only so many mails, whoever asks for them', async () => {
  using limits = createLimits({ redis: null }, silentLog, () => {});
  const ask = (path: string, email: string, from: number) =>
    refusal(() =>
      limits.admit(
        callOf(path, {
          client: { address: `10.0.${from}.1`, device },
          getRawInput: async () => ({ email }),
        }),
      ),
    );
  const asked = ['auth.requestPasswordReset', 'auth.requestEmailVerification', 'auth.requestPasswordReset'];
  for (const [from, path] of asked.entries()) {
    expect(await ask(path, from === 1 ? 'ADA@example.org' : 'ada@example.org', from)).toBeNull();
  }
  expect(await ask('auth.requestPasswordReset', 'ada@example.org', 9)).toMatchObject({ code: 'LIMITED' });
  expect(await ask('auth.requestPasswordReset', 'grace@example.org', 9)).toBeNull();
});

test('security, limits: what leaves an entry in a timeline for everybody counts as a message', async () => {
  using limits = createLimits(
    { redis: null, rates: { send: [{ count: 1, seconds: 60 }] } },
    silentLog,
    () => {},
  );
  const paths = ['groups.join', 'conversations.rename', 'conversations.update', 'conversations.setRole'];
  for (const path of [...paths, 'conversations.removeMember']) {
    await limits.admit(byPerson('messages.send', path));
    expect(await refusal(() => limits.admit(byPerson(path, path))), path).toMatchObject({ code: 'LIMITED' });
  }
});

test('what is in the table of costs is a procedure', () => {
  const known = [...Object.keys(appRouter._def.procedures), 'auth.exportData'];
  expect(known).toEqual(expect.arrayContaining([...limitedProcedures]));
});

const waitOf = (answer: unknown): number =>
  answer instanceof ParleyError ? (answer.retryAfterMs ?? -1) : -1;

/** @returns how it ended, or the refusal of one that was not let in */
async function signIn(
  limits: Limits,
  email: string,
  address: string,
  ending: ErrorCode | 'OK' = 'WRONG_CREDENTIALS',
): Promise<ErrorCode | 'OK' | ParleyError> {
  const client = { address, device };
  const call = callOf('auth.login', { client, getRawInput: async () => ({ email, password: 'guess' }) });
  try {
    const settle = await limits.admit(call);
    settle?.(ending);
    return ending;
  } catch (error) {
    if (error instanceof ParleyError) return error;
    throw error;
  }
}
