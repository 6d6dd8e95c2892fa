import { once } from 'node:events';
import net from 'node:net';

/** What goes to the server, and what comes back from it. */
export type Direction = 'request' | 'reply';

/** A TCP link to a server that can hold up, swallow or cut what goes through it. */
export interface Link extends AsyncDisposable {
  /** The address to use instead of the server's own. */
  readonly url: string;
  /** Is told of everything that comes by, and waited for before that goes on. */
  onPass: ((direction: Direction) => Promise<void> | void) | null;
  /** Swallows what goes through the connections there are now, in one direction or both; new ones work. */
  swallow(direction?: Direction): void;
  /** Ends the connections there are now. */
  cut(): void;
}

export async function link(to: string): Promise<Link> {
  const target = new URL(to);
  const swallowing = new Map<net.Socket, Set<Direction>>();
  const self: { onPass: Link['onPass'] } = { onPass: null };
  const server = net.createServer((near) => {
    const far = net.connect(Number(target.port), target.hostname);
    const swallowed = new Set<Direction>();
    swallowing.set(near, swallowed);
    near.on('close', () => swallowing.delete(near));
    carry(near, far, async (data) => {
      await self.onPass?.('request');
      if (!swallowed.has('request')) far.write(data);
    });
    carry(far, near, async (data) => {
      await self.onPass?.('reply');
      if (!swallowed.has('reply')) near.write(data);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const url = new URL(target);
  url.port = String(typeof address === 'object' ? address?.port : address);
  const cut = () => {
    for (const socket of swallowing.keys()) socket.destroy();
  };
  return Object.assign(self, {
    url: url.href,
    swallow(direction?: Direction) {
      for (const swallowed of swallowing.values()) {
        for (const each of direction === undefined ? (['request', 'reply'] as const) : [direction])
          swallowed.add(each);
      }
    },
    cut,
    async [Symbol.asyncDispose]() {
      cut();
      server.close();
      await once(server, 'close');
    },
  });
}

/** Hands on what comes from a socket, in order, and its end. */
function carry(from: net.Socket, to: net.Socket, pass: (data: Buffer) => Promise<void>): void {
  let passed = Promise.resolve();
  from.on('error', () => {});
  from.on('close', () => void passed.then(() => to.destroy()));
  from.on('data', (data) => {
    passed = passed.then(() => pass(data));
  });
}
