import { readFile, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { Plugin } from 'vite';
import { afterBuild, filesIn } from './after-build.ts';

const text = /\.(?:css|html|js|svg|webmanifest)$/;

/** Writes each file of text compressed, too: the server sends what the browser takes, and compresses nothing itself. */
export function compressed(): Plugin {
  return afterBuild('compressed', async (folder) => {
    const files = await filesIn(folder);
    await Promise.all(files.filter(({ name }) => text.test(name)).map(({ path }) => compress(path)));
  });
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
