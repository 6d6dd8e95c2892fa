import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hashOfInputs } from './inputs.ts';

const web = join(import.meta.dirname, '..', '..', 'apps', 'web');
const stamp = join(web, 'dist', '.built-from');

/** Whether the build there is was made from the sources as they are. */
export async function webIsBuilt(): Promise<boolean> {
  const builtFrom = await readFile(stamp, 'utf8').catch(() => undefined);
  return builtFrom !== undefined && builtFrom === (await hashOfInputs());
}

/**
 * Builds the web app, whose own configuration refuses server code in the bundle.
 * @throws {Error} when it does not build.
 */
export async function buildWeb(): Promise<void> {
  const source = await hashOfInputs();
  // Loaded only here: a start that has nothing to build should not pay for the bundler.
  const { build } = await import('vite');
  await build({ root: web, logLevel: 'warn' });
  await writeFile(stamp, source);
}
