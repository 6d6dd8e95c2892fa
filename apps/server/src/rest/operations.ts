import { appRouter, type ProcedureMeta, type RestOperation, scopeOf } from '@parley/contract/router';
import { z } from 'zod';

/** A procedure as it stands in the REST API. */
export interface Operation {
  /** As tRPC calls it, such as `messages.send`. */
  readonly name: string;
  readonly type: 'query' | 'mutation';
  readonly rest: RestOperation;
  /** Whether anyone may call it. */
  readonly open: boolean;
  /** What an API key needs to call it; null when none may. */
  readonly scope: string | null;
  /** Whether only API keys may call it, whomever they act for. */
  readonly keysOnly: boolean;
  /** The fields of the input that stand in the path. */
  readonly pathFields: readonly string[];
  /** By name; null for a procedure without input. */
  readonly input: z.ZodObject | null;
  readonly output: z.ZodType;
}

/** Every operation of the REST API. */
export const operations: readonly Operation[] = Object.entries(appRouter._def.procedures).flatMap(
  ([name, procedure]) => operationOf(name, procedure) ?? [],
);

function operationOf(name: string, procedure: unknown): Operation | null {
  if (!isProcedure(procedure)) return null;
  const { type, meta, inputs, output } = procedure._def;
  const rest = meta?.openapi;
  if (rest === undefined) return null;
  const [input] = inputs;
  const readable = inputs.length <= 1 && (input === undefined || input instanceof z.ZodObject);
  if (type === 'subscription' || !readable || !(output instanceof z.ZodType)) {
    throw new Error(`unable to serve ${name} by REST; it needs one object in and a schema out`);
  }
  return {
    name,
    type,
    rest,
    open: meta?.open === true,
    scope: meta?.open === true ? null : scopeOf({ path: name, type, meta }),
    keysOnly: meta?.keys === 'only',
    pathFields: [...rest.path.matchAll(/\{(\w+)\}/g)].map(([, field]) => field ?? ''),
    input: input ?? null,
    output,
  };
}

interface Procedure {
  readonly _def: {
    readonly type: 'query' | 'mutation' | 'subscription';
    readonly meta?: ProcedureMeta;
    readonly inputs: readonly unknown[];
    readonly output?: unknown;
  };
}

function isProcedure(value: unknown): value is Procedure {
  return typeof value === 'function' && '_def' in value;
}

/** Whether it makes something, and says where that is. */
export function creates({ rest }: Operation): boolean {
  return rest.location !== undefined;
}

/** Whether it may find what it would have made: its answer says which. */
export function finds({ output }: Operation): boolean {
  return output instanceof z.ZodObject && 'created' in output.shape;
}

/** What it answers with when it only accepts, which says that something else has to happen first; undefined for never. */
export function acceptance({ rest, output }: Operation): z.ZodType | undefined {
  return alternatives(output).find((one) => saysAccepted(one, rest.acceptedBy));
}

/** What it answers with when it did its work. */
export function result({ rest, output }: Operation): z.ZodType {
  if (rest.acceptedBy === undefined) return output;
  return alternatives(output).find((one) => !saysAccepted(one, rest.acceptedBy)) ?? output;
}

function alternatives(output: z.ZodType): readonly z.ZodType[] {
  return output instanceof z.ZodUnion ? output.options.filter((one) => one instanceof z.ZodType) : [output];
}

function saysAccepted(schema: z.ZodType, field: string | undefined): boolean {
  return field !== undefined && schema instanceof z.ZodObject && field in schema.shape;
}

/** Whether it takes a body. */
export function takesBody({ rest, input, pathFields }: Operation): boolean {
  const fields = input === null ? 0 : Object.keys(input.shape).length;
  return rest.method !== 'GET' && rest.method !== 'DELETE' && fields > pathFields.length;
}
