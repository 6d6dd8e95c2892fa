import { newId, type Viewer } from '@parley/contract';
import { memoryBus } from '../bus/memory-bus.ts';
import type { Bus } from '../bus/bus.ts';
import { createEngine } from '../create-engine.ts';
import { openDatabase, type Database } from '../db/database.ts';
import type { Engine, EngineOptions } from '../engine.ts';
import { silentLog } from './log.ts';
import { testDatabase } from './database.ts';

/** A test's own database, and engines over it: as many as a test wants server processes. */
export interface TestParley extends AsyncDisposable {
  readonly connectionString: string;
  /** For looking at what is stored. */
  readonly db: Database;
  /** One more engine; without a bus it shares one in memory with the others. */
  engine(options?: Partial<EngineOptions>): Promise<Engine>;
  /** Makes an account without the cost of hashing a password. */
  person(name: string): Promise<Viewer>;
}

export const testTokens = { secret: 'a secret for tests, of 32 bytes or more', accessSeconds: 3600, refreshSeconds: 7200 };

export async function testParley(): Promise<TestParley> {
  const resources = new AsyncDisposableStack();
  const { connectionString } = resources.use(await testDatabase());
  const bus: Bus = resources.use(memoryBus());
  const db = openDatabase(connectionString, 2, silentLog);
  resources.defer(() => db.destroy());
  return {
    connectionString,
    db,
    async engine(options = {}) {
      return resources.use(
        await createEngine({ database: { connectionString }, bus, tokens: testTokens, log: silentLog, ...options }),
      );
    },
    async person(name) {
      const userId = newId();
      await db
        .insertInto('users')
        .values({
          id: userId,
          email: `${name}@example.com`,
          username: name,
          display_name: null,
          avatar: null,
          password_hash: '',
          online_until: null,
          last_seen_at: null,
        })
        .execute();
      return { userId, sessionId: newId() };
    },
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}
