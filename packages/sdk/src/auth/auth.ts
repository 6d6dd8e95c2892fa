import type {
  AccountDelete,
  ExportLine,
  Login,
  OnlineStatus,
  PasswordChange,
  ProfileUpdate,
  Register,
  Self,
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
   * @throws EMAIL_TAKEN, USERNAME_TAKEN, INVALID_INPUT, UNAVAILABLE
   */
  async register(input: Register): Promise<Self> {
    const credentials = await this.#connection.call(
      (trpc, options) => trpc.auth.register.mutate(input, options),
      { as: null },
    );
    this.#session.start(credentials);
    return credentials.user;
  }

  /** @throws WRONG_CREDENTIALS, UNAVAILABLE */
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
   * Deletes the account, for good, and signs out as `logout` does.
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
