import { lazily } from '../lazily.ts';
import { numbersOf } from './numbers.ts';
import type { Translate } from './translate.ts';

/** Times and lists, as one language writes them. */
export interface Formats {
  /** The time of day, as in "14:05". */
  readonly clock: (iso: string) => string;
  /** As short as it can be: the time for today, the weekday within a week, the date before. */
  readonly shortTime: (iso: string, now: Date) => string;
  /** What stands above a day's messages. */
  readonly dayLabel: (iso: string, now: Date) => string;
  /** A day with its year. */
  readonly date: (iso: string) => string;
  /** A day and the time of day. */
  readonly dateTime: (iso: string) => string;
  /** How long ago something was. */
  readonly ago: (iso: string, now: Date) => string;
  readonly list: (items: readonly string[]) => string;
  readonly number: (value: number) => string;
}

export function formatsOf(locale: string, t: Translate): Formats {
  const dates = (options: Intl.DateTimeFormatOptions) =>
    lazily(() => new Intl.DateTimeFormat(locale, options));
  const time = dates({ hour: 'numeric', minute: '2-digit' });
  const weekday = dates({ weekday: 'short' });
  const monthDay = dates({ day: 'numeric', month: 'short' });
  const withYear = dates({ day: 'numeric', month: 'short', year: 'numeric' });
  const day = dates({ weekday: 'long', day: 'numeric', month: 'long' });
  const full = dates({ dateStyle: 'medium', timeStyle: 'short' });
  const lists = lazily(() => new Intl.ListFormat(locale));
  const relative = lazily(() => new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }));
  return {
    clock: (iso) => time().format(new Date(iso)),
    shortTime: (iso, now) => {
      const date = new Date(iso);
      const days = daysBetween(date, now);
      if (days < 1) return time().format(date);
      if (days < 7) return weekday().format(date);
      return (sameYear(date, now) ? monthDay : withYear)().format(date);
    },
    dayLabel: (iso, now) => {
      const date = new Date(iso);
      const days = daysBetween(date, now);
      if (days === 0) return t('day.today');
      if (days === 1) return t('day.yesterday');
      return (sameYear(date, now) ? day : withYear)().format(date);
    },
    date: (iso) => withYear().format(new Date(iso)),
    dateTime: (iso) => full().format(new Date(iso)),
    ago: (iso, now) => {
      const minutes = Math.round((Date.parse(iso) - now.getTime()) / 60_000);
      if (minutes > -1) return t('time.now');
      if (minutes > -60) return relative().format(minutes, 'minute');
      if (minutes > -24 * 60) return relative().format(Math.round(minutes / 60), 'hour');
      return relative().format(-daysBetween(new Date(iso), now), 'day');
    },
    list: (items) => lists().format(items),
    number: numbersOf(locale),
  };
}

const sameYear = (a: Date, b: Date): boolean => a.getFullYear() === b.getFullYear();

/** Calendar days from `date` to `now`, where the reader is. */
function daysBetween(date: Date, now: Date): number {
  const midnight = (at: Date) => new Date(at.getFullYear(), at.getMonth(), at.getDate()).getTime();
  // Rounded, as days with a change of clocks have 23 or 25 hours.
  return Math.round((midnight(now) - midnight(date)) / 86_400_000);
}

/** Whether two times are of one day, where the reader is. */
export function isSameDay(a: string, b: string): boolean {
  // Those of one minute are, and are what is mostly compared.
  return a.slice(0, 16) === b.slice(0, 16) || daysBetween(new Date(a), new Date(b)) === 0;
}
