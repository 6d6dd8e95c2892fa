import { join, resolve } from 'node:path';
import { build } from 'vite';
import { expect, onTestFinished, test, vi } from 'vitest';
import { initialBytes } from './initial-size.ts';

const web = resolve(import.meta.dirname, '../..');
/** What every page may load first, before what its address shows. */
const BUDGET_BYTES = 150_000;

test('counts what the page names and that imports, and not what is fetched later', () => {
  const chunk = (fileName: string, imports: string[], code: string) => ({
    type: 'chunk',
    fileName,
    imports,
    code,
  });
  const outputs = [
    { type: 'asset', fileName: 'index.html', source: '<script src="/assets/a.js"></script>' },
    chunk('assets/a.js', ['assets/b.js', 'elsewhere.js'], 'a'),
    chunk('assets/b.js', ['assets/a.js'], 'b'),
    chunk('assets/later.js', ['assets/a.js'], 'c'.repeat(1_000)),
  ];
  const [a, b] = [initialBytes(outputs.slice(0, 2)), initialBytes(outputs)];
  expect(a).toBeGreaterThan(0);
  expect(b).toBeGreaterThan(a);
  expect(b).toBeLessThan(3 * a);
});

test('what every page loads first is little', async () => {
  // As it is built to be served: tests run in another mode.
  vi.stubEnv('NODE_ENV', 'production');
  onTestFinished(() => void vi.unstubAllEnvs());
  const built = await build({
    root: web,
    configFile: join(web, 'vite.config.ts'),
    logLevel: 'silent',
    build: { write: false },
  });
  const outputs = 'output' in built ? built.output : [];
  const bytes = initialBytes(outputs);
  console.info(`The web app loads ${(bytes / 1_000).toFixed(1)} kB of JavaScript, gzipped, first`);
  expect(bytes).toBeGreaterThan(50_000);
  expect(bytes).toBeLessThan(BUDGET_BYTES);
});
