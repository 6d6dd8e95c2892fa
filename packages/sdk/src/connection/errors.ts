import { type FieldFault, isErrorCode, ParleyError } from '@parley/contract';
import { TRPCClientError } from '@trpc/client';
import { isObject } from '../is-object.ts';

/**
 * Anything a call can fail with, as a Parley error: what the server said, and `UNAVAILABLE` for everything that kept
 * its answer from arriving.
 */
export function toParleyError(thrown: unknown): ParleyError {
  if (thrown instanceof ParleyError) return thrown;
  const shape: unknown = thrown instanceof TRPCClientError ? thrown.shape : undefined;
  if (isObject(shape) && isObject(shape['data'])) {
    const { reason, fields } = shape['data'];
    const code = isErrorCode(reason) ? reason : 'INTERNAL';
    const message = typeof shape['message'] === 'string' ? shape['message'] : 'unable to answer';
    return new ParleyError(code, message, { fields: readFields(fields), cause: thrown });
  }
  return new ParleyError('UNAVAILABLE', 'unable to reach the server; the connection failed', {
    cause: thrown,
  });
}

function readFields(fields: unknown): FieldFault[] {
  if (!Array.isArray(fields)) return [];
  return fields.filter(
    (field): field is FieldFault =>
      isObject(field) && typeof field['path'] === 'string' && typeof field['message'] === 'string',
  );
}
