import { execFile } from 'node:child_process';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const web = resolve(import.meta.dirname, '../..');

test('the web app is type-checked without loading what the server is made of', async () => {
  const tsc = join(web, '../../node_modules/typescript/bin/tsc');
  const { stdout } = await promisify(execFile)(process.execPath, [tsc, '--noEmit', '--listFilesOnly'], {
    cwd: web,
    maxBuffer: 16 * 1024 * 1024,
  });
  expect(stdout).toContain('packages/contract/src/router.ts');
  expect(stdout).not.toMatch(/node_modules\/(?:kysely|ioredis|pg|ws|fastify)\//);
  expect(stdout).not.toMatch(/packages\/engine\/|apps\/server\//);
});
