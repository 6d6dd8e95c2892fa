import { expect, test } from 'vitest';
import { readArguments } from './arguments.ts';

test('without arguments everything runs', () => {
  expect(readArguments([])).toEqual({
    projects: ['unit', 'e2e'],
    checks: true,
    full: false,
    watch: false,
    coverage: false,
    filter: [],
  });
});

test('one project, or a filter, runs tests and nothing else', () => {
  expect(readArguments(['--only', 'e2e'])).toMatchObject({ projects: ['e2e'], checks: false });
  expect(readArguments(['messages'])).toMatchObject({ filter: ['messages'], checks: false });
  expect(readArguments(['--only', 'unit', '--', '-t', 'a name'])).toMatchObject({
    projects: ['unit'],
    filter: ['-t', 'a name'],
  });
});

test('what it does not know is refused with the usage', () => {
  expect(() => readArguments(['--only', 'lint'])).toThrow(/^usage: /);
  expect(() => readArguments(['--fast'])).toThrow(/^usage: /);
});
