import { z } from 'zod';
import { expect, test } from 'vitest';
import { operations } from './operations.ts';

interface Schema {
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, Schema>>;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly type?: string;
  readonly additionalProperties?: unknown;
}

/** The fields of what a schema describes, dotted; an object that may have others, too, with a star. */
function keysOf(schema: Schema, all: Schema, path: string): string[] {
  const { $ref, anyOf = [], oneOf = [], items, properties = {} } = schema;
  if ($ref !== undefined) {
    const found = all.$defs?.[$ref.replace('#/$defs/', '')];
    if (found === undefined) throw new Error(`there is no ${$ref}`);
    return keysOf(found, all, path);
  }
  const below = Object.entries(properties).flatMap(([name, one]) => {
    const place = path === '' ? name : `${path}.${name}`;
    return [place, ...keysOf(one, all, place)];
  });
  const open = schema.type === 'object' && schema.additionalProperties !== false;
  return [
    ...(open ? [`${path}.*`] : []),
    ...below,
    ...[...anyOf, ...oneOf].flatMap((one) => keysOf(one, all, path)),
    ...(items === undefined ? [] : keysOf(items, all, `${path}[]`)),
  ];
}

const answers = operations.map(({ name, output }) => {
  const schema = z.toJSONSchema(output, { unrepresentable: 'any' }) as Schema;
  return { name, keys: [...new Set(keysOf(schema, schema, ''))] };
});

test('security, output: what answers hold is as it was looked at: a change of this list is to be thought about', async () => {
  const text = answers
    .map(({ name, keys }) => [name, ...keys.map((key) => `  ${key}`)].join('\n'))
    .join('\n');
  await expect(`${text}\n`).toMatchFileSnapshot('answer-keys.txt');
});

test('security, output: no answer takes fields that are not named, or tells a hash or a password', () => {
  const all = answers.flatMap(({ name, keys }) => keys.map((key) => `${name} ${key}`));
  expect(all.length).toBeGreaterThan(100);
  expect(all.filter((key) => /\*|hash|password|secret/i.test(key))).toEqual([]);
});

test('security, output: e-mail addresses and tokens are told to whom they belong alone, by the procedures of their account, and where a token is made', () => {
  const told = answers.filter(({ keys }) => keys.some((key) => /(^|\.)(email|\w*token)$/i.test(key)));
  expect(told.map(({ name }) => name).filter((name) => !name.startsWith('auth.'))).toEqual([
    'invitations.create',
  ]);
  expect(told.length).toBeGreaterThan(2);
});
