import { scopes } from '@parley/contract/router';
import { migrate } from '@parley/engine';
import { KeyOperator, type ListedKey } from '@parley/engine/operations';
import { parseArgs } from 'node:util';
import { parseDuration } from '../config/duration.ts';
import type { Command } from '../database/commands.ts';
import type { Target } from '../database/target.ts';

/** The scripts for API keys by name. */
export const commands: Readonly<Record<string, Command>> = { create, list, revoke };

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** `--name <what for> --scope <scope> [--scope …] [--expires 90d]` */
async function create(target: Target, args: readonly string[]): Promise<string> {
  const { name, scope, expires } = parseArgs({
    args: [...args],
    options: {
      name: { type: 'string' },
      scope: { type: 'string', multiple: true },
      expires: { type: 'string' },
    },
  }).values;
  if (name === undefined || name.trim() === '') throw unable('--name must say what it is for');
  const unknown = scope?.filter((one) => !scopes.includes(one)) ?? [];
  if (scope === undefined || unknown.length > 0) throw unable(`--scope must be any of ${scopes.join(', ')}`);
  await migrate(target.connectionString, target.log);
  await using operator = operatorOf(target);
  const asked = { name: name.trim(), scopes: [...new Set(scope)].toSorted(), expiresAt: expiryOf(expires) };
  const { id, key } = await operator.create(asked);
  return `made the key ${id} for ${asked.name}, with ${asked.scopes.join(', ')}; it is shown this once:\n${key}`;
}

async function list(target: Target): Promise<string> {
  await using operator = operatorOf(target);
  const keys = await operator.list();
  return keys.length === 0 ? `there are no keys in ${target.name}` : keys.map(line).join('\n');
}

async function revoke(target: Target, [id = '']: readonly string[]): Promise<string> {
  await using operator = operatorOf(target);
  if (!uuid.test(id) || !(await operator.revoke(id))) {
    throw new Error(`unable to revoke ${id === '' ? 'a key' : id}; it must be the id of a key that counts`);
  }
  return `revoked the key ${id}; it ends within seconds`;
}

function operatorOf({ connectionString, log }: Target): KeyOperator {
  return new KeyOperator(connectionString, log);
}

function expiryOf(text: string | undefined): Date | null {
  if (text === undefined) return null;
  const seconds = parseDuration(text);
  if (seconds === null) throw unable('--expires must be a length of time such as 90d');
  return new Date(Date.now() + seconds * 1000);
}

function line({
  id,
  name,
  scopes: its,
  created_at,
  last_used_at,
  expires_at,
  revoked_at,
}: ListedKey): string {
  const day = (at: Date | null) => at?.toISOString().slice(0, 16).replace('T', ' ') ?? 'never';
  const end = revoked_at === null ? `expires ${day(expires_at)}` : `revoked ${day(revoked_at)}`;
  return [id, name, its.join(' '), `made ${day(created_at)}`, `used ${day(last_used_at)}`, end].join('  ');
}

function unable(why: string): Error {
  return new Error(`unable to make a key; ${why}`);
}
