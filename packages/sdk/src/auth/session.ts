import { type Credentials, ParleyError, type Self } from '@parley/contract';
import { retryDelayMs } from '../connection/backoff.ts';
import { type Store, WritableStore } from '../store.ts';
import { recordOf, refreshAt, type SessionRecord, type SessionStorage } from './session-record.ts';
import { SessionVault } from './session-vault.ts';

/** Who is signed in. */
export interface Session {
  readonly user: Self;
}

export interface SessionOptions {
  readonly storage: SessionStorage | undefined;
  /** Names the server, so that sessions at two servers do not mix. */
  readonly name: string;
  /** Trades a refresh token for new credentials. @throws UNAUTHENTICATED when it is good no more; UNAVAILABLE */
  readonly refresh: (refreshToken: string) => Promise<Credentials>;
  /** Sessions are begun by `refresh`, too: the app around this has users of its own. */
  readonly hosted?: boolean;
}

/** The session of one client: keeps it, renews its access token in time and once, and forgets it when it has ended. */
export class SessionKeeper {
  readonly #options: SessionOptions;
  readonly #vault: SessionVault;
  readonly #state: WritableStore<Session | null>;
  readonly #tokens: WritableStore<string | null>;
  #record: SessionRecord | null;
  #refreshing: Promise<void> | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #failures = 0;
  #closed = false;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#vault = new SessionVault(options.storage, `parley.session:${options.name}`, () => this.#adopt());
    this.#record = this.#vault.read();
    this.#state = new WritableStore(this.#record === null ? null : { user: this.#record.user });
    this.#tokens = new WritableStore(this.accessToken);
    if (options.hosted === true) this.#arm(0);
    else this.#schedule();
  }

  get state(): Store<Session | null> {
    return this.#state;
  }

  /** The access token, whenever it is replaced. */
  get tokens(): Store<string | null> {
    return this.#tokens;
  }

  get accessToken(): string | null {
    return this.#record?.accessToken ?? null;
  }

  /** Who is signed in where it outlives the page; what another tab did to that may not have been heard of yet. */
  get storedUserId(): string | undefined {
    return this.#options.storage && this.#vault.read()?.user.id;
  }

  start(credentials: Credentials): void {
    this.#set(recordOf(credentials, Date.now()));
  }

  /** Keeps what the server now says about the signed-in person. */
  update(user: Self): void {
    if (this.#record?.user.id !== user.id) return;
    // Another tab may have renewed it, and its word not be here yet: a refresh token that is spent may not come back.
    this.#adopt();
    if (this.#record?.user.id === user.id) this.#set({ ...this.#record, user });
  }

  end(): void {
    if (this.#record !== null) this.#set(null);
  }

  /** Says that the server refuses this access token, whatever its age. */
  invalidate(accessToken: string): void {
    if (this.#record?.accessToken === accessToken) this.#record = { ...this.#record, expiresAt: 0 };
  }

  /** Resolves once the access token is good for a while. @throws UNAUTHENTICATED, UNAVAILABLE */
  async fresh(): Promise<void> {
    if (this.#record === null && this.#options.hosted !== true)
      throw new ParleyError('UNAUTHENTICATED', 'unable to connect; nobody is signed in');
    if (this.#record === null || Date.now() >= refreshAt(this.#record)) await this.#refresh();
  }

  /** What to wait for when the app around this has not said yet who is signed in. @throws UNAUTHENTICATED, UNAVAILABLE */
  begins(): Promise<void> | undefined {
    return this.#record === null && this.#options.hosted === true ? this.fresh() : undefined;
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#vault.close();
  }

  #refresh(): Promise<void> {
    this.#refreshing ??= this.#vault
      .alone(() => this.#refreshAlone())
      .finally(() => {
        this.#refreshing = undefined;
      });
    return this.#refreshing;
  }

  async #refreshAlone(): Promise<void> {
    const mine = this.#record;
    const stored = this.#vault.read();
    if (mine === null && this.#options.hosted !== true)
      throw new ParleyError('UNAUTHENTICATED', 'unable to renew the session; it has ended');
    if (stored?.refreshToken !== mine?.refreshToken) {
      // Another tab was faster.
      this.#adopt();
      return;
    }
    try {
      const credentials = await this.#options.refresh(mine?.refreshToken ?? '');
      if (this.#record?.refreshToken !== mine?.refreshToken) return;
      if (!this.#closed) this.start(credentials);
      // The next page goes on from it: what is stored is spent.
      else if (mine !== null && this.#vault.read()?.refreshToken === mine.refreshToken)
        this.#vault.write(recordOf(credentials, Date.now()));
      this.#failures = 0;
    } catch (error) {
      if (error instanceof ParleyError && error.code === 'UNAUTHENTICATED') {
        if (this.#record?.refreshToken === mine?.refreshToken) this.end();
      }
      throw error;
    }
  }

  /** Takes over what another tab wrote. */
  #adopt(): void {
    const record = this.#vault.read();
    if (record?.accessToken !== this.#record?.accessToken) this.#show(record);
  }

  #set(record: SessionRecord | null): void {
    this.#vault.write(record);
    this.#show(record);
  }

  #show(record: SessionRecord | null): void {
    const before = this.#record;
    this.#record = record;
    this.#schedule();
    if (record === null) this.#state.set(null);
    else if (JSON.stringify(before?.user) !== JSON.stringify(record.user))
      this.#state.set({ user: record.user });
    this.#tokens.set(this.accessToken);
  }

  /** Renews the access token before it expires, so that a reconnect need not wait for it. */
  #schedule(): void {
    clearTimeout(this.#timer);
    if (this.#record === null || this.#closed) return;
    const delay = Math.max(0, refreshAt(this.#record) - Date.now());
    this.#arm(Math.min(delay, 2 ** 31 - 1));
  }

  #arm(ms: number): void {
    this.#timer = setTimeout(() => {
      this.fresh().then(
        () => this.#schedule(),
        (error: unknown) => this.#tryLater(error),
      );
    }, ms);
  }

  #tryLater(error: unknown): void {
    const ended = error instanceof ParleyError && error.code === 'UNAUTHENTICATED';
    if ((this.#record === null && (ended || this.#options.hosted !== true)) || this.#closed) return;
    this.#failures += 1;
    this.#arm(1_000 + retryDelayMs(this.#failures));
  }
}
