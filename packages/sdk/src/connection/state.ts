/**
 * How the client stands with the server: `idle` needs no connection, `connecting` opens its first one, `online` has
 * one, `offline` lost it or could not open it and keeps trying. `outdated`: the server does not speak to a client this
 * old any more, and nothing is tried; load the page anew. What is not sent yet is kept until then.
 */
export interface ConnectionState {
  readonly status: 'idle' | 'connecting' | 'online' | 'offline' | 'outdated';
  /** When the next attempt is made, in ms since the epoch; null when none is waiting. */
  readonly retryAt: number | null;
}

export const idleState: ConnectionState = { status: 'idle', retryAt: null };
