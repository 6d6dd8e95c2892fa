import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { mutations } from './all.ts';

const root = join(import.meta.dirname, '../..');
const read = (file: string) => readFile(join(root, file), 'utf8');
const promised = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18].map((n) => `I${n}`);

test.each(mutations)('$invariant, $what: there is such a text, once, and such a test', async (mutation) => {
  const { file, from, to, test: testFile, name } = mutation;
  expect((await read(file)).split(from)).toHaveLength(2);
  expect(to).not.toBe(from);
  const titles = (await read(testFile)).matchAll(/test(?:\.each\([^)]*\))?\(\s*[`'"]([^`'"]*)/g);
  const begins = ([, title = '']: RegExpExecArray) => {
    const [fixed = ''] = title.split(/%s|\$\{/);
    return title.startsWith(name) || (fixed !== '' && fixed !== title && name.startsWith(fixed));
  };
  expect([...titles].filter(begins)).not.toEqual([]);
});

test('every invariant has a test named after it, and a mutation that it has to catch', () => {
  const named = mutations.filter(({ invariant, name }) => new RegExp(`^${invariant}\\b`).test(name));
  expect(promised.filter((invariant) => !named.some((mutation) => mutation.invariant === invariant))).toEqual(
    [],
  );
});
