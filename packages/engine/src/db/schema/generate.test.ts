import { readFile } from 'node:fs/promises';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { silentLog } from '../../testing/log.ts';
import { testParley } from '../../testing/engine.ts';
import { generateTables } from './generate.ts';

test('tables.ts is what the schema says; after a change of it run pnpm db:generate', async () => {
  await using parley = await testParley();
  const file = await readFile(new URL('../tables.ts', import.meta.url), 'utf8');
  expect(await generateTables(parley.connectionString, silentLog)).toBe(file);
});

test('a change of the schema changes the types', async () => {
  await using parley = await testParley();
  const before = await generateTables(parley.connectionString, silentLog);
  await sql`alter table users add column note text default 'none'`.execute(parley.db);
  const after = await generateTables(parley.connectionString, silentLog);
  expect(after).toBe(before.replace(/(UsersTable \{[^}]+)\}/, '$1  note: Generated<string | null>;\n}'));
  expect(after).not.toBe(before);
});
