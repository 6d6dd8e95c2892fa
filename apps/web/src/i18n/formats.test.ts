import { expect, test } from 'vitest';
import { en } from './en.ts';
import { formatsOf, isSameDay } from './formats.ts';
import { translator } from './translate.ts';

const { ago, clock, dayLabel, shortTime } = formatsOf('en', translator(en, 'en'));

const now = new Date(2026, 5, 17, 15, 30);
const at = (...parts: [number, number, number, number?]) => new Date(...parts).toISOString();

test('today is shown as the time, also a minute after midnight', () => {
  const midnight = at(2026, 5, 17, 0);
  expect(shortTime(midnight, now)).toBe(clock(midnight));
  expect(dayLabel(midnight, now)).toBe('Today');
});

test('yesterday begins at midnight, not 24 hours ago', () => {
  expect(dayLabel(at(2026, 5, 16, 23), now)).toBe('Yesterday');
  expect(dayLabel(at(2026, 5, 16, 0), now)).toBe('Yesterday');
});

test('within a week it is the weekday, before that the date, in other years with the year', () => {
  expect(shortTime(at(2026, 5, 12, 9), now)).toMatch(/fri/i);
  expect(shortTime(at(2026, 1, 3, 9), now)).toMatch(/3/);
  expect(shortTime(at(2026, 1, 3, 9), now)).not.toMatch(/2026/);
  expect(shortTime(at(2024, 1, 3, 9), now)).toMatch(/2024/);
  expect(dayLabel(at(2024, 1, 3, 9), now)).toMatch(/2024/);
});

test('a day is one from midnight to midnight', () => {
  expect(isSameDay(at(2026, 5, 16, 1), at(2026, 5, 16, 23))).toBe(true);
  expect(isSameDay(at(2026, 5, 16, 23), at(2026, 5, 17, 0))).toBe(false);
  expect(isSameDay(at(2026, 5, 16, 12), at(2026, 6, 16, 12))).toBe(false);
});

test('how long ago something was is told by what fits', () => {
  const before = (minutes: number) => ago(new Date(now.getTime() - minutes * 60_000).toISOString(), now);
  expect([before(0), before(5), before(3 * 60)]).toEqual(['just now', '5 minutes ago', '3 hours ago']);
  expect([before(24 * 60), before(50 * 60)]).toEqual(['yesterday', '2 days ago']);
});
