import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { testDatabase } from '../testing/database.ts';
import { silentLog } from '../testing/log.ts';
import { openDatabase } from './database.ts';
import { asServiceError } from './errors.ts';

test('security, SQL: every connection that serves people cuts what takes long, and says that it may work later', async () => {
  await using database = await testDatabase();
  const db = openDatabase(database.connectionString, 1, silentLog);
  await using _ = { [Symbol.asyncDispose]: () => db.destroy() };
  const { rows } = await sql<{ name: string; setting: string }>`
    select name, setting from pg_settings where name like '%\_timeout' order by name`.execute(db);
  expect(rows).toEqual(
    expect.arrayContaining([
      { name: 'idle_in_transaction_session_timeout', setting: '10000' },
      { name: 'lock_timeout', setting: '5000' },
      { name: 'statement_timeout', setting: '10000' },
    ]),
  );
  await sql`set statement_timeout = 20`.execute(db);
  const cut: unknown = await sql`select pg_sleep(10)`
    .execute(db)
    .catch((error: unknown) => asServiceError(error));
  expect(cut).toMatchObject({ code: 'UNAVAILABLE' });
});

const sources = join(import.meta.dirname, '..');

test('security, SQL: statements are constants with their parameters bound: none is put together of text', async () => {
  const names = await readdir(sources, { recursive: true });
  const files = names.filter(
    (name) => name.endsWith('.ts') && !/\.test\.ts$|testing\/|db\/schema\//.test(name),
  );
  expect(files.length).toBeGreaterThan(80);
  const wrong: string[] = [];
  for (const file of files) {
    const text = await readFile(join(sources, file), 'utf8');
    // A migration runs the constants of its own file.
    if (/sql\.raw\(/.test(text) && !file.startsWith('db/migrations/')) wrong.push(`${file}: sql.raw`);
    if (/\.query(<[^>]*>)?\(\s*`[^`]*\$\{/.test(text)) wrong.push(`${file}: a query of text`);
  }
  expect(wrong).toEqual([]);
});
