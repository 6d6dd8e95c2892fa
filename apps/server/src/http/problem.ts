import { type ErrorCode, errorTable } from '@parley/contract';

/** The media type of an RFC 9457 problem. */
export const problemType = 'application/problem+json; charset=utf-8';

/** An error as everything but tRPC answers it (RFC 9457). */
export interface Problem {
  readonly status: number;
  readonly title: string;
  readonly code: ErrorCode;
  readonly retryable: boolean;
  readonly requestId?: string;
}

export function problem(code: ErrorCode, message: string, requestId?: string): Problem {
  const { http, retryable } = errorTable[code];
  const base = { status: http, title: message, code, retryable };
  return requestId === undefined ? base : { ...base, requestId };
}
