import { deleteAccount, disableAccount, enableAccount } from '@parley/engine/operations';
import { parseArgs } from 'node:util';
import type { Command } from '../database/commands.ts';
import { confirmed } from '../database/confirm.ts';
import type { Target } from '../database/target.ts';

/** The scripts for accounts by name. */
export const commands: Readonly<Record<string, Command>> = { disable, enable, delete: remove };

async function disable({ connectionString, log }: Target, args: readonly string[]): Promise<string> {
  const name = onlyName(args, 'disable');
  const ended = await disableAccount(connectionString, log, name);
  if (ended === null) return `${name} was disabled already`;
  return `${name} is disabled; sessions ended: ${ended}`;
}

async function enable({ connectionString, log }: Target, args: readonly string[]): Promise<string> {
  const name = onlyName(args, 'enable');
  const enabled = await enableAccount(connectionString, log, name);
  return enabled ? `${name} can sign in again` : `${name} was not disabled`;
}

async function remove(
  { connectionString, log, name: database, config }: Target,
  args: readonly string[],
): Promise<string> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { yes: { type: 'boolean', default: false } },
  });
  const name = onlyName(positionals, 'delete');
  if (!values.yes && !(await confirmed(`The account ${name} in ${database} will be deleted. Go on?`))) {
    throw new Error('unable to delete the account; it was not confirmed, use --yes where nobody can answer');
  }
  if (!(await deleteAccount(connectionString, log, name, config.deletedAccountMessages))) {
    throw new Error(`unable to delete the account; there is none of that name in ${database}`);
  }
  return `deleted the account ${name}`;
}

function onlyName([name, ...more]: readonly string[], task: string): string {
  if (name === undefined || more.length > 0) {
    throw new Error(`unable to ${task}; say whose account, by username or e-mail address`);
  }
  return name;
}
