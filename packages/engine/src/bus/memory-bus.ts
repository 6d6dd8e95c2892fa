import type { Bus, BusListener } from './bus.ts';
import { Channels } from './channels.ts';

/** The bus of a single process. Delivery is asynchronous, as it is between processes. */
export function memoryBus(): Bus {
  const channels = new Channels();
  let closed = false;
  const publish = (channel: string, payload: string): void => {
    setImmediate(() => {
      if (!closed) channels.emit(channel, payload);
    });
  };
  return {
    kind: 'memory',
    connected: true,
    publish,
    whisper: publish,
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
