import { lazily } from '../lazily.ts';

/** Where numbers below a thousand are written as programs write them. */
const plainLocale = /^en(?!.*-nu-)/;

/**
 * Writes numbers as one language does. What they mostly are, small ones in English, needs nothing of `Intl`, which takes longer to make
 * than all else a page does for its first number.
 */
export function numbersOf(locale: string): (value: number) => string {
  const numbers = lazily(() => new Intl.NumberFormat(locale));
  const plain = plainLocale.test(locale);
  return (value) =>
    plain && Number.isInteger(value) && value >= 0 && value < 1_000 ? String(value) : numbers().format(value);
}
