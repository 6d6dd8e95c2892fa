import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { Variables } from './variables.ts';

const example = readFileSync(new URL('../../../../.env.example', import.meta.url), 'utf8');

/** What `.env.example` says of each variable that has a comment of its own. */
const comments = new Map(
  [...example.matchAll(/((?:^#.*\n)+)([A-Z_]+)=/gm)].map(([, comment = '', name = '']) => [
    name,
    comment.replaceAll(/^# ?/gm, '').replaceAll('\n', ' ').trim(),
  ]),
);

const variables = Object.entries<z.ZodType>(Variables.shape);

/** The words a variable takes, when it takes nothing else. */
function wordsOf(schema: z.ZodType): readonly unknown[] {
  return z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }).enum ?? [];
}

const chosen = variables.flatMap(([name, schema]) =>
  wordsOf(schema).map((word) => ({ name, word: String(word) })),
);

test.each(chosen)('.env.example says that $name may be $word', ({ name, word }) => {
  const said = comments.get(name)?.split(/[\s,.:;]+/);
  expect(said).toContain(word);
});

/** Variables with a default that can be written down, and a comment of their own. */
const defaults = variables.flatMap(([name, schema]) => {
  const unset: unknown = schema.parse(undefined);
  const isNone = unset === undefined || (Array.isArray(unset) && unset.length === 0);
  const comment = comments.get(name);
  return isNone || comment === undefined ? [] : [{ name, schema, unset, comment }];
});

test.each(defaults)('.env.example ends with the default of $name', ({ schema, unset, comment }) => {
  const [, last = ''] = /(\S+)\.$/.exec(comment) ?? [];
  const read = schema.safeParse(last);
  expect({ last, read: read.success ? read.data : null }).toEqual({ last, read: unset });
});

test('most variables are looked at', () => {
  expect([chosen.length > 15, defaults.length > 25]).toEqual([true, true]);
});
