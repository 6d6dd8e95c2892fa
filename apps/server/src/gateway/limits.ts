import { limits as contractLimits } from '@parley/contract';

/** What one socket may hold, and how long it may be silent. Sizes in bytes, times in milliseconds. */
export interface GatewayLimits {
  readonly frameBytes: number;
  readonly callsInFlight: number;
  readonly subscriptions: number;
  readonly batchCalls: number;
  /** What may wait for a reader, beside answers it asked for; above it the reader is cut. */
  readonly backlogBytes: number;
  /** For the first frame, when the client announced credentials, and for checking them. */
  readonly handshakeMs: number;
  /** Silence after which a socket is pinged. */
  readonly pingMs: number;
  /** Silence after a ping at which a socket is taken for dead. */
  readonly pongMs: number;
  /** For the closing handshake. */
  readonly closeMs: number;
  /** For calls in flight when the server stops. */
  readonly finishMs: number;
  /** Between two looks at all sockets' deadlines. */
  readonly sweepMs: number;
}

export const defaultLimits: GatewayLimits = {
  frameBytes: contractLimits.frameBytes,
  callsInFlight: contractLimits.callsInFlight,
  subscriptions: contractLimits.subscriptions,
  batchCalls: contractLimits.batchCalls,
  backlogBytes: 1024 * 1024,
  handshakeMs: 5_000,
  pingMs: 30_000,
  pongMs: 10_000,
  closeMs: 2_000,
  finishMs: 5_000,
  sweepMs: 1_000,
};
