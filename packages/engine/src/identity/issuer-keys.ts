import { ParleyError } from '@parley/contract';
import { createRemoteJWKSet, errors, type JWTVerifyGetKey } from 'jose';
import type { Log } from '../log.ts';

export interface IssuerKeysOptions {
  /** Where the issuer publishes its public keys (RFC 7517). */
  readonly url: string;
  readonly log: Log;
  /** For an answer, in milliseconds. */
  readonly timeoutMs?: number;
  /** Between two reads for the sake of a key that is not known, in milliseconds. */
  readonly cooldownMs?: number;
  /** Between two reads for what may have been withdrawn, in milliseconds. */
  readonly renewMs?: number;
}

/** After a failed read, until the next, in milliseconds. */
const retryMs = 1_000;

/**
 * The public keys of an issuer: read when first needed, when a key is not known, and now and then. Those that were read go
 * on counting while the address is away.
 */
export class IssuerKeys {
  readonly #options: Required<IssuerKeysOptions>;
  readonly #remote: ReturnType<typeof createRemoteJWKSet>;
  #readAt: number | null = null;
  #retryAt = 0;

  constructor(options: IssuerKeysOptions) {
    this.#options = { timeoutMs: 5_000, cooldownMs: 10_000, renewMs: 600_000, ...options };
    // It would read by itself, and let go of what it has while it cannot: here it is told when.
    const never = { cacheMaxAge: Infinity, cooldownDuration: Infinity };
    this.#remote = createRemoteJWKSet(new URL(options.url), {
      ...never,
      timeoutDuration: this.#options.timeoutMs,
    });
  }

  /** @throws UNAVAILABLE when the key is not known and the address does not answer */
  readonly find: JWTVerifyGetKey = async (header, token) => {
    if (this.#readAt === null) await this.#read();
    else if (this.#isOlderThan(this.#options.renewMs)) void this.#read().catch(() => {});
    try {
      return await this.#remote(header, token);
    } catch (error) {
      const unknown = error instanceof errors.JWKSNoMatchingKey;
      if (!unknown || !this.#isOlderThan(this.#options.cooldownMs)) throw error;
      await this.#read();
      return this.#remote(header, token);
    }
  };

  #isOlderThan(ms: number): boolean {
    return Date.now() >= (this.#readAt ?? 0) + ms;
  }

  async #read(): Promise<void> {
    if (Date.now() < this.#retryAt) throw away();
    try {
      // Those who ask while it is being read share the answer.
      await this.#remote.reload();
      this.#readAt = Date.now();
    } catch (error) {
      this.#retryAt = Date.now() + retryMs;
      this.#options.log.warn({ err: error, url: this.#options.url }, 'unable to read the keys of the issuer');
      throw away(error);
    }
  }
}

function away(cause?: unknown): ParleyError {
  return new ParleyError('UNAVAILABLE', 'unable to sign in; the keys of the issuer cannot be read', {
    cause,
  });
}
