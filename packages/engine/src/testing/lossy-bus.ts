import { type Bus, memoryBus } from '../index.ts';

/** A bus that can lose what is published, as pub/sub may. */
export interface LossyBus extends Bus {
  /** Loses every publish to channels that begin so, until told otherwise. */
  lose(prefix: string | null): void;
  /** As if it were gone: what is published is lost, and it knows. */
  disconnect(): void;
  /** As after a reconnect. */
  reconnect(): void;
  /** Acknowledges no subscription to channels that begin so until what it returns is called. */
  stall(prefix: string): () => void;
  /** The channels somebody listens to. */
  readonly channels: ReadonlySet<string>;
  /** How many wait to hear of a reconnect. */
  readonly listeners: number;
}

export function lossyBus(): LossyBus {
  const bus = memoryBus();
  const listeners = new Set<() => void>();
  const channels = new Set<string>();
  let connected = true;
  let lost: string | null = null;
  let stalled: { prefix: string; over: Promise<void> } | null = null;
  return {
    channels,
    get listeners() {
      return listeners.size;
    },
    kind: bus.kind,
    get connected() {
      return connected;
    },
    publish(channel, payload) {
      if (!connected) return;
      if (lost === null || !channel.startsWith(lost)) bus.publish(channel, payload);
    },
    whisper(channel, payload) {
      this.publish(channel, payload);
    },
    async subscribe(names, listener) {
      for (const name of names) channels.add(name);
      await bus.subscribe(names, listener);
      const { prefix, over } = stalled ?? {};
      if (prefix !== undefined && names.some((name) => name.startsWith(prefix))) await over;
    },
    unsubscribe(names, listener) {
      // Good enough where no channel has listeners in two engines at once.
      for (const name of names) channels.delete(name);
      bus.unsubscribe(names, listener);
    },
    stall(prefix) {
      const { promise, resolve } = Promise.withResolvers<void>();
      stalled = { prefix, over: promise };
      return () => {
        stalled = null;
        resolve();
      };
    },
    onReconnect(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    lose(prefix) {
      lost = prefix;
    },
    disconnect() {
      connected = false;
    },
    reconnect() {
      connected = true;
      for (const listener of listeners) listener();
    },
    [Symbol.asyncDispose]: () => bus[Symbol.asyncDispose](),
  };
}
