import { Redis, type RedisOptions } from 'ioredis';
import type { Log } from '../log.ts';
import type { Bus, BusListener } from './bus.ts';
import { Channels } from './channels.ts';

const prefix = 'parley:';
/** Between two pings on each connection: a frozen Redis still looks ready, only an unanswered ping tells. */
const pingMs = 500;
/** For an answer to a ping, before publishes are thought to be lost. The connection is given up only later. */
const doubtMs = 500;
const names = (channels: readonly string[]) => channels.map((channel) => prefix + channel);

const options = {
  // What cannot be sent now is lost, as pub/sub may be: a queue would grow without bound while Redis is away.
  enableOfflineQueue: false,
  maxRetriesPerRequest: 1,
  connectTimeout: 2_000,
  commandTimeout: 2_000,
  socketTimeout: 3_000,
  retryStrategy: (times: number) =>
    Math.min(100 * 2 ** Math.min(times, 5), 2_000) * (0.5 + Math.random() / 2),
  // Done by hand, as what was lost meanwhile has to be looked for only once the channels are acknowledged.
  autoResubscribe: false,
  autoResendUnfulfilledCommands: false,
} satisfies RedisOptions;

/** The bus between processes, over Redis pub/sub. Connects by itself, for ever, until it is disposed. */
class RedisBus implements Bus {
  readonly kind = 'redis';
  readonly #publisher: Redis;
  readonly #subscriber: Redis;
  readonly #log: Log;
  readonly #channels = new Channels();
  readonly #acknowledged = new Map<string, Promise<void>>();
  readonly #onReconnect = new Set<() => void>();
  readonly #pings: NodeJS.Timeout;
  /** Whether new subscriptions can join the connection. */
  #listening = false;
  /** Whether those from before the connection have been acknowledged. */
  #resumed = false;
  /** Counts connections of the subscriber: what fails late must not end a newer one. */
  #connections = 0;
  /** Connections that let a ping wait. */
  readonly #doubted = new Set<Redis>();
  #reported: boolean | null = null;
  #closed = false;

  constructor(url: string, log: Log) {
    this.#log = log;
    this.#publisher = this.#connect(url, 'parley-publish');
    this.#subscriber = this.#connect(url, 'parley-subscribe');
    this.#subscriber.on('ready', () => void this.#resubscribe());
    this.#subscriber.on('message', (channel: string, payload: string) => {
      this.#channels.emit(channel.slice(prefix.length), payload);
    });
    this.#pings = setInterval(() => this.#ping(), pingMs);
  }

  get connected(): boolean {
    const ready = this.#publisher.status === 'ready' && this.#subscriber.status === 'ready';
    return ready && this.#resumed && this.#doubted.size === 0;
  }

  publish(channel: string, payload: string): void {
    if (this.#publisher.status !== 'ready') return;
    this.#publisher.publish(prefix + channel, payload).catch((error: unknown) => {
      this.#log.debug({ err: error, channel }, 'publish lost');
    });
  }

  async subscribe(channels: readonly string[], listener: BusListener): Promise<void> {
    const fresh = this.#channels.add(channels, listener);
    if (!this.#listening) return;
    if (fresh.length > 0) await this.#acknowledge(fresh);
    await Promise.all(channels.flatMap((channel) => this.#acknowledged.get(channel) ?? []));
  }

  unsubscribe(channels: readonly string[], listener: BusListener): void {
    const idle = this.#channels.remove(channels, listener);
    if (idle.length === 0) return;
    for (const channel of idle) this.#acknowledged.delete(channel);
    if (!this.#listening) return;
    this.#subscriber.unsubscribe(...names(idle)).catch(() => this.#lost());
  }

  onReconnect(listener: () => void): () => void {
    this.#onReconnect.add(listener);
    return () => this.#onReconnect.delete(listener);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    clearInterval(this.#pings);
    this.#publisher.disconnect();
    this.#subscriber.disconnect();
  }

  #connect(url: string, connectionName: string): Redis {
    const redis = new Redis(url, { ...options, connectionName });
    // Without a listener an error ends the process. They come by the hundred while Redis is away: tell changes only.
    redis.on('error', (error) => this.#log.debug({ err: error }, 'redis error'));
    redis.on('ready', () => this.#report());
    redis.on('close', () => {
      this.#doubted.delete(redis);
      this.#lost();
    });
    return redis;
  }

  /** Subscribes; a subscription that is not acknowledged in time means the connection is of no use. */
  #acknowledge(channels: readonly string[]): Promise<void> {
    const connection = this.#connections;
    const acknowledged = this.#subscriber
      .subscribe(...names(channels))
      .then(() => {})
      .catch(() => {
        if (connection !== this.#connections || this.#closed) return;
        this.#connections += 1;
        this.#subscriber.disconnect(true);
      });
    for (const channel of channels) this.#acknowledged.set(channel, acknowledged);
    return acknowledged;
  }

  async #resubscribe(): Promise<void> {
    this.#connections += 1;
    const connection = this.#connections;
    this.#acknowledged.clear();
    // New subscriptions join the connection from here on; the ones from before are all in this call.
    this.#listening = true;
    const channels = this.#channels.names();
    if (channels.length > 0) await this.#acknowledge(channels);
    if (this.#subscriber.status !== 'ready' || connection !== this.#connections) return;
    this.#resumed = true;
    this.#report();
  }

  #ping(): void {
    for (const redis of [this.#publisher, this.#subscriber]) {
      if (redis.status === 'ready') void this.#pingOne(redis);
    }
  }

  async #pingOne(redis: Redis): Promise<void> {
    const { stream } = redis;
    let answered = false;
    const late = setTimeout(() => {
      // An answer that came while this process was busy is heard first.
      setImmediate(() => {
        if (answered || redis.stream !== stream || redis.status !== 'ready') return;
        this.#doubted.add(redis);
        this.#report();
      });
    }, doubtMs);
    try {
      await redis.ping();
      if (redis.stream === stream && this.#doubted.delete(redis)) this.#report();
    } catch {
      if (redis.stream === stream && !this.#closed) redis.disconnect(true);
    } finally {
      answered = true;
      clearTimeout(late);
    }
  }

  #lost(): void {
    if (this.#subscriber.status !== 'ready') {
      this.#listening = false;
      this.#resumed = false;
    }
    this.#report();
  }

  #report(): void {
    if (this.#closed || this.#reported === this.connected) return;
    this.#reported = this.connected;
    if (this.connected) {
      this.#log.info({}, 'bus connected');
      for (const listener of this.#onReconnect) listener();
    } else this.#log.warn({}, 'bus not connected; events travel by the database until it is');
  }
}

/** @param url as `redis://:password@host:port/0` */
export function redisBus(url: string, log: Log): Bus {
  return new RedisBus(url, log);
}
