import { migrate } from '@parley/engine';
import { generateTables, removeAll, rollback } from '@parley/engine/operations';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Demo } from '../demo/demo.ts';
import { confirmed } from './confirm.ts';
import { seed } from './seed.ts';
import { studio } from './studio.ts';
import type { Target } from './target.ts';

/** Does its work and returns what it did, in a line. */
export type Command = (target: Target, args: readonly string[]) => Promise<string>;

/** The database scripts by name. */
export const commands: Readonly<Record<string, Command>> = {
  migrate: bringUp,
  deploy: bringUp,
  rollback: takeBack,
  seed,
  reset,
  generate,
  studio,
};

async function bringUp({ connectionString, name, log }: Target): Promise<string> {
  const done = await migrate(connectionString, log);
  return done.length === 0 ? `${name} has the newest schema` : `ran ${done.join(', ')} on ${name}`;
}

async function takeBack({ connectionString, name, log }: Target): Promise<string> {
  const undone = await rollback(connectionString, log);
  return undone === undefined ? `there is no migration to undo in ${name}` : `undid ${undone} on ${name}`;
}

async function reset(
  { connectionString, name, log, config }: Target,
  args: readonly string[],
): Promise<string> {
  const { yes } = parseArgs({
    args: [...args],
    options: { yes: { type: 'boolean', default: false } },
  }).values;
  if (!yes && !(await confirmed(`All data in ${name} will be deleted. Go on?`))) {
    throw new Error('unable to reset the database; it was not confirmed, use --yes where nobody can answer');
  }
  await removeAll(connectionString, log);
  await migrate(connectionString, log);
  if (config.demo) await Demo.renew(config.dataDir);
  return `${name} is empty and has the newest schema`;
}

const tables = join(import.meta.dirname, '../../../../packages/engine/src/db/tables.ts');

/** For development, as it writes into the source. */
async function generate({ connectionString, log }: Target): Promise<string> {
  await migrate(connectionString, log);
  const text = await generateTables(connectionString, log);
  if (text === (await readFile(tables, 'utf8'))) return 'tables.ts is what the schema says';
  await writeFile(tables, text);
  return 'wrote packages/engine/src/db/tables.ts';
}
