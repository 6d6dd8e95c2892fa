import type { ClientInfo, Viewer } from './auth/schema.ts';
import type { ErrorCode } from './errors.ts';

/** A call that asks to be let in. */
export interface LimitedCall {
  /** The procedure, such as `messages.send`. */
  readonly path: string;
  /** Null for a call that anyone may make, and for one whose credentials were refused: then its address counts. */
  readonly viewer: Viewer | null;
  readonly client: ClientInfo;
  /** The input as it came, not looked at yet. */
  readonly getRawInput: () => Promise<unknown>;
}

/** Told how a call ended that was let in. */
export type Settle = (code: ErrorCode | 'OK') => void;

/** Says how often somebody may call. */
export interface CallLimits {
  /**
   * Counts a call; answers at once where that is known here.
   * @returns whom to tell how it ended; null for nobody
   * @throws LIMITED, with the time to wait
   */
  admit(call: LimitedCall): Settle | null | Promise<Settle | null>;
}
