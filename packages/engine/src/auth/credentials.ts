import { type ClientInfo, type Credentials, newId, ParleyError } from '@parley/contract';
import type { Database, Locking } from '../db/database.ts';
import { inTransaction } from '../db/transaction.ts';
import { selfOf, type UserRow } from '../users/rows.ts';
import {
  endSession,
  findUser,
  insertRefreshToken,
  insertSession,
  lockRefreshToken,
  spendRefreshToken,
} from './queries.ts';
import type { Sessions } from './sessions.ts';
import { type AccessTokens, newRefreshToken, refreshTokenHash } from './tokens.ts';

/** How long a used refresh token is still taken, for tabs that race to renew, in milliseconds. */
const raceGraceMs = 20_000;

type Renewal =
  | { readonly type: 'void' }
  | { readonly type: 'reused'; readonly sessionId: string }
  | {
      readonly type: 'renewed';
      readonly user: UserRow;
      readonly sessionId: string;
      readonly token: string;
    };

/** Makes sessions, and renews them. */
export class CredentialsIssuer {
  readonly #db: Database;
  readonly #tokens: AccessTokens;
  readonly #sessions: Sessions;
  readonly #refreshSeconds: number;

  constructor(db: Database, tokens: AccessTokens, sessions: Sessions, refreshSeconds: number) {
    this.#db = db;
    this.#tokens = tokens;
    this.#sessions = sessions;
    this.#refreshSeconds = refreshSeconds;
  }

  /** Begins a session. */
  async begin(db: Database, user: UserRow, client: ClientInfo): Promise<Credentials> {
    const sessionId = newId();
    const refresh = newRefreshToken();
    await insertSession(db, {
      id: sessionId,
      user_id: user.id,
      device: client.device,
      address: client.address,
      expires_at: this.#expiry(),
      ended_at: null,
    });
    await insertRefreshToken(db, { hash: refresh.hash, session_id: sessionId });
    return this.#credentials(user, sessionId, refresh.token);
  }

  /**
   * Trades a refresh token for new credentials. One that was used before ends its session: either its owner or a thief
   * holds the newer one, and nobody can tell which.
   * @throws UNAUTHENTICATED
   */
  async renew(token: string): Promise<Credentials> {
    const hash = refreshTokenHash(token);
    const renewal = await inTransaction(this.#db, (trx) => this.#renewal(trx, hash));
    if (renewal.type === 'renewed') return this.#credentials(renewal.user, renewal.sessionId, renewal.token);
    if (renewal.type === 'reused') this.#sessions.announceEnd([renewal.sessionId]);
    throw new ParleyError('UNAUTHENTICATED', 'unable to renew the session; sign in again');
  }

  async #renewal(trx: Locking, hash: Buffer): Promise<Renewal> {
    const session = await lockRefreshToken(trx, hash);
    if (session === undefined || session.ended_at !== null || session.expires_at.getTime() <= Date.now()) {
      return { type: 'void' };
    }
    const { id: sessionId } = session;
    if (session.used_at !== null && Date.now() - session.used_at.getTime() > raceGraceMs) {
      await endSession(trx, sessionId);
      return { type: 'reused', sessionId };
    }
    const { token, hash: nextHash } = newRefreshToken();
    await spendRefreshToken(trx, hash, sessionId, this.#expiry());
    await insertRefreshToken(trx, { hash: nextHash, session_id: sessionId });
    const user = await findUser(trx, session.user_id);
    return user === undefined ? { type: 'void' } : { type: 'renewed', user, sessionId, token };
  }

  async #credentials(user: UserRow, sessionId: string, refreshToken: string): Promise<Credentials> {
    return { user: selfOf(user), refreshToken, ...(await this.#tokens.issue(user.id, sessionId)) };
  }

  #expiry(): Date {
    return new Date(Date.now() + this.#refreshSeconds * 1000);
  }
}
