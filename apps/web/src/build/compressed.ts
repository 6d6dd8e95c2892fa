import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { Plugin } from 'vite';

const text = /\.(?:css|html|js|svg|webmanifest)$/;

/** Writes each file of text compressed, too: the server sends what the browser takes, and compresses nothing itself. */
export function compressed(): Plugin {
  let folder = '';
  return {
    name: 'parley:compressed',
    apply: 'build',
    configResolved({ root, build: { outDir } }) {
      folder = resolve(root, outDir);
    },
    writeBundle: {
      order: 'post',
      sequential: true,
      async handler() {
        const found = await readdir(folder, { recursive: true, withFileTypes: true });
        const paths = found
          .filter((entry) => entry.isFile() && text.test(entry.name))
          .map(({ parentPath, name }) => join(parentPath, name));
        await Promise.all(paths.map(compress));
      },
    },
  };
}

/** Whether a file is another one, compressed. */
export function isCompressed(path: string): boolean {
  return /\.(?:br|gz)$/.test(path);
}

async function compress(path: string): Promise<void> {
  const content = await readFile(path);
  const { BROTLI_PARAM_QUALITY, BROTLI_MAX_QUALITY, BROTLI_PARAM_SIZE_HINT } = constants;
  const params = { [BROTLI_PARAM_QUALITY]: BROTLI_MAX_QUALITY, [BROTLI_PARAM_SIZE_HINT]: content.length };
  await Promise.all([
    writeFile(`${path}.br`, await promisify(brotliCompress)(content, { params })),
    writeFile(`${path}.gz`, await promisify(gzip)(content, { level: constants.Z_BEST_COMPRESSION })),
  ]);
}
