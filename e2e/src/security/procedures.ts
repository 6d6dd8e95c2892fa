import { appRouter, type RestOperation } from '@parley/contract/router';
import { z } from 'zod';
import type { Schema } from '../rest/generated-requests.ts';

/** A procedure of the API, with what it takes as a JSON schema. */
export interface Procedure {
  readonly name: string;
  readonly type: 'query' | 'mutation' | 'subscription';
  /** Where it stands in the REST API; null for subscriptions. */
  readonly rest: RestOperation | null;
  /** Null for one without input. */
  readonly input: Schema | null;
}

const Definition = z.object({
  type: z.enum(['query', 'mutation', 'subscription']),
  meta: z.object({ openapi: z.custom<RestOperation>().optional() }).optional(),
  inputs: z.array(z.instanceof(z.ZodType)),
});

/** Every procedure there is. */
export const procedures: readonly Procedure[] = Object.entries<unknown>(appRouter._def.procedures).map(
  ([name, procedure]) => procedureOf(name, procedure),
);

function procedureOf(name: string, procedure: unknown): Procedure {
  if (typeof procedure !== 'function' || !('_def' in procedure)) throw new Error(`${name} is no procedure`);
  const { type, meta, inputs } = Definition.parse(procedure._def);
  const [input] = inputs;
  const schema = input && (z.toJSONSchema(input, { io: 'input', unrepresentable: 'any' }) as Schema);
  return { name, type, rest: meta?.openapi ?? null, input: schema ?? null };
}

/** What a field gets when something of its name exists. */
export type Known = Readonly<Record<string, unknown>>;

/** Something that fits a schema: what is known for a field of its name, and otherwise text with the canary in it. */
export function sampleOf(schema: Schema, field: string, known: Known, canary: string, bare = false): unknown {
  const sample = (part: Schema, name = field) => sampleOf(part, name, known, canary, bare);
  if (Object.hasOwn(known, field)) return known[field];
  if ('const' in schema) return schema.const;
  if (schema.enum !== undefined) return schema.enum[0];
  const [choice] = schema.anyOf ?? [];
  if (choice !== undefined) return sample(choice);
  const [type = 'string'] = [schema.type].flat();
  if (type === 'integer' || type === 'number') return Math.max(1, schema.minimum ?? 1);
  if (type === 'boolean') return true;
  if (type === 'array') return [sample(schema.items ?? {}, field.replace(/s$/, ''))];
  if (type !== 'object') return textOf(schema, canary);
  const { properties = {}, required = [] } = schema;
  const fields = Object.entries(properties).filter(([name]) => !bare || required.includes(name));
  return Object.fromEntries(fields.map(([name, part]) => [name, sample(part, name)]));
}

function textOf({ format, pattern }: Schema, canary: string): string {
  if (format === 'uuid') return crypto.randomUUID();
  if (format === 'email') return `${crypto.randomUUID()}@${canary}.example`;
  if (format === 'uri') return `https://${canary}.example/`;
  // Names are part of people, not of what they say, but may not be in a log either.
  return pattern === undefined ? `${canary} as text` : `${canary}-${crypto.randomUUID().slice(0, 8)}`;
}
