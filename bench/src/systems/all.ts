import { ejabberd } from './ejabberd.ts';
import { nats } from './nats.ts';
import { parley } from './parley.ts';
import { plainWs } from './plain-ws.ts';
import { socketIo } from './socket-io.ts';
import { stockTrpc } from './stock-trpc.ts';
import type { System } from './system.ts';

const starters: Readonly<Record<string, () => Promise<System | null>>> = {
  parley,
  'plain-ws': plainWs,
  'stock-trpc': stockTrpc,
  'socket-io': socketIo,
  ejabberd,
  nats,
};

/** Servers to be measured, Parley first. */
export interface Systems extends AsyncDisposable {
  readonly all: readonly System[];
}

/** Starts Parley and what it is compared with. @param only their names, all of them when left out */
export async function startSystems(only: readonly string[] = Object.keys(starters)): Promise<Systems> {
  await using held = new AsyncDisposableStack();
  const all: System[] = [];
  for (const name of only) {
    const system = await starters[name]?.();
    if (system === undefined) throw new Error(`unable to measure ${name}; there is no such server`);
    // Not there, and cannot be installed here.
    if (system !== null) all.push(held.use(system));
  }
  const kept = held.move();
  return { all, [Symbol.asyncDispose]: () => kept.disposeAsync() };
}
