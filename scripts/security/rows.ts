import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** One row of the table in docs/security.md. */
export interface Row {
  readonly area: string;
  readonly required: string;
}

const page = join(import.meta.dirname, '../../docs/security.md');
const heading = '## What is required, and proved';

/** The rows of the table, in its order. @throws Error when the page has none */
export async function readRows(): Promise<Row[]> {
  const [, section = ''] = (await readFile(page, 'utf8')).split(heading);
  const [table = ''] = section.split('\n## ');
  const [, , ...lines] = [...table.matchAll(/^\| +(.+?) +\| +(.+?) +\|$/gm)];
  if (lines.length === 0) throw new Error('unable to read docs/security.md; its table is gone');
  return lines.map(([, area = '', required = '']) => ({ area, required }));
}
