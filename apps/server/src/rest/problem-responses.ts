import { type ErrorCode, errorTable } from '@parley/contract';
import type { ZodOpenApiOperationObject, ZodOpenApiResponseObject } from 'zod-openapi';
import { z } from 'zod';
import type { Problem } from '../http/problem.ts';
import { type Operation, takesBody } from './operations.ts';

const FieldFault = z.strictObject({
  path: z.string().meta({ description: 'Dotted; empty for the input as a whole' }),
  message: z.string(),
});

const ProblemSchema: z.ZodType<Problem> = z
  .strictObject({
    status: z.int(),
    title: z.string(),
    detail: z.string().meta({ description: 'What went wrong this time; safe to show' }),
    code: z.enum(errorCodes()),
    retryable: z.boolean().meta({ description: 'Whether the same call can succeed later' }),
    fields: z.array(FieldFault).readonly().exactOptional(),
    retryAfterMs: z
      .int()
      .exactOptional()
      .meta({ description: 'After how many milliseconds the same call can succeed, where that is known' }),
    requestId: z.string().exactOptional().meta({ description: 'Names the request in the log of the server' }),
  })
  .meta({ id: 'Problem' });

function errorCodes(): ErrorCode[] {
  return Object.keys(errorTable).filter((code): code is ErrorCode => Object.hasOwn(errorTable, code));
}

/** What every call may answer with: FORBIDDEN to a page of a foreign origin, too, TOO_LARGE to a long address. */
const general: readonly ErrorCode[] = [
  'MALFORMED_REQUEST',
  'INVALID_INPUT',
  'FORBIDDEN',
  'TOO_LARGE',
  'LIMITED',
  'INTERNAL',
  'UNAVAILABLE',
];

const retryAfter = {
  'Retry-After': { description: 'In seconds', schema: { type: 'integer' as const } },
};

/** The problems an operation may answer with, by status. */
export function problemResponses(operation: Operation): ZodOpenApiOperationObject['responses'] {
  const codes: ErrorCode[] = [
    ...general,
    ...(operation.open ? [] : ['UNAUTHENTICATED' as const]),
    ...(takesBody(operation) ? (['UNSUPPORTED_MEDIA_TYPE'] as const) : []),
    ...(operation.rest.errors ?? []),
  ];
  return problemsOf(codes);
}

/** Responses with these codes, by the status each is answered with. */
export function problemsOf(codes: readonly ErrorCode[]): NonNullable<ZodOpenApiOperationObject['responses']> {
  const byStatus = Map.groupBy(new Set(codes), (code) => errorTable[code].http);
  return Object.fromEntries(
    [...byStatus].map(([status, here]) => [String(status), problemResponse(here)] as const),
  );
}

function problemResponse(codes: readonly ErrorCode[]): ZodOpenApiResponseObject {
  return {
    description: codes.join(', '),
    content: { 'application/problem+json': { schema: ProblemSchema } },
    ...(codes.some((code) => errorTable[code].retryable) ? { headers: retryAfter } : {}),
  };
}
