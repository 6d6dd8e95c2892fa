import { expect, test } from 'vitest';
import { matching } from './entries.ts';

const entry = (title: string, detail = '') => ({ title, detail });
const titles = (query: string, ...entries: ReturnType<typeof entry>[]) =>
  matching(entries, query).map(({ title }) => title);

test('finds by every word, in any order, in titles and details', () => {
  const all = [entry('Moon landing'), entry('Ada Lovelace', '@ada'), entry('Landing page')];
  expect(titles('landing moon', ...all)).toEqual(['Moon landing']);
  expect(titles('@ad', ...all)).toEqual(['Ada Lovelace']);
  expect(titles('', ...all)).toHaveLength(3);
  expect(titles('nothing', ...all)).toEqual([]);
});

test('puts first what begins with it', () => {
  expect(titles('land', entry('Moon landing'), entry('Landing page'))).toEqual([
    'Landing page',
    'Moon landing',
  ]);
});

test('takes no offence at case and accents', () => {
  expect(titles('zoe', entry('Zoë'))).toEqual(['Zoë']);
  expect(titles('ÉTÉ', entry('ete'))).toEqual(['ete']);
});
