import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';

const exec = promisify(execFile);
const root = join(import.meta.dirname, '..');
const Output = z.object({ diagnostics: z.array(z.object({ code: z.string(), filename: z.string() })) });

/** Lints files as if they stood in this repository; returns "file: rule" for each complaint. */
async function lint(files: Record<string, string>): Promise<string[]> {
  const directory = await mkdtemp(join(tmpdir(), 'parley-lint-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  const compilerOptions = {
    strict: true,
    module: 'NodeNext',
    target: 'ES2024',
    allowImportingTsExtensions: true,
  };
  const tsconfig = JSON.stringify({ compilerOptions: { ...compilerOptions, noEmit: true } });
  for (const [name, text] of Object.entries({ ...files, 'tsconfig.json': tsconfig })) {
    await mkdir(dirname(join(directory, name)), { recursive: true });
    await writeFile(join(directory, name), text);
  }
  await copyFile(join(root, '.oxlintrc.json'), join(directory, '.oxlintrc.json'));
  const bin = join(root, 'node_modules', '.bin');
  const env = { ...process.env, OXLINT_TSGOLINT_PATH: join(bin, 'tsgolint') };
  const options = { cwd: directory, env, timeout: 15_000 };
  const output = await exec(join(bin, 'oxlint'), ['--type-aware', '-f', 'json'], options).then(
    ({ stdout }) => stdout,
    (error: { stdout: string }) => error.stdout,
  );
  const { diagnostics } = Output.parse(JSON.parse(output));
  return [...new Set(diagnostics.map(({ code, filename }) => `${filename}: ${code}`))].toSorted();
}

const forbidden: [file: string, line: string][] = [
  ['packages/contract/src/a.ts', `export { a } from '@parley/engine';`],
  ['packages/contract/src/a.ts', `export { readFile } from 'node:fs';`],
  ['packages/engine/src/a.ts', `export type { A } from '@parley/sdk';`],
  ['packages/engine/src/a.ts', `export { a } from '@parley/server/config';`],
  ['packages/engine/src/a.ts', `export { a } from '../../contract/src/index.ts';`],
  ['packages/engine/src/messages/service.ts', `export { sql } from 'kysely';`],
  ['packages/engine/src/messages/queries.ts', `export { a } from '@parley/sdk';`],
  ['packages/sdk/src/a.ts', `export { a } from '@parley/engine';`],
  ['packages/sdk/src/a.ts', `export { appRouter } from '@parley/contract/router';`],
  ['packages/sdk/src/a.test.ts', `export { a } from '@parley/engine';`],
  ['apps/server/src/a.ts', `export { a } from '@parley/sdk';`],
  ['apps/server/src/a.ts', `export { sql } from 'kysely';`],
  ['apps/web/src/a.tsx', `export { a } from '@parley/engine';`],
  ['apps/web/src/a.tsx', `export type { A } from '@parley/server/config';`],
  ['apps/web/src/a.tsx', `export { appRouter } from '@parley/contract/router';`],
];

test('every import against the arrows is refused', async () => {
  // A folder each, so that one run of the linter sees them all.
  const files = forbidden.map(([file, line], index): [string, string] => [
    file.replace(/[^/]+$/, (name) => `case-${index}/${name}`),
    line,
  ]);
  const expected = files.map(([file]) => `${file}: eslint(no-restricted-imports)`).toSorted();
  expect(await lint(Object.fromEntries(files))).toEqual(expected);
});

test('what the arrows allow passes', async () => {
  const allowed = {
    'packages/engine/src/service.ts': `export { a } from '@parley/contract'; export type { Kysely } from 'kysely';`,
    'packages/engine/src/messages/queries.ts': `export { sql } from 'kysely';`,
    'packages/engine/src/db/database.ts': `export { Kysely } from 'kysely';`,
    'packages/sdk/src/client.ts': `export type { AppRouter } from '@parley/contract/router';`,
    'apps/server/src/app.ts': `export { a } from '@parley/engine'; export { router } from '@parley/contract/router';`,
    'apps/web/src/app.tsx': `export { a } from '@parley/sdk'; export { b } from '@parley/contract';`,
    'e2e/src/two.ts': `export { a } from '@parley/server/main'; export { b } from '@parley/engine';`,
  };
  expect(await lint(allowed)).toEqual([]);
});

test('an import cycle is found, also one of types alone', async () => {
  const found = await lint({
    'packages/engine/src/a.ts': `import { type B } from './b.ts'; export interface A { b: B }`,
    'packages/engine/src/b.ts': `import { type A } from './a.ts'; export interface B { a: A }`,
  });
  expect(found).toEqual([
    'packages/engine/src/a.ts: import(no-cycle)',
    'packages/engine/src/b.ts: import(no-cycle)',
  ]);
});

test('the environment is read in the configuration of the server only', async () => {
  const reads = `export const port = process.env['PORT'];`;
  const found = await lint({
    'apps/server/src/config.ts': reads,
    'apps/server/src/main.ts': reads,
    'packages/engine/src/a.ts': reads,
    'apps/web/src/a.ts': reads,
    'scripts/a.ts': reads,
  });
  // Without Node's types the linter has more to say of these lines.
  expect(found.filter((complaint) => complaint.includes('process-env'))).toEqual([
    'apps/server/src/main.ts: node(no-process-env)',
    'apps/web/src/a.ts: node(no-process-env)',
    'packages/engine/src/a.ts: node(no-process-env)',
  ]);
});

test('rules that need types fire', async () => {
  const found = await lint({
    'packages/engine/src/floating.ts': `async function a(): Promise<void> { await Promise.resolve(); }\na();`,
    'packages/engine/src/switch.ts': `export function a(b: 'x' | 'y'): void { switch (b) { case 'x': break; } }`,
    'packages/engine/src/misused.ts': `[1].forEach(async () => { await Promise.resolve(); });`,
    'packages/engine/src/any.ts': `export const a = (b: any): void => { void b; };`,
    'packages/engine/src/bang.ts': `export const a = (b?: string): string => b!;`,
    'packages/engine/src/type-import.ts': `import { A } from './types.ts'; export const a: A = 1;`,
    'packages/engine/src/types.ts': `export type A = number;`,
  });
  expect(found).toEqual([
    'packages/engine/src/any.ts: typescript(no-explicit-any)',
    'packages/engine/src/bang.ts: typescript(no-non-null-assertion)',
    'packages/engine/src/floating.ts: typescript(no-floating-promises)',
    'packages/engine/src/misused.ts: typescript(no-misused-promises)',
    'packages/engine/src/switch.ts: typescript(switch-exhaustiveness-check)',
    'packages/engine/src/type-import.ts: typescript(consistent-type-imports)',
  ]);
});
