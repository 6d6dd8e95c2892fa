import { type FieldFault, isErrorCode, ParleyError } from '@parley/contract';
import { TRPCClientError } from '@trpc/client';
import { isObject } from '../is-object.ts';

/**
 * Anything a call can fail with, as a Parley error: what the server said, and `UNAVAILABLE` for everything that kept
 * its answer from arriving.
 */
export function toParleyError(thrown: unknown): ParleyError {
  if (thrown instanceof ParleyError) return thrown;
  const client = thrown instanceof TRPCClientError ? thrown : undefined;
  if (client?.cause instanceof ParleyError) return client.cause;
  return (
    errorOfShape(client?.shape, thrown) ??
    new ParleyError('UNAVAILABLE', 'unable to reach the server; the connection failed', { cause: thrown })
  );
}

/** The error in tRPC's error shape as the server makes it; null for what is none. */
export function errorOfShape(shape: unknown, cause?: unknown): ParleyError | null {
  if (!isObject(shape) || !isObject(shape['data'])) return null;
  const { reason, fields, retryAfterMs } = shape['data'];
  const code = isErrorCode(reason) ? reason : 'INTERNAL';
  const message = typeof shape['message'] === 'string' ? shape['message'] : 'unable to answer';
  return new ParleyError(code, message, {
    ...{ fields: readFields(fields), retryAfterMs: readWait(retryAfterMs) },
    cause,
  });
}

/** Milliseconds to wait, as the server says; null when it does not. */
export function readWait(wait: unknown): number | null {
  return typeof wait === 'number' && wait >= 0 ? wait : null;
}

function readFields(fields: unknown): FieldFault[] {
  if (!Array.isArray(fields)) return [];
  return fields.filter(
    (field): field is FieldFault =>
      isObject(field) && typeof field['path'] === 'string' && typeof field['message'] === 'string',
  );
}
