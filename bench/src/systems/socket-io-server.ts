import { once } from 'node:events';
import { createServer } from 'node:http';
import { createAdapter } from '@socket.io/redis-adapter';
import { Redis } from 'ioredis';
import { jwtVerify } from 'jose';
import pg from 'pg';
import { Server, type Socket } from 'socket.io';
import { z } from 'zod';
import { sayPort } from './say-port.ts';

// What teams write with socket.io: look whether the sender is a member, insert, emit to the room, acknowledge. The Redis
// adapter is what several such processes need.
const Settings = z.object({ DATABASE_URL: z.string(), REDIS_URL: z.string(), JWT_SECRET: z.string() });
const Auth = z.object({ token: z.string() });
const Said = z.object({ conversationId: z.uuid(), content: z.string().min(1).max(10_000) });
const Asked = z.object({ conversationId: z.uuid() });

const settings = Settings.parse(process.env);
const secret = new TextEncoder().encode(settings.JWT_SECRET);
const pool = new pg.Pool({ connectionString: settings.DATABASE_URL });
pool.on('error', () => {});
const publisher = new Redis(settings.REDIS_URL);
const subscriber = publisher.duplicate();
const http = createServer();
const io = new Server(http, {
  adapter: createAdapter(publisher, subscriber),
  transports: ['websocket'],
  serveClient: false,
});

io.on('connection', (socket) => {
  welcome(socket).catch(() => socket.disconnect(true));
});

async function welcome(socket: Socket): Promise<void> {
  const { token } = Auth.parse(socket.handshake.auth);
  const { payload } = await jwtVerify(token, secret, { algorithms: ['HS256'] });
  const userId = z.uuid().parse(payload.sub);
  const { rows } = await pool.query<{ conversation_id: string }>(
    'SELECT conversation_id FROM members WHERE user_id = $1',
    [userId],
  );
  await socket.join(rows.map((row) => row.conversation_id));
  socket.on(
    'say',
    answering((input) => say(userId, Said.parse(input))),
  );
  socket.on(
    'history',
    answering((input) => history(userId, Asked.parse(input))),
  );
  socket.emit('ready');
}

/** Acknowledges what comes of a call by its callback. */
function answering(work: (input: unknown) => Promise<object>) {
  return (input: unknown, answer: (result: object) => void): void => {
    new Promise<object>((resolve) => resolve(work(input))).then(answer, (error: unknown) =>
      answer({ error: String(error) }),
    );
  };
}

async function say(userId: string, { conversationId, content }: z.infer<typeof Said>): Promise<object> {
  await demandMember(userId, conversationId);
  const message = await insert(userId, conversationId, content);
  io.to(conversationId).emit('message', message);
  return { id: message.id };
}

interface Message {
  readonly id: string;
}

async function insert(userId: string, conversationId: string, content: string): Promise<Message> {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    const { rows } = await client.query<Message>(
      `INSERT INTO messages (conversation_id, sender_id, content) VALUES ($1, $2, $3)
       RETURNING id, conversation_id, sender_id, content, created_at`,
      [conversationId, userId, content],
    );
    await client.query('UPDATE conversations SET updated_at = now() WHERE id = $1', [conversationId]);
    await client.query('COMMIT');
    const [message] = rows;
    if (message === undefined) throw new Error('nothing was inserted');
    return message;
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  } finally {
    client.release();
  }
}

async function history(userId: string, { conversationId }: z.infer<typeof Asked>): Promise<object> {
  await demandMember(userId, conversationId);
  const { rows } = await pool.query(
    `SELECT messages.id, conversation_id, sender_id, users.name AS sender_name, content, created_at
     FROM messages JOIN users ON users.id = sender_id
     WHERE conversation_id = $1 ORDER BY created_at DESC LIMIT 50`,
    [conversationId],
  );
  return { messages: rows };
}

async function demandMember(userId: string, conversationId: string): Promise<void> {
  const { rowCount } = await pool.query('SELECT 1 FROM members WHERE conversation_id = $1 AND user_id = $2', [
    conversationId,
    userId,
  ]);
  if (rowCount === 0) throw new Error('not a member');
}

http.listen(0, '127.0.0.1');
await once(http, 'listening');
sayPort(http);
