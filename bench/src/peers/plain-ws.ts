import { once } from 'node:events';
import { createServer } from 'node:http';
import { WebSocketServer } from 'ws';
import { z } from 'zod';
import { sayPort } from './say-port.ts';

// The least there is: what one says, everyone gets. Nothing is checked and nothing is stored.
const Said = z.object({ id: z.number(), content: z.string() });
const http = createServer();
const sockets = new WebSocketServer({ server: http, perMessageDeflate: false });
sockets.on('connection', (socket) => {
  socket.on('error', () => {});
  socket.on('message', (data) => {
    const said = Said.parse(JSON.parse(Buffer.isBuffer(data) ? data.toString() : ''));
    const event = JSON.stringify({ content: said.content });
    for (const each of sockets.clients) each.send(event);
    socket.send(JSON.stringify({ ack: said.id }));
  });
});
http.listen(0, '127.0.0.1');
await once(http, 'listening');
sayPort(http);
