/**
 * Carries events between server processes. It is trusted for speed, never for delivery: what it loses, head checks
 * repair. Nobody waits for a publish.
 */
export interface Bus extends AsyncDisposable {
  /** How far it reaches: this process, or every process on the same Redis. */
  readonly kind: 'memory' | 'redis';
  /** Whether publishes are thought to arrive. */
  readonly connected: boolean;
  /** Sends to every process that listens to the channel, this one included. Never throws. */
  publish(channel: string, payload: string): void;
  /** Publishes what is of no use later: where it does not arrive at once it is lost, and not sent again. Never throws. */
  whisper(channel: string, payload: string): void;
  /**
   * Listens to channels; resolves once all of them are acknowledged, so that whatever is published afterwards arrives.
   * While the bus is not connected it resolves at once: `onReconnect` follows when they have been acknowledged.
   */
  subscribe(channels: readonly string[], listener: BusListener): Promise<void>;
  /** Stops listening to channels this listener was subscribed to. Takes effect at once. */
  unsubscribe(channels: readonly string[], listener: BusListener): void;
  /** Calls back whenever the bus is connected again after it was not: what was published in between is lost. */
  onReconnect(listener: () => void): () => void;
}

export type BusListener = (channel: string, payload: string) => void;
