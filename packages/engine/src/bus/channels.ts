import type { BusListener } from './bus.ts';

/** Who listens to which channel in this process. */
export class Channels {
  readonly #listeners = new Map<string, Set<BusListener>>();

  names(): string[] {
    return [...this.#listeners.keys()];
  }

  has(name: string): boolean {
    return this.#listeners.has(name);
  }

  /** @returns the channels nobody listened to before */
  add(names: readonly string[], listener: BusListener): string[] {
    const fresh: string[] = [];
    for (const name of names) {
      const listeners = this.#listeners.get(name);
      if (listeners !== undefined) listeners.add(listener);
      else {
        this.#listeners.set(name, new Set([listener]));
        fresh.push(name);
      }
    }
    return fresh;
  }

  /** @returns the channels nobody listens to any more */
  remove(names: readonly string[], listener: BusListener): string[] {
    const idle: string[] = [];
    for (const name of names) {
      const listeners = this.#listeners.get(name);
      if (!listeners?.delete(listener) || listeners.size > 0) continue;
      this.#listeners.delete(name);
      idle.push(name);
    }
    return idle;
  }

  emit(channel: string, payload: string): void {
    for (const listener of [...(this.#listeners.get(channel) ?? [])]) listener(channel, payload);
  }
}
