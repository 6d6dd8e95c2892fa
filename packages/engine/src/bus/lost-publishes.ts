import type { Bus } from './bus.ts';

const most = 1_000;

/**
 * What could not be published, the latest of each channel. It is sent again once the bus is back: whoever was connected
 * all the time does not look for what was lost, and sees by the latest that something was.
 */
export class LostPublishes {
  readonly #payloads = new Map<string, string>();

  keep(channel: string, payload: string): void {
    this.#payloads.delete(channel);
    this.#payloads.set(channel, payload);
    const [oldest] = this.#payloads.keys();
    if (this.#payloads.size > most && oldest !== undefined) this.#payloads.delete(oldest);
  }

  sendAgain(bus: Pick<Bus, 'publish'>): void {
    const payloads = [...this.#payloads];
    this.#payloads.clear();
    for (const [channel, payload] of payloads) bus.publish(channel, payload);
  }
}
