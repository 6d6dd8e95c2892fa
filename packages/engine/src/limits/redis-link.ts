import { Cluster, Redis, type RedisOptions } from 'ioredis';
import type { Log } from '../log.ts';

/** Where processes count together. */
export type LimitsRedis = { readonly url: string } | { readonly clusterUrls: readonly string[] };

/** For an answer to a call that waits for it; beyond it the process counts alone. */
const patienceMs = 100;
/** Between two signs of life that Redis is asked for. */
const pingMs = 500;

const options = {
  connectionName: 'parley-limits',
  enableOfflineQueue: false,
  maxRetriesPerRequest: 0,
  connectTimeout: 2_000,
  commandTimeout: 1_000,
  socketTimeout: 3_000,
  retryStrategy: (times: number) =>
    Math.min(100 * 2 ** Math.min(times, 5), 2_000) * (0.5 + Math.random() / 2),
} satisfies RedisOptions;

/**
 * A connection to Redis, or to a cluster, that nobody waits for: of use only while it has answered lately. One that is
 * frozen still looks ready.
 */
export class RedisLink implements Disposable {
  readonly client: Redis | Cluster;
  readonly #log: Log;
  readonly #timer: NodeJS.Timeout;
  #answers = false;
  #asking = false;
  #closed = false;

  constructor(redis: LimitsRedis, log: Log) {
    this.#log = log;
    this.client = 'url' in redis ? new Redis(redis.url, options) : clusterOf(redis.clusterUrls);
    // Without a listener an error ends the process. They come by the hundred while Redis is away: tell changes only.
    this.client.on('error', (error: unknown) => log.debug({ err: error }, 'redis error'));
    this.client.on('ready', () => void this.#ping());
    this.client.on('close', () => this.#tell(false));
    this.#timer = setInterval(() => void this.#ping(), pingMs);
  }

  /** Whether it is worth asking. */
  get answers(): boolean {
    return this.#answers && this.client.status === 'ready';
  }

  /** What Redis answers, if it does in time. @throws Error, and is not asked again before it has given a sign of life */
  async ask<T>(question: Promise<T>): Promise<T> {
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(() => {
      // An answer that came while this process was busy is heard first.
      setImmediate(() => late.reject(new Error('no answer in time')));
    }, patienceMs);
    try {
      return await Promise.race([question, late.promise]);
    } catch (error) {
      this.#tell(false);
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  [Symbol.dispose](): void {
    this.#closed = true;
    clearInterval(this.#timer);
    this.client.disconnect();
  }

  async #ping(): Promise<void> {
    if (this.#asking || this.client.status !== 'ready') return;
    this.#asking = true;
    try {
      const nodes = this.client instanceof Cluster ? this.client.nodes('master') : [this.client];
      await this.ask(Promise.all(nodes.map((node) => node.ping())));
      this.#tell(true);
    } catch (error) {
      this.#log.debug({ err: error }, 'redis silent');
    } finally {
      this.#asking = false;
    }
  }

  #tell(answers: boolean): void {
    if (this.#answers === answers || this.#closed) return;
    this.#answers = answers;
    if (answers) this.#log.info({}, 'limits are counted in Redis');
    else this.#log.warn({}, 'limits are counted by each process for itself; Redis does not answer');
  }
}

function clusterOf(urls: readonly string[]): Cluster {
  const [first] = urls.map((url) => new URL(url));
  const { commandTimeout, connectTimeout, socketTimeout, connectionName } = options;
  return new Cluster([...urls], {
    enableOfflineQueue: false,
    clusterRetryStrategy: options.retryStrategy,
    redisOptions: {
      ...{ commandTimeout, connectTimeout, socketTimeout, connectionName },
      ...(first?.username ? { username: decodeURIComponent(first.username) } : {}),
      ...(first?.password ? { password: decodeURIComponent(first.password) } : {}),
      ...(first?.protocol === 'rediss:' ? { tls: {} } : {}),
    },
  });
}
