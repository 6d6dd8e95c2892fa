import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { keptSecret } from './secret.ts';

let dataDir: string;
beforeEach(async () => {
  dataDir = join(await mkdtemp(join(tmpdir(), 'parley-secret-')), 'data');
});
afterEach(async () => {
  await rm(join(dataDir, '..'), { recursive: true });
});

test('the secret is made once, is long, and is for the owner only', async () => {
  const all = await Promise.all(Array.from({ length: 10 }, () => keptSecret(dataDir)));
  const [secret = ''] = all;
  expect(new Set(all).size).toBe(1);
  expect(Buffer.byteLength(secret)).toBeGreaterThanOrEqual(32);
  expect(await keptSecret(dataDir)).toBe(secret);
  const { mode } = await stat(join(dataDir, 'jwt-secret'));
  expect(mode & 0o777).toBe(0o600);
});

test('a secret that is there is kept', async () => {
  await keptSecret(dataDir);
  await writeFile(join(dataDir, 'jwt-secret'), 'mine\n');
  expect(await keptSecret(dataDir)).toBe('mine');
  expect(await readFile(join(dataDir, 'jwt-secret'), 'utf8')).toBe('mine\n');
});
