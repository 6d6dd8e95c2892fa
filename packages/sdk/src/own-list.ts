import type { Session } from './auth/session.ts';
import { retryDelayMs } from './connection/backoff.ts';
import { wait } from './connection/wait.ts';
import { LiveStore } from './live-store.ts';
import type { Store } from './store.ts';
import type { Sync } from './sync/sync.ts';

/** A list of the signed-in person's own: read whole, again whenever the inbox says that it may be another one. */
export abstract class OwnList<T> extends LiveStore<T> {
  readonly #sync: Sync;
  readonly #session: Store<Session | null>;
  readonly #loading: T;
  #stop = new AbortController();
  #unfollow: (() => void) | undefined;
  /** How often it was heard that the list may be another one, and whether it is being read. */
  #heard = 0;
  #reading = false;

  constructor(sync: Sync, session: Store<Session | null>, loading: T, event: Parameters<Sync['onNews']>[0]) {
    super(loading);
    this.#sync = sync;
    this.#session = session;
    this.#loading = loading;
    sync.onNews(event, () => this.refresh());
  }

  /** Reads the list again, if somebody looks at it. */
  refresh(): void {
    this.#heard += 1;
    if (this.#reading || !this.live || this.#session.getSnapshot() === null) return;
    this.#reading = true;
    const { signal } = this.#stop;
    void this.#read(signal).finally(() => {
      if (!signal.aborted) this.#reading = false;
    });
  }

  /** Forgets everything of the person who was signed in. */
  clear(): void {
    this.#abandon();
    this.publish(this.#loading);
    this.refresh();
  }

  /** The list as it is now. @throws ParleyError */
  protected abstract fetch(signal: AbortSignal): Promise<T>;

  protected override start(): void {
    this.#unfollow = this.#sync.subscribe(() => {});
    this.refresh();
  }

  protected override stop(): void {
    this.#unfollow?.();
    this.#abandon();
  }

  async #read(signal: AbortSignal): Promise<void> {
    for (let attempt = 0; ; attempt += 1) {
      const heard = this.#heard;
      try {
        const list = await this.fetch(signal);
        if (signal.aborted) return;
        this.publish(list);
        if (heard === this.#heard) return;
      } catch {
        await wait(retryDelayMs(attempt), signal).catch(() => {});
      }
      if (signal.aborted) return;
    }
  }

  #abandon(): void {
    this.#stop.abort();
    this.#stop = new AbortController();
    this.#reading = false;
  }
}
