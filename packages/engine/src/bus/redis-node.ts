import { Redis, type RedisOptions } from 'ioredis';
import type { Log } from '../log.ts';
import { type Dialect, isElsewhere } from './dialect.ts';
import { Pings } from './pings.ts';

const prefix = 'parley:';
/** What a channel is called in Redis. */
export const nameOf = (channel: string): string => prefix + channel;
/** Channels subscribed to anew at once: so few that all are answered long before the time for a command is over. */
const batchSize = 1_000;

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

/** What a node tells the bus it belongs to. */
export interface NodeListener {
  heard(channel: string, payload: string): void;
  /** It may be connected now, or not any more. */
  changed(): void;
  /** It refused a channel, or gave one up: another node of the cluster may have it. */
  moved(): void;
  /** A payload that nobody will hear. */
  lost(channel: string, payload: string): void;
}

/**
 * One Redis: a connection that publishes and one that listens to the channels it is given. Connects by itself, for
 * ever, until it is disposed, and then listens to the channels again.
 */
export class RedisNode implements Disposable {
  readonly #publisher: Redis;
  readonly #subscriber: Redis;
  readonly #dialect: Dialect;
  readonly #listener: NodeListener;
  readonly #log: Log;
  readonly #pings: Pings;
  /** Those to listen to, with their acknowledgements where they are on the connection. */
  readonly #channels = new Map<string, Promise<boolean> | null>();
  /** Whether new subscriptions can join the connection. */
  #listening = false;
  /** Whether those from before the connection, or from before they were moved, have been acknowledged. */
  #resumed = false;
  /** Counts how often all channels were subscribed to: what fails late must not end a newer connection. */
  #rounds = 0;
  #closed = false;

  constructor(url: string, dialect: Dialect, listener: NodeListener, log: Log) {
    this.#dialect = dialect;
    this.#listener = listener;
    this.#log = log;
    this.#publisher = this.#connect(url, 'parley-publish');
    this.#subscriber = this.#connect(url, 'parley-subscribe');
    this.#subscriber.on('ready', () => void this.#resume());
    this.#subscriber.on('moved', () => this.#moved());
    this.#subscriber.on(dialect.event, (name: string, payload: string) => {
      const channel = name.slice(prefix.length);
      if (this.#channels.has(channel)) listener.heard(channel, payload);
    });
    const checks = [
      { redis: this.#publisher, check: () => dialect.check(this.#publisher) },
      { redis: this.#subscriber, check: () => this.#subscriber.ping().then(() => true) },
    ];
    this.#pings = new Pings(checks, () => this.#changed());
  }

  /** Whether what is published here is thought to arrive, and what is published elsewhere to be heard here. */
  get connected(): boolean {
    const ready = this.#publisher.status === 'ready' && this.#subscriber.status === 'ready';
    return ready && this.#resumed && !this.#pings.doubtful;
  }

  publish(channel: string, payload: string): void {
    this.#send(channel, payload, () => this.#listener.lost(channel, payload));
  }

  /** Publishes what nobody misses later. */
  whisper(channel: string, payload: string): void {
    // What a doubtful connection takes would be said too late.
    if (this.connected) this.#send(channel, payload, () => {});
  }

  #send(channel: string, payload: string, onLost: () => void): void {
    if (this.#publisher.status !== 'ready') return onLost();
    this.#gather();
    this.#dialect.publish(this.#publisher, nameOf(channel), payload).catch((error: unknown) => {
      this.#log.debug({ err: error, channel }, 'publish lost');
      onLost();
      if (isElsewhere(error) && !this.#closed) this.#listener.moved();
    });
  }

  /** What is published in one turn of the event loop leaves in one write: a batch of messages may concern many channels. */
  #gather(): void {
    const { stream } = this.#publisher;
    if (stream.writableCorked > 0) return;
    stream.cork();
    process.nextTick(() => stream.uncork());
  }

  /** Listens to channels, too; resolves once all of them are acknowledged, or at once while it is not connected. */
  async subscribe(channels: readonly string[]): Promise<void> {
    const fresh = channels.filter((channel) => !this.#channels.has(channel));
    for (const channel of fresh) this.#channels.set(channel, null);
    if (!this.#listening) return;
    if (fresh.length > 0) void this.#acknowledge(fresh);
    await Promise.all(channels.map(async (channel) => this.#channels.get(channel)));
  }

  unsubscribe(channels: readonly string[]): void {
    for (const channel of channels) this.#channels.delete(channel);
    if (!this.#listening) return;
    this.#dialect.unsubscribe(this.#subscriber, channels.map(nameOf)).catch((error: unknown) => {
      if (!isElsewhere(error)) this.#lost();
    });
  }

  /** Listens to exactly these channels; where that is a change, not connected until all of them are acknowledged. */
  follow(channels: readonly string[]): void {
    const wanted = new Set(channels);
    const more = channels.filter((channel) => !this.#channels.has(channel));
    // A node ends the subscriptions of what it gives up by itself.
    for (const channel of this.#channels.keys()) if (!wanted.has(channel)) this.#channels.delete(channel);
    for (const channel of more) this.#channels.set(channel, null);
    if (this.#listening && (more.length > 0 || !this.#resumed)) void this.#resume();
  }

  [Symbol.dispose](): void {
    this.#closed = true;
    this.#pings[Symbol.dispose]();
    this.#publisher.disconnect();
    this.#subscriber.disconnect();
  }

  #connect(url: string, connectionName: string): Redis {
    const redis = new Redis(url, { ...options, connectionName });
    // Without a listener an error ends the process. They come by the hundred while Redis is away: tell changes only.
    redis.on('error', (error) => this.#log.debug({ err: error }, 'redis error'));
    redis.on('ready', () => {
      this.#pings.begin(redis);
      this.#changed();
    });
    redis.on('close', () => this.#lost());
    return redis;
  }

  /** Subscribes; a subscription that is not answered in time means the connection is of no use. */
  #acknowledge(channels: readonly string[]): Promise<boolean> {
    const round = this.#rounds;
    const acknowledged = this.#dialect.subscribe(this.#subscriber, channels.map(nameOf)).then(
      () => true,
      (error: unknown) => {
        if (round !== this.#rounds || this.#closed) return false;
        if (isElsewhere(error)) this.#moved();
        else {
          this.#rounds += 1;
          this.#subscriber.disconnect(true);
        }
        return false;
      },
    );
    for (const channel of channels) this.#channels.set(channel, acknowledged);
    return acknowledged;
  }

  async #resume(): Promise<void> {
    this.#rounds += 1;
    const round = this.#rounds;
    this.#resumed = false;
    // New subscriptions join the connection from here on; the ones from before are all in this list.
    this.#listening = true;
    const before = [...this.#channels.keys()];
    for (let at = 0; at < before.length; at += batchSize) {
      const batch = before.slice(at, at + batchSize).filter((channel) => this.#channels.has(channel));
      const acknowledged = batch.length === 0 || (await this.#acknowledge(batch));
      if (!acknowledged || round !== this.#rounds) return;
    }
    if (this.#subscriber.status !== 'ready' || round !== this.#rounds) return;
    this.#resumed = true;
    this.#changed();
  }

  #moved(): void {
    if (this.#closed) return;
    this.#resumed = false;
    this.#rounds += 1;
    this.#listener.moved();
  }

  #lost(): void {
    if (this.#subscriber.status !== 'ready') {
      this.#listening = false;
      this.#resumed = false;
    }
    this.#changed();
  }

  #changed(): void {
    if (!this.#closed) this.#listener.changed();
  }
}
