import { ParleyError } from '@parley/contract';
import pg from 'pg';

/** PostgreSQL's five-character code of an error, if it has one. */
function sqlState(error: unknown): string | undefined {
  return error instanceof pg.DatabaseError ? error.code : undefined;
}

/** The unique constraint or index that an insert ran into, if that is what happened. */
export function violatedUnique(error: unknown): string | undefined {
  return error instanceof pg.DatabaseError && error.code === '23505' ? error.constraint : undefined;
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
  /^55000$/, // recovery is in progress: a standby has no place in the log to tell the epoch by
  /^40/, // still deadlocked after the retries
];

/** Text that PostgreSQL cannot hold, such as a NUL, where no schema refused it. */
const unstorableStates = /^(22021|22P05)$/;

/** What a caller is told when the database failed: UNAVAILABLE when it may work later, else the error as it is. */
export function asServiceError(error: unknown): unknown {
  if (error instanceof ParleyError) return error;
  const state = sqlState(error);
  const lost =
    state === undefined
      ? error instanceof Error && isConnectionFault(error)
      : unavailableStates.some((pattern) => pattern.test(state));
  if (state !== undefined && unstorableStates.test(state)) {
    return new ParleyError('INVALID_INPUT', 'unable to answer; a text holds what cannot be stored', {
      cause: error,
    });
  }
  if (!lost) return error;
  return new ParleyError('UNAVAILABLE', 'unable to answer; the database is unavailable', { cause: error });
}

const driverFaults = [
  /^Connection terminated/,
  /^timeout exceeded when trying to connect$/,
  /^timeout expired$/,
  /^Query read timeout$/,
  /^Client (was closed|has encountered a connection error) and is not queryable$/,
  /^Cannot use a pool after calling end on the pool$/,
  /^driver has already been destroyed$/,
];

function isConnectionFault(error: Error): boolean {
  // The system's errors, several at once when a name has several addresses, and what pg and Kysely say themselves.
  if (error instanceof AggregateError)
    return error.errors.some((each) => each instanceof Error && isConnectionFault(each));
  return 'syscall' in error || driverFaults.some((fault) => fault.test(error.message));
}
