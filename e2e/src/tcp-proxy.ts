import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { listen } from './listen.ts';

/** A TCP proxy on 127.0.0.1 that can do to connections what networks do. */
export interface TcpProxy extends AsyncDisposable {
  readonly port: number;
  /** Says where to connect to; new connections go there. */
  route(port: number): void;
  /** Breaks every connection with a reset. */
  reset(): void;
  /** While on, nothing passes in either direction, and new connections are taken and left without an answer. */
  blackhole(on: boolean): void;
  /** Lets so many bytes a second pass in each direction of each connection; null for any number. */
  throttle(bytesPerSecond: number | null): void;
  /** Ends every connection in one direction: the client is told that no more comes, and what it sends still passes. */
  halfClose(): void;
}

interface Link {
  readonly client: Socket;
  upstream: Socket | null;
}

/** Starts one. @param target the port on 127.0.0.1 it forwards to */
export async function startTcpProxy(target: number): Promise<TcpProxy> {
  const links = new Set<Link>();
  let port = target;
  let black = false;
  let rate: number | null = null;

  const server = createServer({ allowHalfOpen: true }, (client) => {
    const link: Link = { client, upstream: null };
    links.add(link);
    client.on('close', () => links.delete(link));
    client.on('error', () => end(link));
    if (black) client.pause();
    else dial(link);
  });

  function dial(link: Link): void {
    const { client } = link;
    const upstream = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    link.upstream = upstream;
    upstream.on('error', () => end(link));
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      from.on('data', (chunk: Buffer) => pass(from, to, chunk));
      from.on('end', () => to.end());
      from.on('close', () => to.destroy());
      to.on('drain', () => !black && from.resume());
    }
  }

  function pass(from: Socket, to: Socket, chunk: Buffer): void {
    if (!to.write(chunk)) from.pause();
    if (rate === null) return;
    from.pause();
    setTimeout(() => !black && from.resume(), (chunk.length / rate) * 1_000);
  }

  const listening = await listen(server);
  return {
    port: listening,
    route(to) {
      port = to;
    },
    reset() {
      for (const { client, upstream } of links) {
        client.resetAndDestroy();
        upstream?.resetAndDestroy();
      }
    },
    blackhole(on) {
      black = on;
      for (const link of links) {
        for (const socket of [link.client, link.upstream]) {
          if (on) socket?.pause();
          else socket?.resume();
        }
        if (!on && link.upstream === null) dial(link);
      }
    },
    throttle(bytesPerSecond) {
      rate = bytesPerSecond;
    },
    halfClose() {
      for (const { client } of links) client.end();
    },
    async [Symbol.asyncDispose]() {
      for (const link of links) end(link);
      server.close();
      await once(server, 'close');
    },
  };
}

function end({ client, upstream }: Link): void {
  client.destroy();
  upstream?.destroy();
}
