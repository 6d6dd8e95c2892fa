import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const run = promisify(execFile);
const root = join(import.meta.dirname, '..');

/** Lines of every source file that git knows or would add, tests aside. */
async function sourceSizes(): Promise<number[]> {
  const { stdout } = await run(
    'git',
    ['ls-files', '--cached', '--others', '--exclude-standard', '--', '*.ts', '*.tsx'],
    { cwd: root },
  );
  const files = stdout.split('\n').filter((file) => file !== '' && !/\.test\.tsx?$/.test(file));
  const texts = await Promise.all(files.map((file) => readFile(join(root, file), 'utf8').catch(() => null)));
  return texts
    .flatMap((text) => (text === null ? [] : text.split('\n').length - 1))
    .toSorted((a, b) => a - b);
}

test('files are small: a median under 80 lines, nine in ten under 200', async () => {
  const sizes = await sourceSizes();
  expect(sizes.length).toBeGreaterThan(100);
  expect(sizes[Math.floor(sizes.length / 2)]).toBeLessThan(80);
  expect(sizes[Math.floor(sizes.length * 0.9)]).toBeLessThan(200);
});

test('type-checking the web app loads nothing of the server', { timeout: 60_000 }, async () => {
  const { stdout } = await run(
    process.execPath,
    [join(root, 'node_modules/typescript/bin/tsc'), '-p', join(root, 'apps/web'), '--listFilesOnly'],
    { maxBuffer: 16 * 1024 * 1024 },
  );
  const files = stdout.split('\n');
  expect(files.some((file) => file.endsWith('packages/contract/src/router.ts'))).toBe(true);
  const server =
    /node_modules\/(kysely|ioredis|pg|ws|fastify|bcryptjs|jose)\/|packages\/engine\/|apps\/server\//;
  expect(files.filter((file) => server.test(file))).toEqual([]);
});
