import type { IncomingMessage } from 'node:http';

/** What a client came with. */
export interface Handshake {
  readonly request: IncomingMessage;
  /** Names the socket in the log. */
  readonly socketId: string;
  /** From the first frame, never from the address; null for one who is not signed in. */
  readonly token: string | null;
  /** Whom a server acts for, as it says. */
  readonly user: string | null;
  /** The version of the protocol the client says it speaks; undefined when it says nothing. */
  readonly protocol: unknown;
}

/** For whom a socket is open. */
export interface GatewaySession<C> {
  /** What its procedures are called with. */
  readonly context: C;
  /** When it ends by itself, as it stands now; null when it does not. */
  readonly expiresAt: Date | null;
  /**
   * Goes on with another token of the same session, or of the same person at an external issuer.
   * @throws UNAUTHENTICATED when it is not; FORBIDDEN, UNAVAILABLE
   */
  renew(token: string): Promise<void>;
  /**
   * Calls back once when the session was ended elsewhere. Returns the undo.
   * @throws LIMITED when its owner has too many sockets
   */
  hold(onEnded: () => void): () => void;
}

/** @throws UNAUTHENTICATED, FORBIDDEN, OUTDATED, MALFORMED_REQUEST, UNAVAILABLE */
export type OpenSession<C> = (handshake: Handshake) => Promise<GatewaySession<C>>;
