/**
 * Why the server closed a WebSocket, as its close code. An error frame (`{ id: null, error }`) goes before each.
 * Whether to come back belongs to the code.
 */
export const closeCodes = {
  /** The server restarts or drains: reconnect, to any process. */
  restarting: 1012,
  /** The session ended or its token expired: sign in or refresh, then reconnect. */
  signInAgain: 4401,
  /** Never come back with these credentials. */
  refused: 4403,
  /** The reader fell too far behind: reconnect and resume. */
  tooSlow: 4408,
  /** Continuity cannot be proved: reconnect and start anew. */
  stateLost: 4409,
  /** The client is too old for the server: load it anew, do not reconnect. */
  outdated: 4410,
  /** Over a limit: reconnect later. */
  limited: 4429,
} as const;
