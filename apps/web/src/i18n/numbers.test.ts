import { expect, test } from 'vitest';
import { numbersOf } from './numbers.ts';

test.each(['en', 'en-GB', 'en-IN', 'en-u-nu-arab', 'ar-EG', 'ar-AE', 'de-CH', 'fr'])(
  'in %s numbers are as its format has them',
  (locale) => {
    const expected = new Intl.NumberFormat(locale);
    const numbers = numbersOf(locale);
    for (const value of [0, 1, 7, 42, 999, 1_000, 1_234_567, -1, -999, 0.5, 12.25, NaN, Infinity]) {
      expect(numbers(value)).toBe(expected.format(value));
    }
  },
);
