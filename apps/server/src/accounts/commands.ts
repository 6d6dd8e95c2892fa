import { deleteAccount } from '@parley/engine/operations';
import { parseArgs } from 'node:util';
import type { Command } from '../database/commands.ts';
import { confirmed } from '../database/confirm.ts';
import type { Target } from '../database/target.ts';

/** The scripts for accounts by name. */
export const commands: Readonly<Record<string, Command>> = { delete: remove };

async function remove(
  { connectionString, log, name: database, config }: Target,
  args: readonly string[],
): Promise<string> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { yes: { type: 'boolean', default: false } },
  });
  const [name, ...more] = positionals;
  if (name === undefined || more.length > 0) {
    throw new Error('unable to delete; say whose account, by username or e-mail address');
  }
  if (!values.yes && !(await confirmed(`The account ${name} in ${database} will be deleted. Go on?`))) {
    throw new Error('unable to delete the account; it was not confirmed, use --yes where nobody can answer');
  }
  if (!(await deleteAccount(connectionString, log, name, config.deletedAccountMessages))) {
    throw new Error(`unable to delete the account; there is none of that name in ${database}`);
  }
  return `deleted the account ${name}`;
}
