import type { Random } from '../chaos/random.ts';

/** Text whose characters are bytes, unless told otherwise. */
type Change = (text: string, random: Random) => string;

const tokens = [
  '\0',
  '\r\n',
  '\r\n\r\n',
  '\xff\xfe',
  '\xed\xa0\x80',
  '\\ud800',
  '\\u0000',
  '%00',
  '%',
  '%ff',
  '..%2f',
  '{',
  '}',
  '[[[[[[[[',
  '"',
  '\\',
  "'",
  ':',
  ',',
  'null',
  '"__proto__":1,',
  '"constructor":{"prototype":1},',
  '1e999',
  '-1',
  '9007199254740993',
  '0x10',
  'NaN',
  '\u00e9\u0301',
  '; ',
  ' ',
  '*',
];
const lengths = [1, 2, 16, 125, 126, 127, 200, 1_000, 16_400, 65_536];

const at = (text: string, random: Random) => random.between(0, text.length);
const spliced = (text: string, from: number, to: number, by: string) =>
  text.slice(0, from) + by + text.slice(to);

const changes: readonly Change[] = [
  (text, random) => {
    const from = at(text, random);
    const flipped = (text.charCodeAt(from) || 0) ^ (1 << random.between(0, 7));
    return spliced(text, from, from + 1, String.fromCharCode(flipped & 0xff));
  },
  (text, random) => {
    const from = at(text, random);
    return spliced(text, from, from, random.pick(tokens) ?? '');
  },
  (text, random) => {
    const from = at(text, random);
    return spliced(text, from, from + random.between(1, 12), '');
  },
  (text, random) => {
    const from = at(text, random);
    const part = text.slice(from, from + random.between(1, 40));
    return spliced(text, from, from, part.repeat(random.between(1, 8)));
  },
  (text, random) => text.slice(0, at(text, random)),
  (text, random) =>
    text.replace(/\d+/g, (digits) =>
      random.chance(0.3) ? (random.pick(['0', '-1', '99999999999999999999', '1.5']) ?? '') : digits,
    ),
  (text, random) => {
    const from = at(text, random);
    const bytes = Array.from({ length: random.between(1, 16) }, () => random.between(0, 255));
    return spliced(text, from, from, String.fromCharCode(...bytes));
  },
  (text, random) => {
    const from = at(text, random);
    return spliced(
      text,
      from,
      from,
      (random.pick(['x', '[', '{"a":', '%', ' ', '\xf0']) ?? '').repeat(random.pick(lengths) ?? 1),
    );
  },
];

/** The text with one to four changes in it; now and then as it was, so that what comes after it is reached, too. */
export function mutated(text: string, random: Random): string {
  if (random.chance(0.1)) return text;
  let result = text;
  for (let left = random.between(1, 4); left > 0; left -= 1)
    result = random.pick(changes)?.(result, random) ?? result;
  return result;
}

const values: readonly unknown[] = [
  null,
  true,
  -1,
  1.5,
  Number.MAX_SAFE_INTEGER,
  '',
  ' ',
  '\0',
  '\ud800',
  "' or 1=1 --",
  '%_\\',
  '<script>',
  'x'.repeat(20_000),
  '🫠'.repeat(3_000),
  [],
  {},
  { toString: 1, valueOf: null, length: -1 },
  [[[[[[[]]]]]]],
  Array.from({ length: 300 }, () => 0),
];

/** JSON with some of its values changed; as text when it is none. */
export function mutatedJson(text: string, random: Random): string {
  if (random.chance(0.25)) return text;
  if (random.chance(0.4)) return mutated(text, random);
  try {
    return JSON.stringify(changed(JSON.parse(text), random)) ?? '';
  } catch {
    return mutated(text, random);
  }
}

function changed(value: unknown, random: Random): unknown {
  if (random.chance(0.15)) return random.pick(values);
  if (Array.isArray(value)) {
    const items = value.map((item: unknown) => changed(item, random));
    return random.chance(0.1) ? [...items, ...items] : items;
  }
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).filter(() => !random.chance(0.05));
  const more = random.chance(0.05) ? [['unasked', random.pick(values)] as const] : [];
  return Object.fromEntries([...fields.map(([name, one]) => [name, changed(one, random)] as const), ...more]);
}
