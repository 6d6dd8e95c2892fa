import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { testParley } from '../testing/engine.ts';
import type { Locking } from './database.ts';
import { unhurried } from './unhurried.ts';

test('a migration outlasts the timeout of its role', async () => {
  await using parley = await testParley();
  const slow = async (db: Locking) => void (await sql`select pg_sleep(0.3)`.execute(db));
  const migration = { up: slow, down: slow };
  const run = (step: (db: Locking) => Promise<void>) =>
    parley.db.transaction().execute(async (trx) => {
      await sql`set local statement_timeout = 100`.execute(trx);
      await step(trx);
    });
  await expect(run(migration.up)).rejects.toThrow('statement timeout');
  await run(unhurried(migration).up);
  await run(unhurried(migration).down);
});
