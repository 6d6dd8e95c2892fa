import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { link, silentLog } from '../testing/index.ts';
import { openDatabase } from './database.ts';

test('a connection that stopped answering is not handed out again', { timeout: 30_000 }, async () => {
  const url = process.env['PARLEY_TEST_DATABASE_URL'];
  if (url === undefined) throw new Error('unable to test; run the tests through pnpm test:unit');
  await using proxy = await link(url);
  const db = openDatabase(`${proxy.url}?query_timeout=1000`, 1, silentLog);
  try {
    await sql`select 1`.execute(db);
    proxy.swallow();
    const started = Date.now();
    await expect(db.transaction().execute((trx) => sql`select 1`.execute(trx))).rejects.toThrow(
      /Query read timeout|did not answer/,
    );
    await sql`select 1`.execute(db);
    expect(Date.now() - started).toBeLessThan(10_000);
  } finally {
    await db.destroy();
  }
});
