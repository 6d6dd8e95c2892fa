import { EventEmitter, on } from 'node:events';
import { initTRPC } from '@trpc/server';
import { applyWSSHandler } from '@trpc/server/adapters/ws';
import { WebSocketServer } from 'ws';
import { z } from 'zod';
import { sayPort } from './say-port.ts';

// What the documentation of tRPC shows: its own adapter, a subscription over an emitter. Nothing is stored.
const t = initTRPC.create();
const room = new EventEmitter();
room.setMaxListeners(0);
const router = t.router({
  say: t.procedure.input(z.object({ content: z.string() })).mutation(({ input }) => {
    room.emit('said', { content: input.content });
  }),
  watch: t.procedure.subscription(async function* ({ signal }) {
    yield { ready: true };
    for await (const [event] of on(room, 'said', signal === undefined ? {} : { signal })) yield event;
  }),
});
const sockets: WebSocketServer = new WebSocketServer(
  { port: 0, host: '127.0.0.1', perMessageDeflate: false },
  () => sayPort(sockets),
);
applyWSSHandler({ wss: sockets, router });
