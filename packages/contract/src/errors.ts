/**
 * Every error Parley answers with, and what a caller may do about it: `http` is the status over HTTP, `trpc` the
 * tRPC code, `retryable` whether the same call can succeed later without being changed.
 */
export const errorTable = {
  INVALID_INPUT: { trpc: 'BAD_REQUEST', http: 400, retryable: false },
  MALFORMED_REQUEST: { trpc: 'PARSE_ERROR', http: 400, retryable: false },
  UNAUTHENTICATED: { trpc: 'UNAUTHORIZED', http: 401, retryable: false },
  WRONG_CREDENTIALS: { trpc: 'UNAUTHORIZED', http: 401, retryable: false },
  /** The right password, of an account whose e-mail address has to be verified first. */
  EMAIL_NOT_VERIFIED: { trpc: 'FORBIDDEN', http: 403, retryable: false },
  FORBIDDEN: { trpc: 'FORBIDDEN', http: 403, retryable: false },
  NOT_FOUND: { trpc: 'NOT_FOUND', http: 404, retryable: false },
  NOT_MEMBER: { trpc: 'NOT_FOUND', http: 404, retryable: false },
  METHOD_NOT_ALLOWED: { trpc: 'METHOD_NOT_SUPPORTED', http: 405, retryable: false },
  CONFLICT: { trpc: 'CONFLICT', http: 409, retryable: false },
  EMAIL_TAKEN: { trpc: 'CONFLICT', http: 409, retryable: false },
  USERNAME_TAKEN: { trpc: 'CONFLICT', http: 409, retryable: false },
  /** The client speaks a version that the server does not speak any more: it has to be loaded anew. */
  OUTDATED: { trpc: 'PRECONDITION_FAILED', http: 412, retryable: false },
  TOO_LARGE: { trpc: 'PAYLOAD_TOO_LARGE', http: 413, retryable: false },
  UNSUPPORTED_MEDIA_TYPE: { trpc: 'UNSUPPORTED_MEDIA_TYPE', http: 415, retryable: false },
  LIMITED: { trpc: 'TOO_MANY_REQUESTS', http: 429, retryable: true },
  TOO_SLOW: { trpc: 'TOO_MANY_REQUESTS', http: 429, retryable: true },
  INTERNAL: { trpc: 'INTERNAL_SERVER_ERROR', http: 500, retryable: false },
  UNAVAILABLE: { trpc: 'SERVICE_UNAVAILABLE', http: 503, retryable: true },
} as const;

/** The closed set of Parley's error codes. */
export type ErrorCode = keyof typeof errorTable;

/** What was wrong with one field of an input; `path` is dotted, empty for the input as a whole. */
export interface FieldFault {
  readonly path: string;
  readonly message: string;
}

/**
 * An error with its code. Messages read "unable to do X; reason" and are safe to show.
 * Thrown by services on the server and by the SDK on the client.
 */
export class ParleyError extends Error {
  override readonly name = 'ParleyError';
  readonly code: ErrorCode;
  readonly fields: readonly FieldFault[];
  /** After how many milliseconds the same call can succeed, where the server knows; null where it does not. */
  readonly retryAfterMs: number | null;

  constructor(
    code: ErrorCode,
    message: string,
    options: { cause?: unknown; fields?: readonly FieldFault[]; retryAfterMs?: number | null } = {},
  ) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined);
    this.code = code;
    this.fields = options.fields ?? [];
    this.retryAfterMs = options.retryAfterMs ?? null;
  }

  /** Whether the same call can succeed later without being changed. */
  get retryable(): boolean {
    return errorTable[this.code].retryable;
  }
}

/** Whether a string is one of Parley's error codes. */
export function isErrorCode(code: unknown): code is ErrorCode {
  return typeof code === 'string' && Object.hasOwn(errorTable, code);
}
