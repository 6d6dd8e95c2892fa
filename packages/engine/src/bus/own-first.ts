import type { Bus, BusListener } from './bus.ts';
import { Channels } from './channels.ts';

/** Echoes waited for at most; what is beyond them is heard twice. */
const mostEchoes = 10_000;
/** For what was published to come back, in milliseconds: two to three times as long it is known again. */
const echoMs = 5_000;

/**
 * A bus between processes on which this process hears what it publishes itself at once, connected or not. When it comes back
 * over the bus it is let go by; where it is not recognised, it is heard twice, which a bus may do.
 */
export function ownFirst(bus: Bus): Bus {
  return new OwnFirst(bus);
}

class OwnFirst implements Bus {
  readonly #bus: Bus;
  readonly #channels = new Channels();
  readonly #echoes = new Echoes();
  #closed = false;

  constructor(bus: Bus) {
    this.#bus = bus;
  }

  get kind(): Bus['kind'] {
    return this.#bus.kind;
  }

  get connected(): boolean {
    return this.#bus.connected;
  }

  publish(channel: string, payload: string): void {
    this.#hear(channel, payload);
    this.#bus.publish(channel, payload);
  }

  whisper(channel: string, payload: string): void {
    this.#hear(channel, payload);
    this.#bus.whisper(channel, payload);
  }

  async subscribe(channels: readonly string[], listener: BusListener): Promise<void> {
    this.#channels.add(channels, listener);
    await this.#bus.subscribe(channels, this.#onPayload);
  }

  unsubscribe(channels: readonly string[], listener: BusListener): void {
    const idle = this.#channels.remove(channels, listener);
    if (idle.length > 0) this.#bus.unsubscribe(idle, this.#onPayload);
  }

  onReconnect(listener: () => void): () => void {
    return this.#bus.onReconnect(listener);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    await this.#bus[Symbol.asyncDispose]();
  }

  #hear(channel: string, payload: string): void {
    if (!this.#channels.has(channel)) return;
    // While there is no way over the bus nothing comes back either.
    if (this.connected) this.#echoes.expect(channel, payload);
    // Never within the call, as with every other bus.
    setImmediate(() => {
      if (!this.#closed) this.#channels.emit(channel, payload);
    });
  }

  readonly #onPayload: BusListener = (channel, payload) => {
    if (!this.#echoes.recognise(channel, payload)) this.#channels.emit(channel, payload);
  };
}

/** What was published lately and has not come back. */
class Echoes {
  #recent = new Set<string>();
  #older = new Set<string>();
  #turnedAt = performance.now();

  expect(channel: string, payload: string): void {
    const now = performance.now();
    if (now - this.#turnedAt > echoMs || this.#recent.size >= mostEchoes / 2) {
      this.#older = this.#recent;
      this.#recent = new Set();
      this.#turnedAt = now;
    }
    this.#recent.add(`${channel} ${payload}`);
  }

  recognise(channel: string, payload: string): boolean {
    if (this.#recent.size + this.#older.size === 0) return false;
    const echo = `${channel} ${payload}`;
    return this.#recent.delete(echo) || this.#older.delete(echo);
  }
}
