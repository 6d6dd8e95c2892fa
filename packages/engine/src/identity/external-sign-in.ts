import { type ClientInfo, ParleyError } from '@parley/contract';
import type { Audit } from '../audit/audit.ts';
import { updateUser } from '../auth/queries.ts';
import type { Sessions } from '../auth/sessions.ts';
import type { Database } from '../db/database.ts';
import { asServiceError, violatedUnique } from '../db/errors.ts';
import { inTransaction } from '../db/transaction.ts';
import type { Authenticated } from '../engine.ts';
import type { IssuerToken, IssuerTokens } from './issuer-tokens.ts';
import { findOrMake } from './people.ts';
import { anotherUsername, type Profile, profileHash, usernameFrom } from './profile.ts';
import { beginExternalSession, forgetExternalSessions, lockActiveUser, noteProfile } from './queries.ts';

/** How long a session is kept after the last of its tokens, in milliseconds. */
const keptMs = 86_400_000;
/** Sessions that are known here without asking. */
const mostKnown = 20_000;

/** Lets in those who signed in with another system: each has an account here, and each of their sessions there is one here. */
export class ExternalSignIn {
  readonly #db: Database;
  readonly #tokens: IssuerTokens;
  readonly #sessions: Sessions;
  readonly #audit: Audit;
  /** Whose a session is, and until when it is known to last. */
  readonly #known = new Map<string, { readonly userId: string; readonly until: Date }>();

  constructor(db: Database, tokens: IssuerTokens, sessions: Sessions, audit: Audit) {
    this.#db = db;
    this.#tokens = tokens;
    this.#sessions = sessions;
    this.#audit = audit;
  }

  /** Whether a token may be the issuer's. */
  mayTake(token: string): boolean {
    return this.#tokens.mayVerify(token);
  }

  /** @throws UNAUTHENTICATED, FORBIDDEN for an account that is closed, UNAVAILABLE */
  async authenticate(accessToken: string, client: ClientInfo): Promise<Authenticated> {
    const token = await this.#tokens.verify(accessToken);
    const { sessionId, expiresAt } = token;
    const known = this.#known.get(sessionId);
    const userId =
      known !== undefined && known.until >= expiresAt ? known.userId : await this.#begin(token, client);
    await this.#sessions.check(sessionId);
    return { userId, sessionId, expiresAt, external: true };
  }

  async #begin(token: IssuerToken, client: ClientInfo): Promise<string> {
    const { sessionId, expiresAt } = token;
    try {
      const userId = await this.#personOf(token, client);
      await this.#beginSession(token, userId, client);
      this.#keep(sessionId, userId, expiresAt);
      return userId;
    } catch (error) {
      throw asServiceError(error);
    }
  }

  async #personOf({ subject, issuedAt, profile }: IssuerToken, { address }: ClientInfo): Promise<string> {
    const identity = { issuer: this.#tokens.issuer, subject };
    const hash = profileHash(profile);
    const { user, made } = await findOrMake(this.#db, {
      identity: { ...identity, profile_hash: hash, profile_at: issuedAt },
      user: {
        username: usernameFrom(profile.names),
        display_name: profile.displayName,
        avatar: profile.avatar,
        email: profile.email,
      },
      instead: (taken, wanted) =>
        taken === 'email'
          ? { ...wanted, email: null }
          : { ...wanted, username: anotherUsername(usernameFrom(profile.names)) },
      onMade: (trx, id) => this.#audit.store(trx, accountCreated(id, address)),
    });
    if (made) {
      this.#audit.tell(accountCreated(user.id, address));
      return user.id;
    }
    const isNews = await inTransaction(this.#db, async (trx) => {
      const noted = await noteProfile(trx, identity, hash, issuedAt);
      if (noted) await updateUser(trx, user.id, changeOf(profile));
      return noted;
    });
    if (isNews && profile.email !== null) await this.#takeEmail(user.id, profile.email);
    return user.id;
  }

  async #takeEmail(userId: string, email: string): Promise<void> {
    await updateUser(this.#db, userId, { email, email_verified_at: new Date() }).catch((error: unknown) => {
      // Somebody else has it, and keeps it.
      if (violatedUnique(error) === undefined) throw error;
    });
  }

  async #beginSession(
    { sessionId, expiresAt }: IssuerToken,
    userId: string,
    client: ClientInfo,
  ): Promise<void> {
    const { device, address } = client;
    const signedIn = {
      kind: 'signed-in',
      actorId: userId,
      sessionId,
      address,
      details: { by: 'issuer' },
    } as const;
    const isNew = await inTransaction(this.#db, async (trx) => {
      if (!(await lockActiveUser(trx, userId))) {
        throw new ParleyError('FORBIDDEN', 'unable to sign in; the account is closed');
      }
      const { issuer } = this.#tokens;
      const began = await beginExternalSession(trx, {
        ...{ id: sessionId, userId, issuer, device, address, expiresAt },
      });
      if (began) await this.#audit.store(trx, signedIn);
      return began;
    });
    if (!isNew) return;
    this.#audit.tell(signedIn);
    await forgetExternalSessions(this.#db, userId, new Date(Date.now() - keptMs));
  }

  #keep(sessionId: string, userId: string, until: Date): void {
    if (this.#known.size >= mostKnown) {
      const [oldest] = this.#known.keys();
      if (oldest !== undefined) this.#known.delete(oldest);
    }
    this.#known.set(sessionId, { userId, until });
  }
}

/** What the issuer does not say stays as it is. */
function changeOf({ displayName, avatar }: Profile) {
  return {
    ...(displayName === null ? {} : { display_name: displayName }),
    ...(avatar === null ? {} : { avatar }),
  };
}

function accountCreated(userId: string, address: string) {
  return { kind: 'account-created', subjectId: userId, address, details: { by: 'issuer' } } as const;
}
