import { once } from 'node:events';
import { createServer } from 'node:http';
import { type WebSocket, WebSocketServer } from 'ws';
import { z } from 'zod';
import { sayPort } from './say-port.ts';

// The least there is: what one says in a room, everyone in it gets. Nobody is asked who they are and nothing is stored.
const Said = z.object({ id: z.number(), room: z.string(), content: z.string() });
const rooms = new Map<string, Set<WebSocket>>();
const http = createServer();
const sockets = new WebSocketServer({ server: http, perMessageDeflate: false });
sockets.on('connection', (socket, { url = '' }) => {
  const own = url.slice(1).split(',');
  for (const name of own) {
    const room = rooms.get(name) ?? new Set();
    rooms.set(name, room.add(socket));
  }
  socket.on('error', () => {});
  socket.on('close', () => {
    for (const name of own) rooms.get(name)?.delete(socket);
  });
  socket.on('message', (data) => {
    const { id, room, content } = Said.parse(JSON.parse(Buffer.isBuffer(data) ? data.toString() : ''));
    const event = JSON.stringify({ room, content });
    for (const each of rooms.get(room) ?? []) each.send(event);
    socket.send(JSON.stringify({ ack: id }));
  });
  socket.send('{"ready":true}');
});
http.listen(0, '127.0.0.1');
await once(http, 'listening');
sayPort(http);
