import { availableParallelism } from 'node:os';
import { ParleyError } from '@parley/contract';
import { Piscina } from 'piscina';
import { signInPause } from '../limits/pause.ts';
import type { PasswordAnswer, PasswordTask } from './password-worker.ts';

/** Who would have to wait longer for a worker, in milliseconds, is refused: a flood of sign-ins cannot pile up. */
const longestWaitMs = 5_000;
/** How long a hash takes before any was made, in milliseconds. */
const firstGuessMs = 300;
/** So many may wait for each worker in any case: a hash takes long when the whole machine is slow. */
const leastQueue = 8;
const threads = Math.max(1, Math.min(4, availableParallelism() - 1));

/**
 * Hashes passwords on worker threads, never on the thread that serves sockets: at this cost one hash takes a quarter of
 * a second.
 */
export class Passwords implements AsyncDisposable {
  readonly #pool = new Piscina<PasswordTask, PasswordAnswer>({
    filename: new URL(
      import.meta.url.endsWith('.ts') ? './password-worker.ts' : './password-worker.js',
      import.meta.url,
    ).href,
    minThreads: 0,
    maxThreads: threads,
    idleTimeout: 10_000,
    // Otherwise a task that finds no worker free goes behind those that came after it, for ever under load.
    stricterFIFO: true,
  });

  /** How long a hash takes, as of late. */
  #hashMs = firstGuessMs;
  readonly #pause = signInPause();
  #closed = false;

  /** @throws LIMITED when too many wait already */
  async hash(password: string): Promise<string> {
    const hash = await this.#run({ type: 'hash', password });
    if (typeof hash !== 'string') throw new Error('the password worker gave no hash');
    return hash;
  }

  /**
   * Whether the password is the one hashed. Without a hash it takes as long, and is never true: who asks does not learn
   * whether there is an account.
   * @throws LIMITED when too many wait already
   */
  async verify(password: string, hash: string | undefined): Promise<boolean> {
    return (await this.#run({ type: 'verify', password, hash: hash ?? null })) === true;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    await this.#pool.destroy();
  }

  /**
   * For whoever has something to ask of the database before: a flood that is refused anyway must not stand in its way.
   * @throws LIMITED when too many wait already
   */
  async requireRoom(): Promise<void> {
    const waitMs = this.#tooLongMs();
    if (waitMs !== null) await this.#refuse(waitMs);
  }

  /** How long whoever comes now would have to wait; null where that is bearable. */
  #tooLongMs(): number | null {
    const ahead = this.#pool.queueSize / threads;
    const waitMs = ahead * this.#hashMs;
    return ahead >= leastQueue && waitMs > longestWaitMs ? Math.ceil(waitMs) : null;
  }

  async #refuse(retryAfterMs: number): Promise<never> {
    await this.#pause.take();
    throw new ParleyError('LIMITED', 'unable to check the password; too many are being checked, try again', {
      retryAfterMs,
    });
  }

  async #run(task: PasswordTask): Promise<string | boolean> {
    const waitMs = this.#tooLongMs();
    if (waitMs !== null) return this.#refuse(waitMs);
    try {
      const { answer, ms } = await this.#pool.run(task);
      this.#hashMs += (ms - this.#hashMs) / 4;
      return answer;
    } catch (error) {
      if (!this.#closed) throw error;
      throw new ParleyError('UNAVAILABLE', 'unable to check the password; the server is closing', {
        cause: error,
      });
    }
  }
}
