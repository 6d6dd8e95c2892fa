import type { ClientInfo, KeyHolder, Viewer } from '@parley/contract';
import type { Services } from '@parley/contract/router';
import type { Bus } from './bus/bus.ts';
import type { Limits, LimitsOptions } from './limits/limits.ts';
import type { Issuer } from './identity/issuer-tokens.ts';
import type { Log } from './log.ts';
import type { MailOptions } from './mail/mailer.ts';
import type { SendLanes } from './messages/send-queue.ts';
import type { Meter } from './meter.ts';
import type { DeletedMessages } from './privacy/queries.ts';

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
    /** Earlier secrets, whose tokens are still taken, of at least 32 bytes each. */
    readonly previousSecrets?: readonly string[];
    /** Life of an access token, in seconds. */
    readonly accessSeconds: number;
    /** Life of a refresh token, in seconds. */
    readonly refreshSeconds: number;
  };
  /** How mails are sent; none are unless told. */
  readonly mail?: MailOptions;
  /** Whether an e-mail address has to be verified before the first sign-in. */
  readonly requireEmailVerification?: boolean;
  /** Nobody is held back unless told. */
  readonly limits?: LimitsOptions;
  /** Another system whose access tokens are taken beside Parley's own; none unless told. */
  readonly issuer?: Issuer;
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
  /** What becomes of the messages of somebody whose account is deleted: they stay, unless told, or are emptied. */
  readonly deletedAccountMessages?: DeletedMessages;
  /** Between two looks for deletions that another process left unfinished, in milliseconds; 30,000 unless told. */
  readonly deletionCheckMs?: number;
  /** Between two looks for messages that are missing in the search index, in milliseconds; 5,000 unless told. */
  readonly searchSweepMs?: number;
}

/** Who a token belongs to, and until when it is good. */
export interface Authenticated extends Viewer {
  /** Null for an API key that does not expire. */
  readonly expiresAt: Date | null;
  /** Whether the token is of the external issuer: the next one may be of another session there. */
  readonly external?: boolean;
}

/** What is known of a caller beside the token. */
export interface Caller {
  readonly client?: ClientInfo;
  /** The id of the person a server acts for, as it says. */
  readonly actsFor?: string | undefined;
  /** Whether it is a page, which has an origin: API keys are for servers only. */
  readonly inPage?: boolean;
}

/** How an engine stands right now. */
export interface EngineStatus {
  readonly bus: { readonly kind: Bus['kind']; readonly connected: boolean };
  /** Conversations and people followed here. */
  readonly feeds: { readonly conversations: number; readonly users: number };
  /** Whether limits are counted together with other processes. */
  readonly limitsShared: boolean;
  /** Connections to the database, and how many calls wait for one. */
  readonly pool: { readonly total: number; readonly idle: number; readonly waiting: number };
}

/** Parley without transport: the services, and what a server needs beside them. */
export interface Engine extends AsyncDisposable {
  readonly services: Services;
  /** How often somebody may call; the transports ask. */
  readonly limits: Limits;
  /**
   * Verifies an access token or an API key, and that its session lives.
   * @throws UNAUTHENTICATED, UNAVAILABLE; FORBIDDEN when an API key is used in a page or for an account that there is not
   */
  authenticate(token: string, caller?: Caller): Promise<Authenticated>;
  /**
   * The server behind an API key, whomever it acts for.
   * @throws UNAUTHENTICATED, UNAVAILABLE; FORBIDDEN when the token is no API key, or used in a page
   */
  authenticateKey(token: string, caller?: Caller): Promise<KeyHolder>;
  /**
   * Watches a session in use here, or an API key and whom it acts for; calls back once when it has ended, on any process,
   * within `sessionCheckMs`, also while the bus is down. Returns the undo.
   */
  holdSession(viewer: Viewer, onEnded: () => void): () => void;
  /** The same for an API key that acts for nobody. */
  holdKey(key: KeyHolder, onEnded: () => void): () => void;
  /** @throws UNAVAILABLE when the database does not answer within two seconds */
  checkDatabase(): Promise<void>;
  /** Looks at what is known here; asks nobody. */
  status(): EngineStatus;
}
