import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');
const read = (file: string) => readFile(join(root, file), 'utf8');
const names = (await readdir(join(root, 'docs'))).filter((name) => name.endsWith('.md'));

test.each(names)('the tests that docs/%s names are there, by their names', async (name) => {
  const page = await read(join('docs', name));
  const wrong: string[] = [];
  for (const [, file = '', title] of page.matchAll(/`([\w./-]+\.test\.tsx?)`(?: "([^"]+)")?/g)) {
    const source = await read(file).catch(() => null);
    if (source === null) wrong.push(`there is no ${file}`);
    else if (title !== undefined && !source.includes(title)) wrong.push(`${file} has no "${title}"`);
  }
  expect(wrong).toEqual([]);
});

test('each promise has a test in the files named beside it that is named after it', async () => {
  const rows = (await read('docs/protocol.md')).matchAll(/^\| (I\d+) .*\|$/gm);
  const promises = await Promise.all(
    [...rows].map(async ([row, promise = '']) => {
      const files = [...row.matchAll(/`([\w./-]+\.test\.ts)`/g)].map(([, file = '']) => file);
      const sources = await Promise.all(files.map(read));
      return { promise, named: sources.some((source) => source.match(`[\`']${promise} `) !== null) };
    }),
  );
  expect(promises.length).toBe(18);
  expect(promises.filter(({ named }) => !named)).toEqual([]);
});
