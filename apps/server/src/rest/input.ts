import { z } from 'zod';
import type { Operation } from './operations.ts';

/** The parts of a request that make an input. */
export interface RequestParts {
  readonly params: Readonly<Record<string, unknown>>;
  readonly query: Readonly<Record<string, unknown>>;
  readonly body: unknown;
}

/** Makes the input of a procedure of a request; whether it is one that the procedure takes, the procedure says. */
export type ReadInput = (parts: RequestParts) => unknown;

export function inputReader({ input, rest }: Operation): ReadInput {
  if (input === null) return () => undefined;
  const readers = new Map(
    Object.entries<z.core.$ZodType>(input.shape).map(([name, field]) => [name, textReader(field)]),
  );
  return ({ params, query, body }) => {
    // A body that is no object is the procedure's to refuse.
    if (body !== undefined && (typeof body !== 'object' || body === null || Array.isArray(body))) return body;
    const asked = rest.method === 'GET' || rest.method === 'DELETE' ? query : body;
    const given = Object.entries<unknown>({ ...asked }).map(([name, value]): [string, unknown] => [
      name,
      asked === query ? (readers.get(name)?.(value) ?? value) : value,
    ]);
    return { ...Object.fromEntries(given), ...params };
  };
}

/**
 * Reads what came as text as the type the field has, and leaves what does not read as one. Here and not in the schema,
 * which would then take text for numbers over tRPC as well.
 */
function textReader(field: z.core.$ZodType): (value: unknown) => unknown {
  const { type } = z.toJSONSchema(field, { io: 'input', unrepresentable: 'any' });
  switch (type) {
    case 'integer':
    case 'number':
      return (value) => (typeof value === 'string' && /^-?\d{1,16}$/.test(value) ? Number(value) : value);
    case 'boolean':
      return (value) => (value === 'true' ? true : value === 'false' ? false : value);
    case 'array':
      return (value) => (Array.isArray(value) ? (value as unknown) : [value]);
    default:
      return (value) => value;
  }
}
