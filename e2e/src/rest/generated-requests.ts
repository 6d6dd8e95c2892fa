import fc from 'fast-check';

/** The parts of a JSON schema that the document's inputs use. */
export interface Schema {
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly pattern?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
}

/** Something that exists, chosen when the request is sent: the `index`th of what is known under a name, around again. */
export class Known {
  readonly name: string;
  readonly index: number;

  constructor(name: string, index: number) {
    this.name = name;
    this.index = index;
  }
}

/** The names under which things are known, by the field they can stand in. */
const knownFields: Readonly<Record<string, string>> = {
  conversationId: 'conversation',
  messageId: 'message',
  messageIds: 'message',
  rootId: 'message',
  thread: 'message',
  replyTo: 'message',
  userId: 'person',
  userIds: 'person',
  participantIds: 'person',
  refreshToken: 'refreshToken',
  sessionId: 'sessionId',
  invitationId: 'invitation',
  token: 'token',
  email: 'email',
  password: 'password',
  currentPassword: 'password',
  newPassword: 'password',
  cursor: 'cursor',
  emoji: 'emoji',
  q: 'query',
};

const hostile = [
  '',
  ' ',
  '\0',
  'a\0@example.com',
  'http://example.com/\0',
  '\ud800',
  "' or 1=1 --",
  '%_\\',
  '../../etc/passwd',
  '__proto__',
  '-1',
  '1e9',
  '99999999999999999999',
  'null',
  '1~00000000-0000-0000-0000-000000000000',
  '999999999999999~ffffffff-ffff-ffff-ffff-ffffffffffff',
  'x'.repeat(20_000),
];

/** Values for a field: mostly what fits its schema, or exists; for one in `wildness` something that hardly does. */
export function valueOf(schema: Schema, field: string, wildness: number): fc.Arbitrary<unknown> {
  const wild = fc.oneof(fc.constantFrom(...hostile), fc.jsonValue({ maxDepth: 2 }));
  return fc.oneof(
    { arbitrary: fitting(schema, field, wildness), weight: 100 - wildness },
    { arbitrary: wild, weight: wildness },
  );
}

function fitting(schema: Schema, field: string, wildness: number): fc.Arbitrary<unknown> {
  const known = knownFields[field];
  if (known !== undefined && schema.type === 'string') {
    return fc.oneof(
      { arbitrary: fc.nat(1_000).map((index) => new Known(known, index)), weight: 9 },
      // Whoever registers needs an address that nobody has.
      { arbitrary: plain(schema), weight: schema.format === 'email' ? 20 : 1 },
    );
  }
  if (Array.isArray(schema.type)) {
    return fc.oneof(...schema.type.map((type: string) => fitting({ ...schema, type }, field, wildness)));
  }
  if (schema.anyOf !== undefined)
    return fc.oneof(...schema.anyOf.map((one) => fitting(one, field, wildness)));
  if (schema.type === 'array') {
    const { minItems = 0, maxItems = 5, items = {} } = schema;
    return fc.array(fitting(items, field, wildness), {
      minLength: minItems,
      maxLength: Math.min(maxItems, 5),
    });
  }
  if (schema.type === 'object') return objectOf(schema, wildness);
  return plain(schema);
}

/** An object with all of the required fields and some of the others. */
export function objectOf(schema: Schema, wildness: number): fc.Arbitrary<Record<string, unknown>> {
  const fields = Object.entries(schema.properties ?? {});
  const required = new Set(schema.required ?? []);
  // An optional field is there half of the time; fast-check's own way leaves it out too rarely.
  const values = fields.map(([name, field]) => {
    const value = valueOf(field, name, wildness);
    return [name, required.has(name) ? value : fc.oneof(fc.constant(undefined), value)] as const;
  });
  return fc
    .record(Object.fromEntries(values))
    .map((made) => Object.fromEntries(Object.entries(made).filter(([, value]) => value !== undefined)));
}

function plain(schema: Schema): fc.Arbitrary<unknown> {
  if ('const' in schema) return fc.constant(schema.const);
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  switch (schema.type) {
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case 'integer': {
      const { minimum = -100, maximum = Number.MAX_SAFE_INTEGER } = schema;
      const near = fc.integer({ min: minimum, max: Math.min(maximum, minimum + 100) });
      return fc.oneof({ arbitrary: near, weight: 9 }, { arbitrary: fc.constant(maximum), weight: 1 });
    }
    case 'string':
      return text(schema);
    default:
      throw new Error(`unable to make a value; the schema is ${JSON.stringify(schema)}`);
  }
}

function text({ format, pattern, minLength = 0, maxLength = 50 }: Schema): fc.Arbitrary<string> {
  if (format === 'uuid') return fc.uuid();
  if (format === 'email') return fc.stringMatching(/^[a-z]{6,12}@example\.org$/);
  if (format === 'uri') return fc.webUrl();
  if (pattern !== undefined) {
    return fc
      .stringMatching(new RegExp(pattern), { maxLength })
      .filter(({ length }) => length >= minLength && length <= maxLength);
  }
  return fc.string({ unit: 'grapheme', minLength, maxLength: Math.min(maxLength, minLength + 30) });
}
