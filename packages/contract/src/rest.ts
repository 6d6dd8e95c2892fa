import type { ErrorCode } from './errors.ts';

/** Where a procedure stands in the REST API; every query and mutation has one. */
export interface RestOperation {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Parameters in braces are fields of the input; the others come from the query string, or from the body. */
  readonly path: `/${string}`;
  readonly summary: string;
  /** Where the thing made can be read, with fields of the answer in braces. Makes the answer a 201. */
  readonly location?: `/${string}`;
  /** The field that stands only in an answer to say that something else has to happen first. Makes that answer a 202. */
  readonly acceptedBy?: string;
  /** What it throws beyond what every call may throw. */
  readonly errors?: readonly ErrorCode[];
}

/** What stands beside a procedure. */
export interface ProcedureMeta {
  readonly openapi?: RestOperation;
  /** Whether anyone may call it. */
  readonly open?: boolean;
  /**
   * Whether servers may call it with an API key of its scope; `never` in the auth feature, elsewhere `scoped` unless told.
   * `only` is for them and nobody else.
   */
  readonly keys?: 'scoped' | 'only' | 'never';
  /** The scope, where it is not `<feature>:read` or, for mutations, `<feature>:write`. */
  readonly scope?: string;
}
