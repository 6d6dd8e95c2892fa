import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { build } from 'vite';
import { describe, expect, test } from 'vitest';

const workspace = resolve(import.meta.dirname, '../../../..');
const web = join(workspace, 'apps/web');
const engine = createRequire(join(workspace, 'packages/engine/package.json'));

/** Builds the app as it is, or with one more import, without writing anything. */
function buildWith(source?: string) {
  const entry = '\0entry';
  return build({
    root: web,
    configFile: join(web, 'vite.config.ts'),
    logLevel: 'silent',
    plugins: [
      {
        name: 'entry',
        resolveId: (id) => (id === entry ? id : null),
        load: (id) => (id === entry ? `import '/src/main.tsx';\n${source ?? ''}` : null),
      },
    ],
    build: { write: false, rolldownOptions: { input: entry } },
  });
}

function file(...path: string[]): string {
  return JSON.stringify(join(workspace, ...path));
}

describe('the web bundle', () => {
  test('is built when it holds what belongs in it', async () => {
    await expect(buildWith()).resolves.toBeDefined();
  });

  test.each([
    [
      'the router',
      `import { appRouter } from ${file('packages/contract/src/router.ts')}; console.log(appRouter);`,
      /contract\/src\/router\.ts/,
    ],
    [
      'a schema',
      `import { User } from ${file('packages/contract/src/users/schema.ts')}; console.log(User);`,
      /node_modules\/zod/,
    ],
    [
      'the engine',
      `import * as access from ${file('packages/engine/src/access.ts')}; console.log(access);`,
      /packages\/engine\/src\/access\.ts/,
    ],
    [
      'kysely',
      `import { Kysely } from ${JSON.stringify(engine.resolve('kysely'))}; console.log(Kysely);`,
      /node_modules\/kysely/,
    ],
  ])('is not built with %s in it', async (_, source, named) => {
    await expect(buildWith(source)).rejects.toThrow(named);
  });
});
