import { vi } from 'vitest';
import { createClient, type ParleyClient } from '../../client.ts';
import { memoryPersistence, type Persistence } from '../../persistence/persistence.ts';
import { HandSocket } from './hand-socket.ts';

/** For tests with fake timers: a client of somebody signed in, whose WebSocket is in the test's hands. */
export function handClient(persistence: Persistence = memoryPersistence()): ParleyClient {
  const lifeMs = 86_400_000;
  const user = { id: 'ada', username: 'ada', email: 'ada@example.org' };
  const record = { user, accessToken: 'a', refreshToken: 'r', expiresAt: Date.now() + lifeMs, lifeMs };
  return createClient({
    url: 'http://here',
    storage: { getItem: () => JSON.stringify(record), setItem() {}, removeItem() {} },
    persistence,
    WebSocket: HandSocket as unknown as typeof WebSocket,
  });
}

/** Opens the latest socket and lets what waited for it go on. */
export async function opened(): Promise<HandSocket> {
  await vi.advanceTimersByTimeAsync(200);
  HandSocket.last.open();
  HandSocket.last.say('PONG');
  await vi.advanceTimersByTimeAsync(0);
  return HandSocket.last;
}
