import type { Bus, BusListener } from './bus.ts';
import { Channels } from './channels.ts';

/** The bus of a single process. Delivery is asynchronous, as it is between processes. */
export function memoryBus(): Bus {
  const channels = new Channels();
  let closed = false;
  return {
    kind: 'memory',
    connected: true,
    publish(channel, payload) {
      setImmediate(() => {
        if (!closed) channels.emit(channel, payload);
      });
    },
    async subscribe(names: readonly string[], listener: BusListener) {
      channels.add(names, listener);
    },
    unsubscribe(names: readonly string[], listener: BusListener) {
      channels.remove(names, listener);
    },
    onReconnect: () => () => {},
    async [Symbol.asyncDispose]() {
      closed = true;
    },
  };
}
