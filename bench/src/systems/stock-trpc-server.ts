import { EventEmitter, on } from 'node:events';
import { initTRPC } from '@trpc/server';
import { applyWSSHandler } from '@trpc/server/adapters/ws';
import { WebSocketServer } from 'ws';
import { z } from 'zod';
import { sayPort } from './say-port.ts';

// What the documentation of tRPC shows: its own adapter, subscriptions over an emitter. Nothing is stored.
const t = initTRPC.create();
const said = new EventEmitter();
said.setMaxListeners(0);
const router = t.router({
  say: t.procedure.input(z.object({ room: z.string(), content: z.string() })).mutation(({ input }) => {
    said.emit(input.room, input);
  }),
  watch: t.procedure.input(z.object({ room: z.string() })).subscription(async function* ({ input, signal }) {
    yield { ready: true };
    for await (const [event] of on(said, input.room, signal === undefined ? {} : { signal })) yield event;
  }),
});
const sockets: WebSocketServer = new WebSocketServer(
  { port: 0, host: '127.0.0.1', perMessageDeflate: false },
  () => sayPort(sockets),
);
applyWSSHandler({ wss: sockets, router });
