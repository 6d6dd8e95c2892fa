import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { Report } from './report.ts';

const root = join(import.meta.dirname, '..', '..');

/** What a vitest run over these files comes to. */
async function report(files: Record<string, string>, project = ''): Promise<Report> {
  const directory = await mkdtemp(join(tmpdir(), 'parley-reporter-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  await symlink(join(root, 'node_modules'), join(directory, 'node_modules'));
  const config = `export default { test: { name: '${project}', include: ['*.test.ts'], reporters: ['${join(import.meta.dirname, 'reporter.ts')}'] } };`;
  await writeFile(join(directory, 'vitest.config.ts'), config);
  for (const [name, text] of Object.entries(files)) {
    await writeFile(
      join(directory, name),
      `import { afterAll, describe, expect, test } from 'vitest';\n${text}`,
    );
  }
  const file = join(directory, 'report.json');
  const env = { ...process.env, PARLEY_TEST_REPORT: file };
  const vitest = [join(root, 'node_modules', 'vitest', 'vitest.mjs'), 'run'];
  await promisify(execFile)(process.execPath, vitest, { cwd: directory, env }).catch(() => undefined);
  return Report.parse(JSON.parse(await readFile(file, 'utf8')));
}

const passing = `test('a', () => expect(1).toBe(1)); test('b', () => expect(1).toBe(1));`;

test('counts what passed, names what failed or was skipped', async () => {
  const mixed = `${passing} describe('in', () => test('c', () => expect({ n: 1 }).toEqual({ n: 2 }))); test.skip('d', () => {}); test.todo('e');`;
  expect(await report({ 'mixed.test.ts': mixed })).toEqual({
    passed: 2,
    failures: [
      {
        name: 'mixed.test.ts > in > c',
        error: expect.stringMatching(/^expected .+\nat .+mixed\.test\.ts:2:\d+\n[^]*\+ {3}"n": 1/),
      },
    ],
    skipped: ['mixed.test.ts > d', 'mixed.test.ts > e'],
  });
});

test('a file that does not load, a hook that fails and an error nobody caught are failures', async () => {
  const { passed, failures } = await report({
    'passing.test.ts': passing,
    'unloadable.test.ts': `import './nowhere.ts';`,
    'hook.test.ts': `${passing} afterAll(() => { throw new Error('no'); });`,
    'suite.test.ts': `describe('in', () => { ${passing} afterAll(() => { throw new Error('nor this'); }); });`,
    'uncaught.test.ts': `${passing} setTimeout(() => { throw new Error('never'); }, 0);`,
  });
  expect(passed).toBe(8);
  expect(failures.map(({ name, error }) => `${name}: ${error.split('\n')[0]}`).toSorted()).toEqual([
    'an error nobody caught: never',
    'hook.test.ts: no',
    'suite.test.ts: nor this',
    expect.stringMatching(/^unloadable\.test\.ts: .*nowhere\.ts/),
  ]);
});

test('a project and a test that failed beside a hook are named, both', async () => {
  const failing = `test('c', () => expect(1).toBe(2)); afterAll(() => { throw new Error('no'); });`;
  const { failures } = await report({ 'both.test.ts': failing }, 'some');
  expect(failures.map(({ name }) => name)).toEqual(['some both.test.ts > c', 'some both.test.ts']);
});
