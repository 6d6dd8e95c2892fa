import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { listen } from './listen.ts';

/** What becomes of a WebSocket: it is refused, its upgrade is never answered, or it opens and nothing passes through it. */
export type Block = 'refuse' | 'swallow' | 'mute';

/** A proxy as some companies and hotels have them: plain HTTP passes, streams included, WebSockets do not. */
export interface StrictProxy extends AsyncDisposable {
  readonly url: string;
  /** WebSockets asked for so far. */
  readonly upgrades: number;
  /** What it does to WebSockets from now on; null lets them through. */
  block(how: Block | null): void;
  /** Ends every connection. */
  cut(): void;
}

/** @param target the port on 127.0.0.1 it forwards to */
export async function startStrictProxy(target: () => number, how: Block | null): Promise<StrictProxy> {
  const open = new Set<Socket>();
  let block = how;
  let upgrades = 0;
  const keep = (socket: Socket) => {
    open.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => open.delete(socket));
  };
  const server = createServer((client) => {
    keep(client);
    // A WebSocket has a connection of its own, so what it is shows in the first bytes.
    client.once('data', (head: Buffer) => {
      const upgrade = /^upgrade: *websocket/im.test(head.toString('latin1'));
      if (upgrade) upgrades += 1;
      if (upgrade && block === 'refuse') client.end('HTTP/1.1 403 Forbidden\r\nconnection: close\r\n\r\n');
      if (upgrade && (block === 'refuse' || block === 'swallow')) return;
      const upstream = connect(target(), '127.0.0.1');
      keep(upstream);
      client.on('close', () => upstream.destroy());
      upstream.on('close', () => client.destroy());
      upstream.write(head);
      if (upgrade && block === 'mute') upstream.once('data', (answer: Buffer) => client.write(answer));
      else client.pipe(upstream).pipe(client);
    });
  });
  const url = `http://127.0.0.1:${await listen(server)}`;
  const cut = () => {
    for (const socket of open) socket.destroy();
  };
  return {
    url,
    get upgrades() {
      return upgrades;
    },
    block(now) {
      block = now;
    },
    cut,
    async [Symbol.asyncDispose]() {
      cut();
      server.close();
      await once(server, 'close');
    },
  };
}
