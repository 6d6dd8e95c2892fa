import { TRPCError } from '@trpc/server';
import { z } from 'zod';
import { type ErrorCode, errorTable, type FieldFault, ParleyError } from './errors.ts';

/** What a tRPC error of Parley carries in `data`, beside tRPC's own `code`, `httpStatus` and `path`. */
export interface ErrorData {
  /** Parley's error code. */
  readonly reason: ErrorCode;
  readonly retryable: boolean;
  readonly fields: readonly FieldFault[];
  /** After how many milliseconds the same call can succeed; absent where that is not known. */
  readonly retryAfterMs?: number;
  /** Never filled: a stack trace stays in the log. */
  readonly stack?: never;
  readonly requestId?: string;
}

/** The tRPC error for anything that was thrown, so that its HTTP status and code fit. */
export function toTRPCError(thrown: unknown): TRPCError {
  const error = thrown instanceof TRPCError ? (thrown.cause ?? thrown) : thrown;
  if (error instanceof ParleyError) {
    return new TRPCError({ code: errorTable[error.code].trpc, message: error.message, cause: error });
  }
  if (thrown instanceof TRPCError) return thrown;
  return new TRPCError({ code: 'INTERNAL_SERVER_ERROR', cause: thrown });
}

/** What the caller is told of an error. What is not Parley's own says nothing of its inside. */
export function errorShapeData(
  error: TRPCError,
  requestId?: string,
): { message: string; data: ErrorData & { code: TRPCError['code']; httpStatus: number } } {
  const known = asParleyError(error);
  const { trpc, http, retryable } = errorTable[known.code];
  return {
    message: known.message,
    data: {
      code: trpc,
      httpStatus: http,
      reason: known.code,
      retryable,
      fields: known.fields,
      ...(known.retryAfterMs === null ? {} : { retryAfterMs: known.retryAfterMs }),
      ...(requestId === undefined ? {} : { requestId }),
    },
  };
}

/** The Parley error behind a tRPC error: the one thrown, or the one that says the same. */
export function asParleyError(error: TRPCError): ParleyError {
  const { cause } = error;
  if (cause instanceof ParleyError) return cause;
  if (error.code === 'BAD_REQUEST' && cause instanceof z.core.$ZodError) {
    const fields = cause.issues.map((issue) => ({ path: issue.path.join('.'), message: issue.message }));
    const told = fields
      .map(({ path, message }) => (path === '' ? message : `${path}: ${message}`))
      .join('; ');
    return new ParleyError('INVALID_INPUT', `unable to read the input; ${told}`, { fields });
  }
  // tRPC calls JSON that it cannot read a bad request, too.
  const unreadable = error.code === 'BAD_REQUEST' && cause instanceof SyntaxError;
  const known = byTRPCCode[unreadable ? 'PARSE_ERROR' : error.code];
  if (known !== undefined) return new ParleyError(known.code, known.message(error));
  return new ParleyError('INTERNAL', 'unable to answer; internal error', { cause: error });
}

/** What tRPC itself raises before a procedure runs. */
const byTRPCCode: Partial<
  Record<TRPCError['code'], { code: ErrorCode; message: (error: TRPCError) => string }>
> = {
  PARSE_ERROR: { code: 'MALFORMED_REQUEST', message: () => 'unable to read the request; it is malformed' },
  BAD_REQUEST: { code: 'INVALID_INPUT', message: (error) => `unable to answer; ${error.message}` },
  NOT_FOUND: { code: 'NOT_FOUND', message: (error) => `unable to answer; ${error.message}` },
  METHOD_NOT_SUPPORTED: {
    code: 'METHOD_NOT_ALLOWED',
    message: (error) => `unable to answer; ${error.message}`,
  },
  PAYLOAD_TOO_LARGE: { code: 'TOO_LARGE', message: () => 'unable to read the request; it is too large' },
  UNSUPPORTED_MEDIA_TYPE: {
    code: 'UNSUPPORTED_MEDIA_TYPE',
    message: () => 'unable to read the request; unsupported media type',
  },
  TOO_MANY_REQUESTS: { code: 'LIMITED', message: () => 'unable to answer; too many requests' },
};
