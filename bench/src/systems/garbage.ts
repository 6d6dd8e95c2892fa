import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { z } from 'zod';

/** Where a process of Node listens for its inspector when it is told to by SIGUSR1. */
const inspector = 'http://127.0.0.1:9229/json/list';
const inspectorMs = 10_000;
const Targets = z.tuple([z.object({ webSocketDebuggerUrl: z.string() })]);

/**
 * Has a process of Node throw away what it does not hold any more: an idle one may keep that for minutes. One process at a time.
 * @throws Error when its inspector is not there within ten seconds
 */
export async function collectGarbage(pid: number): Promise<void> {
  const signal = AbortSignal.timeout(inspectorMs);
  process.kill(pid, 'SIGUSR1');
  const socket = new WebSocket(await inspectorOf(signal));
  try {
    await once(socket, 'open', { signal });
    // A second time for what the first one found to be unreachable only.
    for (const id of [1, 2]) {
      socket.send(JSON.stringify({ id, method: 'HeapProfiler.collectGarbage' }));
      await once(socket, 'message', { signal });
    }
    // The next process needs the port. It waits until nobody is connected, so it gives no answer.
    const expression = 'setTimeout(() => process.getBuiltinModule("node:inspector").close())';
    socket.send(JSON.stringify({ id: 3, method: 'Runtime.evaluate', params: { expression } }));
    await once(socket, 'message', { signal });
  } finally {
    socket.terminate();
  }
  while (await isThere(signal)) await sleep(50, undefined, { signal });
}

async function inspectorOf(signal: AbortSignal): Promise<string> {
  while (!(await isThere(signal))) await sleep(50, undefined, { signal });
  const answer = await fetch(inspector, { signal });
  const [{ webSocketDebuggerUrl }] = Targets.parse(await answer.json());
  return webSocketDebuggerUrl;
}

async function isThere(signal: AbortSignal): Promise<boolean> {
  return fetch(inspector, { signal }).then(
    (answer) => answer.ok,
    () => false,
  );
}
