import type { Viewer } from '@parley/contract';
import type { Services } from '@parley/contract/router';
import type { Bus } from './bus/bus.ts';
import type { Log } from './log.ts';
import type { SendLanes } from './messages/send-queue.ts';
import type { Meter } from './meter.ts';

/** What an engine is made of. The caller owns the bus and disposes it after the engine. */
export interface EngineOptions {
  readonly database: {
    readonly connectionString: string;
    /** Connections at most. */
    readonly poolSize?: number;
  };
  readonly bus: Bus;
  /** One lane for the sends of all conversations unless told; a lane each where the tables are distributed. */
  readonly sendLanes?: SendLanes;
  readonly tokens: {
    /** At least 32 bytes. */
    readonly secret: string;
    /** Life of an access token, in seconds. */
    readonly accessSeconds: number;
    /** Life of a refresh token, in seconds. */
    readonly refreshSeconds: number;
  };
  readonly log: Log;
  /** Told what the engine does, for metrics. */
  readonly meter?: Meter;
  /**
   * How soon others see that somebody is gone, in milliseconds: `leaseMs` is for how long a process's sign of life is
   * good, 24,000 unless told, and what it takes at most to notice that one was killed is a third more; `graceMs` is for
   * how long somebody who left counts as there, 10,000 unless told.
   */
  readonly presence?: { readonly leaseMs?: number; readonly graceMs?: number };
  /** Between two checks of feeds against the database, in milliseconds; 15,000 unless told. */
  readonly headCheckMs?: number;
  /** Between two checks of the sessions in use here, in milliseconds; 5,000 unless told. */
  readonly sessionCheckMs?: number;
}

/** Who an access token belongs to, and until when it is good. */
export interface Authenticated extends Viewer {
  readonly expiresAt: Date;
}

/** How an engine stands right now. */
export interface EngineStatus {
  readonly bus: { readonly kind: Bus['kind']; readonly connected: boolean };
  /** Conversations and people followed here. */
  readonly feeds: { readonly conversations: number; readonly users: number };
  /** Connections to the database, and how many calls wait for one. */
  readonly pool: { readonly total: number; readonly idle: number; readonly waiting: number };
}

/** Parley without transport: the services, and what a server needs beside them. */
export interface Engine extends AsyncDisposable {
  readonly services: Services;
  /**
   * Verifies an access token and that its session lives.
   * @throws UNAUTHENTICATED, UNAVAILABLE
   */
  authenticate(accessToken: string): Promise<Authenticated>;
  /**
   * Watches a session in use here; calls back once when it has ended, on any process, within `sessionCheckMs`, also
   * while the bus is down. Returns the undo.
   */
  holdSession(sessionId: string, onEnded: () => void): () => void;
  /** @throws UNAVAILABLE when the database does not answer within two seconds */
  checkDatabase(): Promise<void>;
  /** Looks at what is known here; asks nobody. */
  status(): EngineStatus;
}
