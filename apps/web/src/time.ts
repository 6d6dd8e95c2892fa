const clockFormat = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
const weekdayFormat = new Intl.DateTimeFormat(undefined, { weekday: 'short' });
const dateFormat = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' });
const yearFormat = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', year: 'numeric' });
const dayFormat = new Intl.DateTimeFormat(undefined, { weekday: 'long', day: 'numeric', month: 'long' });

/** The time of day, as in "14:05". */
export function clock(iso: string): string {
  return clockFormat.format(new Date(iso));
}

/** As short as it can be: the time for today, the weekday within a week, the date before. */
export function shortTime(iso: string, now: Date): string {
  const date = new Date(iso);
  const days = daysBetween(date, now);
  if (days < 1) return clockFormat.format(date);
  if (days < 7) return weekdayFormat.format(date);
  return date.getFullYear() === now.getFullYear() ? dateFormat.format(date) : yearFormat.format(date);
}

/** What stands above a day's messages. */
export function dayLabel(iso: string, now: Date): string {
  const date = new Date(iso);
  const days = daysBetween(date, now);
  if (days === 0) return 'Today';
  if (days === 1) return 'Yesterday';
  return date.getFullYear() === now.getFullYear() ? dayFormat.format(date) : yearFormat.format(date);
}

/** Names the day of a time, where the reader is. */
export function dayOf(iso: string): string {
  return new Date(iso).toDateString();
}

/** Calendar days from `date` to `now`, where the reader is. */
function daysBetween(date: Date, now: Date): number {
  const midnight = (at: Date) => new Date(at.getFullYear(), at.getMonth(), at.getDate()).getTime();
  // Rounded, as days with a change of clocks have 23 or 25 hours.
  return Math.round((midnight(now) - midnight(date)) / 86_400_000);
}
