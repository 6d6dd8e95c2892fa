import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { rotatingFile } from './rotating-file.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'parley-log-'));
});
afterEach(() => rm(directory, { recursive: true }));

const limits = { maxBytes: 50, keep: 2 };
const line = (n: number) => `{"line":${String(n).padStart(4, '0')},"x":"y"}\n`;

async function linesOf(name: string): Promise<number[]> {
  const text = await readFile(join(directory, 'logs', name), 'utf8');
  return text
    .split('\n')
    .flatMap((entry) => (entry === '' ? [] : JSON.parse(entry.replace(/:0*(\d)/, ':$1')).line));
}

test('it is put aside when it is full, and no more than so many old ones are kept', async () => {
  const path = join(directory, 'logs', 'combined.log');
  const file = rotatingFile({ path, ...limits });
  for (let n = 1; n <= 20; n += 1) file.write(line(n));
  expect((await readdir(join(directory, 'logs'))).toSorted()).toEqual([
    'combined.log',
    'combined.log.1',
    'combined.log.2',
  ]);
  expect([
    ...(await linesOf('combined.log.2')),
    ...(await linesOf('combined.log.1')),
    ...(await linesOf('combined.log')),
  ]).toEqual([13, 14, 15, 16, 17, 18, 19, 20].slice(-8));
});

test('a file that is there is gone on with, and two may write to it without losing a line', async () => {
  const path = join(directory, 'logs', 'combined.log');
  const [first, second] = [rotatingFile({ path, ...limits }), rotatingFile({ path, ...limits })];
  first.write(line(1));
  second.write(line(2));
  rotatingFile({ path, ...limits }).write(line(3));
  for (let n = 4; n <= 6; n += 1) (n % 2 === 0 ? first : second).write(line(n));
  const all = await Promise.all((await readdir(join(directory, 'logs'))).map(linesOf));
  expect(all.flat().toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6]);
});
