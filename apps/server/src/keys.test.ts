import { scopes } from '@parley/contract/router';
import { testDatabase } from '@parley/engine/testing';
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const exec = promisify(execFile);

test('an operator makes, lists and revokes keys; one is shown once, and nowhere else', async () => {
  await using database = await testDatabase();
  const script = join(import.meta.dirname, 'keys.ts');
  const keys = async (...args: string[]) => {
    const env = { PATH: process.env['PATH'], DATABASE_URL: database.connectionString };
    const command = ['--conditions=@parley/source', script, ...args];
    const { stdout } = await exec(process.execPath, command, { cwd: tmpdir(), env, timeout: 60_000 });
    return stdout.trimEnd();
  };
  const refused = (...args: string[]) =>
    keys(...args).then(
      () => '',
      (error: Error & { stderr: string }) => error.stderr.trimEnd(),
    );
  const asked = [
    '--name',
    'a bot',
    '--scope',
    'messages:write',
    '--scope',
    'messages:read',
    '--expires',
    '90d',
  ];
  const made = await keys('create', ...asked);
  const said = /^made the key (\S+) for a bot, with messages:read, messages:write; .*:\n(pk_\w+)$/.exec(made);
  const [, id = '', key = ''] = said ?? [];
  expect(key).not.toBe('');
  const listed = await keys('list');
  expect(listed).toMatch(
    new RegExp(`^${id}  a bot  messages:read messages:write  made .*  used never  expires 2`),
  );
  expect(listed).not.toContain(key);
  expect(await keys('revoke', id)).toBe(`revoked the key ${id}; it ends within seconds`);
  expect(await keys('list')).toContain('revoked 2');
  expect(
    await Promise.all([refused('revoke', id), refused('create', '--name', 'x', '--scope', 'auth:write')]),
  ).toEqual([
    `parley: unable to revoke ${id}; it must be the id of a key that counts`,
    `parley: unable to make a key; --scope must be any of ${scopes.join(', ')}`,
  ]);
}, 60_000);

test('docs/identity.md has every scope there is, and no other', async () => {
  const text = await readFile(new URL('../../../docs/identity.md', import.meta.url), 'utf8');
  const [, table = ''] = /\| scope +\|.*?\n((?:\|.*\n)+)/.exec(text) ?? [];
  const listed = [...table.matchAll(/`(\w+:\w+)`/g)].map(([, scope = '']) => scope);
  expect(listed.toSorted()).toEqual(scopes);
});
