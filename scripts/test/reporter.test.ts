import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';

const root = join(import.meta.dirname, '..', '..');

/** What a vitest run over these files comes to. */
async function report(files: Record<string, string>): Promise<unknown> {
  const directory = await mkdtemp(join(tmpdir(), 'parley-reporter-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  await symlink(join(root, 'node_modules'), join(directory, 'node_modules'));
  const config = `export default { test: { include: ['*.test.ts'], reporters: ['${join(import.meta.dirname, 'reporter.ts')}'] } };`;
  await writeFile(join(directory, 'vitest.config.ts'), config);
  for (const [name, text] of Object.entries(files)) {
    await writeFile(join(directory, name), `import { afterAll, expect, test } from 'vitest';\n${text}`);
  }
  const file = join(directory, 'report.json');
  const env = { ...process.env, PARLEY_TEST_REPORT: file };
  const vitest = [join(root, 'node_modules', 'vitest', 'vitest.mjs'), 'run'];
  await promisify(execFile)(process.execPath, vitest, { cwd: directory, env }).catch(() => undefined);
  return JSON.parse(await readFile(file, 'utf8'));
}

const passing = `test('a', () => expect(1).toBe(1)); test('b', () => expect(1).toBe(1));`;

test('counts what passed, failed and was skipped', async () => {
  const mixed = `${passing} test('c', () => expect(1).toBe(2)); test.skip('d', () => {}); test.todo('e');`;
  expect(await report({ 'mixed.test.ts': mixed })).toEqual({ passed: 2, failed: 1, skipped: 2 });
});

test('a file that does not load, a hook that fails and an error nobody caught are failures', async () => {
  const counted = await report({
    'passing.test.ts': passing,
    'unloadable.test.ts': `import './nowhere.ts';`,
    'hook.test.ts': `${passing} afterAll(() => { throw new Error('no'); });`,
    'uncaught.test.ts': `${passing} setTimeout(() => { throw new Error('no'); }, 0);`,
  });
  expect(counted).toEqual({ passed: 6, failed: 3, skipped: 0 });
});
