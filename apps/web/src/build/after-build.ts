import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Plugin } from 'vite';

/** A plugin that does something with the files of a build once they are written; those of several in their order. */
export function afterBuild(name: string, work: (folder: string) => Promise<void>): Plugin {
  let folder = '';
  return {
    name: `parley:${name}`,
    apply: 'build',
    configResolved({ root, build: { outDir } }) {
      folder = resolve(root, outDir);
    },
    writeBundle: { order: 'post', sequential: true, handler: () => work(folder) },
  };
}

/** The paths of the files in a folder and the folders in it, with their names. */
export async function filesIn(folder: string): Promise<{ readonly path: string; readonly name: string }[]> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  return found
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => ({ path: join(parentPath, name), name }));
}
