import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { listen } from './listen.ts';

/** A TCP balancer on 127.0.0.1: each connection goes to the first server of the list that takes it. */
export interface Balancer extends AsyncDisposable {
  readonly url: string;
  /** Says where the servers listen, first choice first. */
  route(ports: readonly number[]): void;
  /** Ends every connection. */
  cut(): void;
}

export interface BalancerOptions {
  /** Whether connections begin the list at one server after the other, instead of at the first one. */
  readonly inTurn?: boolean;
}

const connectMs = 1_000;

/** It stands before its servers do, as they have to be told its address: it is the origin of the pages behind it. */
export async function startBalancer({ inTurn = false }: BalancerOptions = {}): Promise<Balancer> {
  const open = new Set<Socket>();
  let ports: readonly number[] = [];
  let made = 0;
  const server = createServer((client) => {
    open.add(client);
    client.on('close', () => open.delete(client));
    const first = inTurn ? made % ports.length : 0;
    made += 1;
    void forward(client, [...ports.slice(first), ...ports.slice(0, first)]);
  });
  const listening = await listen(server);
  return {
    url: `http://127.0.0.1:${listening}`,
    route(servers) {
      ports = servers;
    },
    cut() {
      for (const client of open) client.destroy();
    },
    async [Symbol.asyncDispose]() {
      for (const client of open) client.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

async function forward(client: Socket, ports: readonly number[]): Promise<void> {
  client.on('error', () => client.destroy());
  for (const port of ports) {
    const upstream = await dial(port);
    if (upstream === null) continue;
    upstream.on('error', () => upstream.destroy());
    client.on('close', () => upstream.destroy());
    upstream.on('close', () => client.destroy());
    client.pipe(upstream).pipe(client);
    return;
  }
  client.destroy();
}

async function dial(port: number): Promise<Socket | null> {
  const upstream = connect({ port, host: '127.0.0.1' });
  try {
    await once(upstream, 'connect', { signal: AbortSignal.timeout(connectMs) });
    return upstream;
  } catch {
    upstream.destroy();
    return null;
  }
}
