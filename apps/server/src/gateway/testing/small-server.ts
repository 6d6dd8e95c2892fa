import { ParleyError } from '@parley/contract';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Admission } from '../admission.ts';
import { Gateway } from '../gateway.ts';
import type { GatewayLimits } from '../limits.ts';
import type { OpenSession } from '../session.ts';
import { Room, type SmallContext, type SmallRouter, smallRouter } from './small-router.ts';

export interface SmallServer extends AsyncDisposable {
  readonly gateway: Gateway<SmallRouter>;
  readonly server: Server;
  readonly room: Room;
  readonly port: number;
  readonly url: string;
  /** Ends every session of that user. */
  endSessions(user: string): void;
  /** The limits that calls were refused for. */
  readonly limited: readonly string[];
  /** Sessions that are held. */
  readonly held: ReadonlySet<object>;
}

const log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/**
 * A gateway over the small router. A token is a name, or `name@millis` for one that expires then; `bad` is refused and
 * `slow` never answered.
 */
export async function startSmallServer(
  limits: Partial<GatewayLimits> = {},
  room = new Room(),
): Promise<SmallServer> {
  const held = new Set<{ readonly user: string; onEnded(): void }>();
  const open: OpenSession<SmallContext> = async ({ token }) => {
    if (token === 'bad')
      throw new ParleyError('UNAUTHENTICATED', 'unable to sign in; the token is not valid');
    if (token === 'slow') return new Promise(() => {});
    const [user = null, expires] = token?.split('@') ?? [];
    let expiresAt = dateOf(expires);
    return {
      context: { user, room },
      get expiresAt() {
        return expiresAt;
      },
      async renew(next) {
        const [again, until] = next.split('@');
        if (again !== user) throw new ParleyError('UNAUTHENTICATED', 'unable to go on; it is somebody else');
        expiresAt = dateOf(until);
      },
      hold: (onEnded) => {
        const session = { user: user ?? '', onEnded };
        held.add(session);
        return () => held.delete(session);
      },
    };
  };
  const limited: string[] = [];
  const server = createServer((_request, response) => response.end('over HTTP'));
  const allowsOrigin = (origin: string): boolean => origin === 'http://good.test';
  const gateway = new Gateway({
    server,
    router: smallRouter,
    path: '/trpc',
    allowsOrigin,
    admission: new Admission(100_000),
    open,
    log,
    limits,
    onLimited: (limit) => limited.push(limit),
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    gateway,
    server,
    room,
    port,
    held,
    limited,
    url: `ws://127.0.0.1:${port}/trpc`,
    endSessions: (user) => {
      for (const session of held) if (session.user === user) session.onEnded();
    },
    [Symbol.asyncDispose]: async () => {
      await gateway[Symbol.asyncDispose]();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function dateOf(millis: string | undefined): Date | null {
  return millis === undefined ? null : new Date(Number(millis));
}
