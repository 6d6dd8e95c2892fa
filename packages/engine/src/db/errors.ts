import { ParleyError } from '@parley/contract';

/** PostgreSQL's five-character code of an error, if it has one. */
function sqlState(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' && /^[0-9A-Z]{5}$/.test(error.code) ? error.code : undefined;
}

/** The unique constraint or index that an insert ran into, if that is what happened. */
export function violatedUnique(error: unknown): string | undefined {
  if (sqlState(error) !== '23505' || typeof error !== 'object' || error === null) return undefined;
  return 'constraint' in error && typeof error.constraint === 'string' ? error.constraint : undefined;
}

/** Whether one row's own data made the statement fail. */
export function isRowFault(error: unknown): boolean {
  return /^(22|23)/.test(sqlState(error) ?? '');
}

/** Whether running the same transaction again is all it takes: a deadlock or a serialization failure. */
export function isTransient(error: unknown): boolean {
  const state = sqlState(error);
  return state === '40P01' || state === '40001';
}

const unavailableStates = [
  /^08/, // connection exceptions
  /^53/, // insufficient resources
  /^57/, // operator intervention, statement timeout
  /^58/, // system error
  /^25006$/, // read-only: a standby, or a full disk's safety catch
  /^55P03$/, // lock timeout
  /^40/, // still deadlocked after the retries
];

/** What a caller is told when the database failed: UNAVAILABLE when it may work later, else the error as it is. */
export function asServiceError(error: unknown): unknown {
  if (error instanceof ParleyError) return error;
  const state = sqlState(error);
  const lost =
    state === undefined
      ? error instanceof Error && isConnectionFault(error)
      : unavailableStates.some((pattern) => pattern.test(state));
  if (!lost) return error;
  return new ParleyError('UNAVAILABLE', 'unable to answer; the database is unavailable', { cause: error });
}

function isConnectionFault(error: Error): boolean {
  if ('syscall' in error) return true;
  if (error instanceof AggregateError) return true;
  return /timeout|terminated|ended|closed|Connection|ECONN/i.test(error.message);
}
