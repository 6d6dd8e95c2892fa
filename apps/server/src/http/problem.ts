import { type ErrorCode, errorTable, type FieldFault, type ParleyError } from '@parley/contract';
import { STATUS_CODES } from 'node:http';

/** The media type of an RFC 9457 problem. */
export const problemType = 'application/problem+json; charset=utf-8';

/** An error as everything but tRPC answers it (RFC 9457). */
export interface Problem {
  readonly status: number;
  readonly title: string;
  /** What went wrong this time. */
  readonly detail: string;
  readonly code: ErrorCode;
  readonly retryable: boolean;
  /** What is wrong with which field of the input. */
  readonly fields?: readonly FieldFault[];
  /** After how many milliseconds the same call can succeed, where that is known. */
  readonly retryAfterMs?: number;
  readonly requestId?: string;
}

type Told = Pick<ParleyError, 'code' | 'message' | 'fields' | 'retryAfterMs'>;

export function problem({ code, message, fields, retryAfterMs }: Told, requestId?: string): Problem {
  const { http, retryable } = errorTable[code];
  return {
    status: http,
    title: STATUS_CODES[http] ?? code,
    detail: message,
    code,
    retryable,
    ...(fields.length === 0 ? {} : { fields }),
    ...(retryAfterMs === null ? {} : { retryAfterMs }),
    ...(requestId === undefined ? {} : { requestId }),
  };
}
