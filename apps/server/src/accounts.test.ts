import { testParley } from '@parley/engine/testing';
import { execFile } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const exec = promisify(execFile);

interface Said {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the script in a process of its own, where nobody sits at a terminal. */
function accounts(databaseUrl: string, ...args: string[]): Promise<Said> {
  const path = join(import.meta.dirname, 'accounts.ts');
  const started = exec(process.execPath, ['--conditions=@parley/source', path, ...args], {
    cwd: tmpdir(),
    env: { PATH: process.env['PATH'], DATABASE_URL: databaseUrl },
    timeout: 60_000,
  });
  started.child.stdin?.end();
  return started.then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    (error: Said) => ({ code: error.code, stdout: error.stdout, stderr: error.stderr }),
  );
}

test('an account is deleted by its name, once it is confirmed', async () => {
  await using parley = await testParley();
  const { userId } = await parley.person('ada');
  const run = (...args: string[]) => accounts(parley.connectionString, ...args);
  const failed = (line: string) => ({ code: 1, stdout: '', stderr: `parley: ${line}\n` });
  expect(await run('delete', 'ada')).toEqual(
    failed('unable to delete the account; it was not confirmed, use --yes where nobody can answer'),
  );
  expect(await run('delete', 'ada@example.com', '--yes')).toEqual({
    ...{ code: 0, stdout: 'deleted the account ada@example.com\n', stderr: '' },
  });
  const left = await parley.db
    .selectFrom('users')
    .select(['username', 'erasing'])
    .where('id', '=', userId)
    .execute();
  expect(left).toEqual([{ username: expect.stringMatching(/^deleted-/), erasing: null }]);
}, 60_000);
