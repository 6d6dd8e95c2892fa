import { execFile } from 'node:child_process';
import { mkdir, readdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const packMs = 60_000;

/**
 * Packs workspaces of a built checkout as for a registry, and unpacks them in a folder of their own, where they find
 * the dependencies that the checkout has.
 * @param names folders under `packages`
 */
export async function unpackPublished(
  checkout: string,
  names: readonly string[],
  directory: string,
): Promise<void> {
  const modules = join(directory, 'node_modules');
  for (const name of names) {
    const source = join(checkout, 'packages', name);
    const target = join(modules, '@parley', name);
    await mkdir(target, { recursive: true });
    await run('pnpm', ['pack', '--pack-destination', directory], { cwd: source, timeout: packMs });
    const tarballs = await readdir(directory);
    const tarball = tarballs.find((file) => file.startsWith(`parley-${name}-`));
    await run('tar', ['-xzf', join(directory, String(tarball)), '-C', target, '--strip-components=1']);
    for (const dependency of await readdir(join(source, 'node_modules'))) {
      if (dependency.startsWith('.') || dependency === '@parley') continue;
      const link = join(target, 'node_modules', dependency);
      await mkdir(join(target, 'node_modules'), { recursive: true });
      await symlink(join(source, 'node_modules', dependency), link);
    }
  }
}
