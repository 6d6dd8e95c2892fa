import { setTimeout as sleep } from 'node:timers/promises';

/** Notices closer together than this leave at once. */
const stepMs = 20;

interface Movable {
  notifyReconnect(): void;
}

/**
 * Asks sockets to move, each at a random time within the spread, so that the servers they move to are not hit by all
 * at once. Ends early when `signal` fires.
 */
export async function askToMove(
  sockets: Iterable<Movable>,
  spreadMs: number,
  signal: AbortSignal,
): Promise<void> {
  const due = Array.from(sockets, (socket) => ({ socket, at: Math.random() * spreadMs }));
  due.sort((a, b) => a.at - b.at);
  const start = performance.now();
  for (const { socket, at } of due) {
    const ahead = at - (performance.now() - start);
    if (ahead >= stepMs) await pause(ahead, signal);
    if (signal.aborted) return;
    socket.notifyReconnect();
  }
}

/** Waits that long, or until the signal fires. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => undefined);
}
