import { type ClientInfo, type Credentials, newId, ParleyError } from '@parley/contract';
import type { Audit } from '../audit/audit.ts';
import type { AuditEvent } from '../audit/events.ts';
import type { Database, Locking } from '../db/database.ts';
import { inTransaction } from '../db/transaction.ts';
import { selfOf, type UserRow } from '../users/rows.ts';
import { endSession, findUser, insertSession } from './queries.ts';
import { insertRefreshToken, lockRefreshToken, spendRefreshToken, wasFollowed } from './refresh/queries.ts';
import type { Sessions } from './sessions.ts';
import { type AccessTokens, newSecretToken, secretTokenHash } from './tokens.ts';

/** How long a used refresh token is still taken, for tabs that race to renew, in milliseconds. */
const raceGraceMs = 20_000;

type Renewal =
  | { readonly type: 'void' }
  | { readonly type: 'reused'; readonly sessionId: string; readonly event: AuditEvent }
  | {
      readonly type: 'renewed';
      readonly user: UserRow;
      readonly sessionId: string;
      readonly token: string;
    };

/** A session just begun, and the line it is worth in the audit log, which the caller keeps in the same transaction. */
interface Begun {
  readonly credentials: Credentials;
  readonly event: AuditEvent;
}

/** Makes sessions, and renews them. */
export class CredentialsIssuer {
  readonly #db: Database;
  readonly #tokens: AccessTokens;
  readonly #sessions: Sessions;
  readonly #audit: Audit;
  readonly #refreshSeconds: number;

  constructor(db: Database, tokens: AccessTokens, sessions: Sessions, audit: Audit, refreshSeconds: number) {
    this.#db = db;
    this.#tokens = tokens;
    this.#sessions = sessions;
    this.#audit = audit;
    this.#refreshSeconds = refreshSeconds;
  }

  /** Begins a session. */
  async begin(db: Database, user: UserRow, client: ClientInfo): Promise<Begun> {
    const sessionId = newId();
    const refresh = newSecretToken();
    await insertSession(db, {
      id: sessionId,
      user_id: user.id,
      device: client.device,
      address: client.address,
      expires_at: this.#expiry(),
      ended_at: null,
    });
    await insertRefreshToken(db, { hash: refresh.hash, session_id: sessionId, parent: null });
    const { address } = client;
    return {
      credentials: await this.#credentials(user, sessionId, refresh.token),
      event: { kind: 'signed-in', actorId: user.id, subjectId: user.id, sessionId, address },
    };
  }

  /**
   * Trades a refresh token for new credentials. One that was used before ends its session: either its owner or a thief
   * holds the newer one, and nobody can tell which. Tabs that race are forgiven, but go on with one of the tokens they got:
   * the first that is used makes the others count as used.
   * @throws UNAUTHENTICATED
   */
  async renew(client: ClientInfo, token: string): Promise<Credentials> {
    const hash = secretTokenHash(token);
    const renewal = await inTransaction(this.#db, (trx) => this.#renewal(trx, client, hash));
    if (renewal.type === 'renewed') return this.#credentials(renewal.user, renewal.sessionId, renewal.token);
    if (renewal.type === 'reused') {
      this.#audit.tell(renewal.event);
      this.#sessions.announceEnd([renewal.sessionId]);
    }
    throw new ParleyError('UNAUTHENTICATED', 'unable to renew the session; sign in again');
  }

  async #renewal(trx: Locking, { address }: ClientInfo, hash: Buffer): Promise<Renewal> {
    const session = await lockRefreshToken(trx, hash);
    if (session === undefined || session.ended_at !== null || session.expires_at.getTime() <= Date.now()) {
      return { type: 'void' };
    }
    const { id: sessionId, user_id: userId, used_at: usedAt, parent } = session;
    const late = usedAt !== null && Date.now() - usedAt.getTime() > raceGraceMs;
    if (late || (usedAt !== null && (await wasFollowed(trx, hash, sessionId)))) {
      await endSession(trx, userId, sessionId);
      const event: AuditEvent = { kind: 'refresh-token-reused', subjectId: userId, sessionId, address };
      await this.#audit.store(trx, event);
      return { type: 'reused', sessionId, event };
    }
    const user = await findUser(trx, userId);
    if (user === undefined || user.disabled_at !== null) return { type: 'void' };
    const next = newSecretToken();
    await spendRefreshToken(trx, { hash, parent }, sessionId, this.#expiry());
    await insertRefreshToken(trx, { hash: next.hash, session_id: sessionId, parent: hash });
    return { type: 'renewed', user, sessionId, token: next.token };
  }

  async #credentials(user: UserRow, sessionId: string, refreshToken: string): Promise<Credentials> {
    return { user: selfOf(user), refreshToken, ...(await this.#tokens.issue(user.id, sessionId)) };
  }

  #expiry(): Date {
    return new Date(Date.now() + this.#refreshSeconds * 1000);
  }
}
