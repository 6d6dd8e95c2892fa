import { type Bus, memoryBus } from '../index.ts';

/** A bus that can lose what is published, as pub/sub may. */
export interface LossyBus extends Bus {
  /** Loses every publish to channels that begin so, until told otherwise. */
  lose(prefix: string | null): void;
  /** As after a reconnect. */
  reconnect(): void;
}

export function lossyBus(): LossyBus {
  const bus = memoryBus();
  const listeners = new Set<() => void>();
  let lost: string | null = null;
  return {
    connected: true,
    publish(channel, payload) {
      if (lost === null || !channel.startsWith(lost)) bus.publish(channel, payload);
    },
    subscribe: (channels, listener) => bus.subscribe(channels, listener),
    unsubscribe: (channels, listener) => bus.unsubscribe(channels, listener),
    onReconnect(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    lose(prefix) {
      lost = prefix;
    },
    reconnect() {
      for (const listener of listeners) listener();
    },
    [Symbol.asyncDispose]: () => bus[Symbol.asyncDispose](),
  };
}
