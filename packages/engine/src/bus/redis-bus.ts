import type { Log } from '../log.ts';
import type { Bus, BusListener } from './bus.ts';
import { Channels } from './channels.ts';
import { ownFirst } from './own-first.ts';
import { Connectedness } from './connectedness.ts';
import { plain } from './dialect.ts';
import { LostPublishes } from './lost-publishes.ts';
import { RedisNode } from './redis-node.ts';

/** @param url as `redis://:password@host:port/0` */
export function redisBus(url: string, log: Log): Bus {
  return ownFirst(new RedisBus(url, log));
}

/** The bus between processes, over the pub/sub of one Redis. Connects by itself, for ever, until it is disposed. */
class RedisBus implements Bus {
  readonly kind = 'redis';
  readonly #node: RedisNode;
  readonly #channels = new Channels();
  readonly #lost = new LostPublishes();
  readonly #connectedness: Connectedness;

  constructor(url: string, log: Log) {
    this.#connectedness = new Connectedness(log);
    this.onReconnect(() => this.#lost.sendAgain(this));
    const listener = {
      heard: (channel: string, payload: string) => this.#channels.emit(channel, payload),
      changed: () => this.#connectedness.tell(this.connected),
      moved() {},
      lost: (channel: string, payload: string) => this.#lost.keep(channel, payload),
    };
    this.#node = new RedisNode(url, plain, listener, log);
  }

  get connected(): boolean {
    return this.#node.connected;
  }

  publish(channel: string, payload: string): void {
    this.#node.publish(channel, payload);
  }

  whisper(channel: string, payload: string): void {
    this.#node.whisper(channel, payload);
  }

  async subscribe(channels: readonly string[], listener: BusListener): Promise<void> {
    this.#channels.add(channels, listener);
    await this.#node.subscribe(channels);
  }

  unsubscribe(channels: readonly string[], listener: BusListener): void {
    const idle = this.#channels.remove(channels, listener);
    if (idle.length > 0) this.#node.unsubscribe(idle);
  }

  onReconnect(listener: () => void): () => void {
    return this.#connectedness.onReconnect(listener);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#node[Symbol.dispose]();
  }
}
