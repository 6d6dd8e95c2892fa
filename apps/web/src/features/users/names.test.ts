import { expect, test } from 'vitest';
import { en } from '../../i18n/en.ts';
import { translator } from '../../i18n/translate.ts';
import { hueOf, initialsOf, nameOf } from './names.ts';

const t = translator(en, 'en');

test.each([
  ['Ada Lovelace', 'AL'],
  ['ada', 'A'],
  ['grace.brewster_hopper', 'GH'],
  ['李 明', '李明'],
  ['👩‍🔬 Lab', '👩‍🔬L'],
  ['  ', '?'],
])('the initials of %j are %j', (name, initials) => {
  expect(initialsOf(name)).toBe(initials);
});

test('where there is room for one letter it is the first one', () => {
  expect(initialsOf('Ada Lovelace', 1)).toBe('A');
});

test('a display name goes before a username', () => {
  expect(nameOf({ username: 'ada', displayName: 'Ada L.' }, t)).toBe('Ada L.');
  expect(nameOf({ username: 'ada', displayName: null }, t)).toBe('ada');
  expect(nameOf(undefined, t)).toBe('Somebody');
});

test('a hue stays with its id, and ids are spread over the circle', () => {
  const ids = Array.from({ length: 60 }, (_, i) => `0198a000-0000-7000-8000-${String(i).padStart(12, '0')}`);
  const hues = ids.map(hueOf);
  expect(hues).toEqual(ids.map(hueOf));
  expect(hues.every((hue) => hue >= 0 && hue < 360)).toBe(true);
  expect(new Set(hues.map((hue) => Math.floor(hue / 30))).size).toBeGreaterThan(8);
});
