import { expect, test } from 'vitest';
import { searchQueryOf, withoutFilter } from './search-query.ts';

test('filters are taken out of what is typed, wherever they stand', () => {
  const { words, filters } = searchQueryOf(
    'from:@ada lunch in:"Moon landing" "at noon" before:2026-02-01 After:2026-01-01',
  );
  expect(words).toBe('lunch "at noon" ');
  expect(filters.map(({ name, value }) => [name, value])).toEqual([
    ['from', 'ada'],
    ['in', 'Moon landing'],
    ['before', '2026-02-01'],
    ['after', '2026-01-01'],
  ]);
});

test.each(['from: x', 'before:soon', 'before:2026-99-99', 'https://in:here', 'main:branch', 'in:""'])(
  'no filter is in %j',
  (text) => {
    expect(searchQueryOf(text)).toEqual({ words: text, filters: [] });
  },
);

test('a filter is taken away again', () => {
  const text = 'lunch in:"Moon landing" noon';
  const [filter] = searchQueryOf(text).filters;
  expect(filter === undefined ? '' : withoutFilter(text, filter)).toBe('lunch noon');
});
