import {
  type AccountDelete,
  type EmailOnly,
  type EmailVerification,
  type ExportLine,
  type Login,
  type OnlineStatus,
  ParleyError,
  type PasswordChange,
  type PasswordReset,
  type ProfileUpdate,
  type Register,
  type Self,
  type SessionEnd,
  type SessionInfo,
} from '@parley/contract';
import type { Connection } from '../connection/connection.ts';
import type { Store } from '../store.ts';
import { exportLines } from './export-lines.ts';
import type { Session, SessionKeeper } from './session.ts';

/** Accounts and signing in. */
export class Auth {
  readonly #connection: Connection;
  readonly #session: SessionKeeper;
  readonly #exportUrl: string;
  readonly #forget: (userId: string) => Promise<void>;

  /**
   * @param exportUrl where the own data is downloaded
   * @param forget wipes what is kept on this device of somebody
   */
  constructor(
    connection: Connection,
    session: SessionKeeper,
    exportUrl: string,
    forget: (userId: string) => Promise<void>,
  ) {
    this.#exportUrl = exportUrl;
    this.#connection = connection;
    this.#session = session;
    this.#forget = forget;
  }

  /** Who is signed in; null for nobody. Changes by itself when the session ends, also in another tab. */
  get session(): Store<Session | null> {
    return this.#session.state;
  }

  /**
   * Makes an account and signs in.
   * @throws EMAIL_TAKEN, USERNAME_TAKEN, INVALID_INPUT, UNAVAILABLE; EMAIL_NOT_VERIFIED where the server lets nobody in before
   * they followed the link that it mailed, taken address or not
   */
  async register(input: Register): Promise<Self> {
    const made = await this.#connection.call((trpc, options) => trpc.auth.register.mutate(input, options), {
      as: null,
    });
    if (!('accessToken' in made)) {
      throw new ParleyError('EMAIL_NOT_VERIFIED', 'unable to sign in yet; follow the link in the mail');
    }
    this.#session.start(made);
    return made.user;
  }

  /** @throws WRONG_CREDENTIALS, EMAIL_NOT_VERIFIED, UNAVAILABLE */
  async login(input: Login): Promise<Self> {
    const credentials = await this.#connection.call(
      (trpc, options) => trpc.auth.login.mutate(input, options),
      { as: null },
    );
    this.#session.start(credentials);
    return credentials.user;
  }

  /**
   * Signs out: at once here, where messages not sent yet and what was shown are wiped, and at the server as soon as it
   * answers. Does not fail when it cannot be reached.
   */
  async logout(): Promise<void> {
    const as = this.#session.accessToken;
    const userId = this.session.getSnapshot()?.user.id;
    this.#session.end();
    if (userId !== undefined) await this.#forget(userId);
    if (as === null) return;
    await this.#connection
      .call((trpc, options) => trpc.auth.logout.mutate(undefined, options), { as, repeatable: true })
      .catch(() => {});
  }

  /**
   * The own sessions, latest used first.
   * @throws UNAUTHENTICATED, UNAVAILABLE
   */
  sessions(): Promise<SessionInfo[]> {
    return this.#connection.call((trpc, options) => trpc.auth.sessions.query(undefined, options), {
      repeatable: true,
    });
  }

  /**
   * Ends one of the own sessions.
   * @throws NOT_FOUND, UNAUTHENTICATED, UNAVAILABLE
   */
  endSession(input: SessionEnd): Promise<void> {
    return this.#connection.call((trpc, options) => trpc.auth.endSession.mutate(input, options));
  }

  /**
   * Ends all own sessions but this one.
   * @throws UNAUTHENTICATED, UNAVAILABLE
   */
  endOtherSessions(): Promise<void> {
    return this.#connection.call((trpc, options) => trpc.auth.endOtherSessions.mutate(undefined, options), {
      repeatable: true,
    });
  }

  /**
   * Deletes the account, for good, and signs out as `logout` does. Who came from another system has no password to give.
   * @throws WRONG_CREDENTIALS, UNAUTHENTICATED, UNAVAILABLE
   */
  async deleteAccount(input: AccountDelete): Promise<void> {
    const { id: userId } = await this.me();
    // Not over the socket, which is closed with the session before the answer is there.
    const as = this.#session.accessToken;
    await this.#connection.call((trpc, options) => trpc.auth.deleteAccount.mutate(input, options), { as });
    this.#session.end();
    await this.#forget(userId);
  }

  /**
   * All of one's own data, line by line as it comes. The first line says how much there is, which tells progress; when the
   * loop ends without an error, nothing is missing.
   * @throws UNAUTHENTICATED; UNAVAILABLE when the server cannot be reached, falls silent, or the download is cut
   */
  async *exportData(): AsyncGenerator<ExportLine> {
    // Which renews the access token if it has to be.
    await this.me();
    yield* exportLines(this.#exportUrl, this.#session.accessToken);
  }

  /** @throws UNAUTHENTICATED, UNAVAILABLE */
  async me(): Promise<Self> {
    const user = await this.#connection.call((trpc, options) => trpc.auth.me.query(undefined, options), {
      repeatable: true,
    });
    this.#session.update(user);
    return user;
  }

  /** @throws USERNAME_TAKEN, INVALID_INPUT, UNAUTHENTICATED, UNAVAILABLE */
  async updateProfile(input: ProfileUpdate): Promise<Self> {
    const user = await this.#connection.call(
      (trpc, options) => trpc.auth.updateProfile.mutate(input, options),
      { repeatable: true },
    );
    this.#session.update(user);
    return user;
  }

  /**
   * Changes the password and ends every other session.
   * @throws WRONG_CREDENTIALS, INVALID_INPUT, UNAUTHENTICATED, UNAVAILABLE
   */
  async changePassword(input: PasswordChange): Promise<void> {
    await this.#connection.call((trpc, options) => trpc.auth.changePassword.mutate(input, options));
  }

  /**
   * Has a link to choose a new password mailed to whoever has this address, if anybody has.
   * @throws INVALID_INPUT, UNAVAILABLE
   */
  requestPasswordReset(input: EmailOnly): Promise<void> {
    return this.#connection.call((trpc, options) => trpc.auth.requestPasswordReset.mutate(input, options), {
      as: null,
    });
  }

  /**
   * Sets a new password by the token that was mailed, and ends every session.
   * @throws INVALID_INPUT, with the field at fault; UNAVAILABLE
   */
  resetPassword(input: PasswordReset): Promise<void> {
    return this.#connection.call((trpc, options) => trpc.auth.resetPassword.mutate(input, options), {
      as: null,
    });
  }

  /**
   * Has a link to verify it mailed to this address, if there is something to verify.
   * @throws INVALID_INPUT, UNAVAILABLE
   */
  requestEmailVerification(input: EmailOnly): Promise<void> {
    return this.#connection.call(
      (trpc, options) => trpc.auth.requestEmailVerification.mutate(input, options),
      { as: null },
    );
  }

  /** @throws INVALID_INPUT, for a token that is void; UNAVAILABLE */
  verifyEmail(input: EmailVerification): Promise<void> {
    return this.#connection.call((trpc, options) => trpc.auth.verifyEmail.mutate(input, options), {
      as: null,
    });
  }

  /**
   * Online for the next minute, or offline at once.
   * @throws UNAUTHENTICATED, UNAVAILABLE
   */
  async setOnlineStatus(input: OnlineStatus): Promise<Self> {
    const user = await this.#connection.call(
      (trpc, options) => trpc.auth.setOnlineStatus.mutate(input, options),
      { repeatable: true },
    );
    this.#session.update(user);
    return user;
  }
}
