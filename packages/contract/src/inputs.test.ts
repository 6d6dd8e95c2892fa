import { expect, test } from 'vitest';
import { z } from 'zod';
import { ProfileUpdate } from './auth/schema.ts';
import { appRouter } from './router.ts';

/** A schema within an input, by where it stands. */
type Place = readonly [path: string, schema: z.core.$ZodTypes];

function children(schema: z.core.$ZodTypes): readonly (readonly [string, z.core.$ZodType])[] {
  const { def } = schema._zod;
  switch (def.type) {
    case 'object':
      return Object.entries(def.shape);
    case 'array':
      return [['[]', def.element]];
    case 'union':
      return def.options.map((option, index) => [`|${index}`, option]);
    case 'optional':
    case 'nullable':
    case 'default':
    case 'readonly':
    case 'nonoptional':
      return [['', def.innerType]];
    case 'pipe':
      return [
        ['', def.in],
        ['', def.out],
      ];
    case 'string':
    case 'number':
    case 'boolean':
    case 'enum':
    case 'literal':
    case 'date':
      return [];
    default:
      throw new Error(`an input has a ${def.type}, which this test does not know how to look into`);
  }
}

function placesIn(path: string, schema: z.core.$ZodType): Place[] {
  const known = schema as z.core.$ZodTypes;
  const below = children(known).flatMap(([name, child]) =>
    placesIn(name === '' ? path : `${path}.${name}`, child),
  );
  return [[path, known], ...below];
}

const inputs = Object.entries<unknown>(appRouter._def.procedures).flatMap(([name, procedure]) =>
  inputsOf(procedure).map((input): [string, z.core.$ZodType] => [name, input]),
);

function inputsOf(procedure: unknown): readonly z.core.$ZodType[] {
  if (typeof procedure !== 'function' || !('_def' in procedure)) throw new Error('this is no procedure');
  return z.object({ inputs: z.array(z.instanceof(z.ZodType)) }).parse(procedure._def).inputs;
}

const places = inputs.flatMap(([name, input]) => placesIn(name, input));

test('security, input: every object of every input takes its own fields and no others', () => {
  const objects = places.flatMap(([path, { _zod }]) => {
    const { def } = _zod;
    return def.type === 'object' ? [{ path, strict: def.catchall?._zod.def.type === 'never' }] : [];
  });
  expect(objects.length).toBeGreaterThan(10);
  expect(objects.filter(({ strict }) => !strict)).toEqual([]);
});

/** With NUL, and with halves of a pair, in what is otherwise fine for one kind of text or another. */
const ill = ['\0', '\ud800', '\udfff'].flatMap((bad) => [
  bad,
  `fine text${bad}`,
  `${bad}fine text`,
  `a${bad}@example.com`,
  `a@example${bad}.com`,
  `https://example.com/${bad}`,
  `0198b8a3-9d5c-7a14-8a2e-6f0a4c1d2e3f${bad}`,
]);

test('security, input: no text of any input takes NUL or half a surrogate pair', () => {
  expect(places.filter(([, { _zod }]) => _zod.def.type === 'string').length).toBeGreaterThan(20);
  const taken = inputs.flatMap(([name, input]) => illTexts(name, input));
  expect(taken).toEqual([]);
});

/** Where an input takes ill text: each schema for text as a whole, with all that is piped to it. */
function illTexts(path: string, schema: z.core.$ZodType): string[] {
  const known = schema as z.core.$ZodTypes;
  const { def } = known._zod;
  const isText = def.type === 'string' || (def.type === 'pipe' && def.in._zod.def.type === 'string');
  if (isText) return ill.some((text) => z.safeParse(known, text).success) ? [path] : [];
  return children(known).flatMap(([name, child]) => illTexts(name === '' ? path : `${path}.${name}`, child));
}

test('security, input: addresses that people give lead to http and https only', () => {
  const takes = (avatar: string) => ProfileUpdate.safeParse({ avatar }).success;
  expect(takes('https://example.com/a.png?b=c#d')).toBe(true);
  const refused = [
    'javascript:alert(1)',
    'JaVaScRiPt:alert(1)//http://example.com',
    ' javascript:alert(1)',
    'java\nscript:alert(1)',
    'data:text/html,<script>alert(1)</script>',
    'vbscript:x',
    'file:///etc/passwd',
    'ftp://example.com',
    '//example.com',
    'example.com',
    'ht\ttps://example.com',
    'https://example.com/a b',
    'https://example.com/\u0085',
  ];
  expect(refused.filter(takes)).toEqual([]);
});
