import type { RunOptions } from '../options.ts';
import { checkout } from './checkout.ts';
import { ejabberd } from './ejabberd.ts';
import { nats } from './nats.ts';
import { parley } from './parley.ts';
import { plainWs } from './plain-ws.ts';
import { socketIo } from './socket-io.ts';
import { stockTrpc } from './stock-trpc.ts';
import type { System } from './system.ts';

const peers = {
  'plain-ws': plainWs,
  'stock-trpc': stockTrpc,
  'socket-io': socketIo,
  ejabberd,
  nats,
} satisfies Readonly<Record<string, () => Promise<System | null>>>;

export type PeerName = keyof typeof peers;
/** Those that store what is said before they acknowledge it. */
export const storing: readonly PeerName[] = ['socket-io', 'ejabberd'];
export const everyone: readonly PeerName[] = ['plain-ws', 'stock-trpc', 'socket-io', 'ejabberd', 'nats'];

/** Servers to be measured, Parley first. */
export interface Systems extends AsyncDisposable {
  readonly all: readonly System[];
}

/**
 * Starts Parley, and Parley as of another commit when that is asked for, and what they are compared with.
 * @param beside what a benchmark is made for; only those of it that were asked for are started
 */
export async function startSystems(beside: readonly PeerName[], options: RunOptions): Promise<Systems> {
  await using held = new AsyncDisposableStack();
  const { only, against, profile } = options;
  const all: System[] = [held.use(await parley({ profile }))];
  if (against !== null) {
    const root = held.use(await checkout(against)).directory;
    all.push(held.use(await parley({ name: `Parley at ${against}`, root })));
  }
  for (const name of beside) {
    if (only !== null && !only.includes(name)) continue;
    const peer = await peers[name]();
    // Not there, and cannot be installed here.
    if (peer !== null) all.push(held.use(peer));
  }
  const kept = held.move();
  return { all, [Symbol.asyncDispose]: () => kept.disposeAsync() };
}
