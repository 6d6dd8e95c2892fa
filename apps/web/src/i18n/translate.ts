import { lazily } from '../lazily.ts';
import type { ArgsOf, Catalog, Key, Params } from './catalog.ts';
import { numbersOf } from './numbers.ts';

/** Gives what the app says, in one language. */
export type Translate = <K extends Key>(key: K, ...args: ArgsOf<K>) => string;

const rightToLeft = /\p{Script=Arabic}|\p{Script=Hebrew}/u;

/** @param locale by which numbers are written and counted, as `ar-EG` */
export function translator(catalog: Catalog, locale: string): Translate {
  const plurals = lazily(() => new Intl.PluralRules(locale));
  const numbers = numbersOf(locale);
  const mirrored = rightToLeft.test(catalog['app.skip']);
  const shown = (value: string | number | undefined) => {
    if (typeof value === 'number') return numbers(value);
    return isolated(value ?? '', mirrored);
  };
  return (key, ...args) => {
    const [params = {}]: readonly Params[] = args;
    const message = catalog[key];
    const text =
      typeof message === 'string'
        ? message
        : (message[plurals().select(Number(params['count']))] ?? message.other);
    return text.replaceAll(/\{(\w+)\}/g, (_, name: string) => shown(params[name]));
  };
}

/** A name that is written the other way is kept from turning the sentence around it: Unicode's isolates, which are not seen. */
function isolated(text: string, mirrored: boolean): string {
  const turns = mirrored ? /\p{L}/u.test(text) && !rightToLeft.test(text) : rightToLeft.test(text);
  return turns ? `\u2068${text}\u2069` : text;
}
