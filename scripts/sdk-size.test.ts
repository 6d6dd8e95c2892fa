import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build, defaultClientConditions } from 'vite';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');
const LIMIT_BYTES = 40_000;
const ENTRY = 'virtual:sdk';

/** What an app ships for both entries of the SDK, with its dependencies but without React, and what went into it. */
async function bundleSdk(): Promise<{ code: string; modules: string[] }> {
  const sdk = join(root, 'packages/sdk/src');
  const modules: string[] = [];
  let code = '';
  await build({
    root: join(root, 'packages/sdk'),
    configFile: false,
    logLevel: 'warn',
    define: { 'process.env.NODE_ENV': '"production"' },
    resolve: { conditions: ['@parley/source', ...defaultClientConditions] },
    plugins: [
      {
        name: 'both-entries',
        enforce: 'pre',
        resolveId: (id) => (id === ENTRY ? `\0${ENTRY}` : null),
        load: (id) =>
          id === `\0${ENTRY}`
            ? ['index.ts', 'react/index.ts']
                .map((file) => `export * from ${JSON.stringify(join(sdk, file))};`)
                .join('\n')
            : null,
        generateBundle: (_, bundle) => {
          for (const file of Object.values(bundle)) {
            if (file.type !== 'chunk') continue;
            code += file.code;
            for (const [id, { renderedLength }] of Object.entries(file.modules)) {
              if (renderedLength > 0) modules.push(id);
            }
          }
        },
      },
    ],
    build: {
      write: false,
      minify: true,
      rolldownOptions: { input: ENTRY, external: /^react(\/|$)/, preserveEntrySignatures: 'strict' },
    },
  });
  return { code, modules };
}

test('the SDK is small, has no zod in it, and the README says how small', { timeout: 60_000 }, async () => {
  const { code, modules } = await bundleSdk();
  // That it is all there: an empty bundle would be small, too.
  for (const part of [/sdk\/src\/client\.ts$/, /sdk\/src\/react\/provider\.ts$/, /@trpc\/client\//]) {
    expect(modules.some((id) => part.test(id))).toBe(true);
  }
  expect(modules.filter((id) => /node_modules\/(zod|react)\//.test(id))).toEqual([]);
  const bytes = gzipSync(code, { level: 9 }).length;
  expect(bytes).toBeLessThan(LIMIT_BYTES);
  const readme = await readFile(join(root, 'README.md'), 'utf8');
  const stated = Number(/The SDK is ([\d.]+) kB/.exec(readme)?.[1]) * 1000;
  expect(Math.abs(stated - bytes), `the README says ${stated} bytes, it is ${bytes}`).toBeLessThan(
    bytes * 0.02,
  );
});
