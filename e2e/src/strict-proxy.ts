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
    const upstream = connect(target(), '127.0.0.1');
    keep(upstream);
    client.on('close', () => upstream.destroy());
    upstream.on('close', () => client.destroy());
    let blocked: Block | null = null;
    let answered = false;
    client.on('data', (chunk: Buffer) => {
      // A connection may have served plain requests before.
      const upgrade = asksForWebSocket(chunk);
      if (upgrade) upgrades += 1;
      if (upgrade && block === 'refuse') client.end('HTTP/1.1 403 Forbidden\r\nconnection: close\r\n\r\n');
      else if (upgrade && block !== null) blocked = block;
      if (blocked === null || (upgrade && blocked === 'mute')) upstream.write(chunk);
    });
    upstream.on('data', (chunk: Buffer) => {
      if (blocked === null || (blocked === 'mute' && !answered)) client.write(chunk);
      answered = blocked === 'mute';
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

function asksForWebSocket(chunk: Buffer): boolean {
  const head = chunk.toString('latin1');
  return head.startsWith('GET ') && /^upgrade: *websocket/im.test(head);
}
