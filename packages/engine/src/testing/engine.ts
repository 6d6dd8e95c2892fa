import { type Credentials, newId, type Registration, type Viewer } from '@parley/contract';
import bcrypt from 'bcryptjs';
import { digest } from '../auth/password-worker.ts';
import { insertSession } from '../auth/queries.ts';
import { AccessTokens } from '../auth/tokens.ts';
import { memoryBus } from '../bus/memory-bus.ts';
import type { Bus } from '../bus/bus.ts';
import { createEngine } from '../create-engine.ts';
import { openDatabase, type Database } from '../db/database.ts';
import type { Engine, EngineOptions } from '../engine.ts';
import { silentLog } from './log.ts';
import { testDatabase, type TestDatabase } from './database.ts';

/** A test's own database, and engines over it: as many as a test wants server processes. */
export interface TestParley extends AsyncDisposable {
  readonly connectionString: string;
  /** Cuts everybody off from the database, as if PostgreSQL were gone, or lets them in again. */
  readonly setReachable: TestDatabase['setReachable'];
  /** For looking at what is stored. */
  readonly db: Database;
  /** One more engine; without a bus it shares one in memory with the others. */
  engine(options?: Partial<EngineOptions>): Promise<Engine>;
  /**
   * Makes an account, without the cost of hashing a password.
   * @param password to sign in with, compared at little cost; none unless told
   * @returns whose it is
   */
  account(name: string, password?: string, displayName?: string | null): Promise<string>;
  /** Makes such an account, and signs it in. */
  person(name: string, password?: string): Promise<TestPerson>;
  /** Signs in somebody who has an account. */
  signIn(userId: string): Promise<TestPerson>;
}

/** Somebody signed in. */
export interface TestPerson extends Viewer {
  readonly accessToken: string;
}

/** What registering gives where nothing has to be verified. */
export function signedUp(registration: Registration): Credentials {
  if (!('accessToken' in registration)) throw new Error('the e-mail address has to be verified first');
  return registration;
}

/** The least that bcrypt takes. */
const leastCost = 4;

/** What is stored of a password that many sign in with, and is compared at little cost. */
export function cheapHash(password: string): Promise<string> {
  return bcrypt.hash(digest(password), leastCost);
}

export const testTokens = {
  secret: 'a secret for tests, of 32 bytes or more',
  accessSeconds: 3600,
  refreshSeconds: 7200,
};

export async function testParley(): Promise<TestParley> {
  const resources = new AsyncDisposableStack();
  const { connectionString, setReachable } = resources.use(await testDatabase());
  const tokens = new AccessTokens(testTokens.secret, testTokens.accessSeconds);
  const bus: Bus = resources.use(memoryBus());
  const db = openDatabase(connectionString, 2, silentLog);
  resources.defer(() => db.destroy());
  const signIn = async (userId: string): Promise<TestPerson> => {
    const sessionId = newId();
    await insertSession(db, {
      id: sessionId,
      user_id: userId,
      device: 'test',
      address: '127.0.0.1',
      expires_at: new Date(Date.now() + 3_600_000),
      ended_at: null,
    });
    return { userId, sessionId, accessToken: (await tokens.issue(userId, sessionId)).accessToken };
  };
  const account: TestParley['account'] = async (name, password, displayName = null) => {
    const userId = newId();
    await db
      .insertInto('users')
      .values({
        id: userId,
        email: `${name}@example.com`,
        username: name,
        display_name: displayName,
        avatar: null,
        password_hash: password === undefined ? '' : await cheapHash(password),
        online_until: null,
        last_seen_at: null,
      })
      .execute();
    return userId;
  };
  return {
    connectionString,
    setReachable,
    db,
    account,
    async engine(options = {}) {
      return resources.use(
        await createEngine({
          database: { connectionString },
          bus,
          tokens: testTokens,
          log: silentLog,
          ...options,
        }),
      );
    },
    person: async (name, password) => signIn(await account(name, password)),
    signIn,
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}
