import { once } from 'node:events';

/** Somebody who follows one conversation over a WebSocket, as lightly as can be. */
export interface Listener extends Disposable {
  /** How long each message took to come, in milliseconds, from when it was about to be sent. */
  readonly delays: number[];
  /** Whether the connection was lost. */
  readonly lost: boolean;
}

const started = /"content":"(\d+(?:\.\d+)?) /g;

/** The text of a message that says when it was sent, to be found by listeners of this process. */
export function stamped(characters: number): string {
  return `${performance.now()} `.padEnd(characters, 'x');
}

/** Resolves once it is told where the conversation stands. */
export async function listen(url: string, token: string, conversationId: string): Promise<Listener> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/trpc?connectionParams=1`);
  const delays: number[] = [];
  const ready = Promise.withResolvers<void>();
  let lost = false;
  socket.addEventListener('close', () => {
    lost = true;
    ready.reject(new Error('unable to listen; the connection was closed'));
  });
  socket.addEventListener('message', ({ data }) => {
    const now = performance.now();
    const text = String(data);
    for (const [, at] of text.matchAll(started)) delays.push(now - Number(at));
    if (text.includes('"ready"')) ready.resolve();
  });
  await once(socket, 'open');
  const params = { path: 'messages.watch', input: { conversationId } };
  socket.send(JSON.stringify({ method: 'connectionParams', data: { token } }));
  socket.send(JSON.stringify({ id: 1, method: 'subscription', params }));
  await ready.promise;
  return {
    delays,
    get lost() {
      return lost;
    },
    [Symbol.dispose]: () => socket.close(),
  };
}
