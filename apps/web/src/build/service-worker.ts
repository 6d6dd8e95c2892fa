import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { build, type Plugin } from 'vite';
import { afterBuild, filesIn } from './after-build.ts';
import { isCompressed } from './compressed.ts';

const source = resolve(import.meta.dirname, '../service-worker/service-worker.ts');
/** What few people need is kept when they need it: the letters of other scripts. */
const later = /\.woff2$/;
const always = /-latin-wght-/;

/** Writes the service worker, which knows every file of the build and what is in it. */
export function serviceWorker(): Plugin {
  return afterBuild('service-worker', async (folder) => {
    await writeFile(join(folder, 'sw.js'), await workerFor(await digestsOf(folder)));
  });
}

/** The digests of a build's files by the paths they are served at, as they are checked when they are fetched. */
async function digestsOf(folder: string): Promise<Record<string, string>> {
  const paths = (await filesIn(folder))
    .filter(({ name }) => !name.startsWith('.') && name !== 'sw.js')
    .map(({ path }) => path)
    .filter((path) => !isCompressed(path) && (!later.test(path) || always.test(path)))
    .sort();
  const digests = paths.map(async (path) => {
    const digest = createHash('sha256')
      .update(await readFile(path))
      .digest('base64');
    const served = path
      .slice(folder.length)
      .replaceAll('\\', '/')
      .replace(/\/index\.html$/, '/');
    return [served, `sha256-${digest}`] as const;
  });
  return Object.fromEntries(await Promise.all(digests));
}

/** The worker as a script of its own: not every browser takes a module. */
async function workerFor(files: Record<string, string>): Promise<string> {
  const text = JSON.stringify(files);
  const version = createHash('sha256').update(text).digest('hex').slice(0, 16);
  const built = await build({
    configFile: false,
    publicDir: false,
    logLevel: 'warn',
    define: { built: JSON.stringify({ version, files }) },
    build: {
      write: false,
      target: 'es2023',
      rolldownOptions: { input: source, output: { format: 'iife' } },
    },
  });
  const [output] = 'output' in built ? built.output : [];
  if (output?.type !== 'chunk') throw new Error('unable to build the service worker; nothing came of it');
  return output.code;
}
