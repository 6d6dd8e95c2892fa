import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { RawSocket } from './raw-socket.ts';

/** A sign of life that nobody asked for: a client that is silent for long is cut off. */
const pong = Buffer.from([0x8a, 0x80, 0, 0, 0, 0]);
const aliveMs = 10_000;
const textOpcode = 1;

/**
 * A WebSocket that counts. `write` takes frames made by `textFrame`.
 * @param alive the frame it shows with from time to time that it is there
 */
export async function openWebSocket(url: string, alive: Buffer = pong): Promise<RawSocket> {
  const { hostname, port, pathname, search } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.setNoDelay(true);
  await once(socket, 'connect');
  const key = randomBytes(16).toString('base64');
  socket.write(
    `GET ${pathname}${search} HTTP/1.1\r\nhost: ${hostname}:${port}\r\nupgrade: websocket\r\nconnection: upgrade\r\n` +
      `sec-websocket-version: 13\r\nsec-websocket-key: ${key}\r\n\r\n`,
  );
  await takeAnswer(socket);
  const showing = setInterval(() => socket.write(alive), aliveMs);
  socket.on('close', () => clearInterval(showing));
  return new RawSocket(socket);
}

/** Reads the answer to the upgrade; what came behind it is left for whoever listens next, one turn of the event loop later. */
async function takeAnswer(socket: Socket): Promise<void> {
  const [answer] = (await once(socket, 'data')) as unknown[];
  if (!Buffer.isBuffer(answer) || !answer.includes('HTTP/1.1 101'))
    throw new Error(`unable to connect; ${String(answer)}`);
  const end = answer.indexOf('\r\n\r\n') + 4;
  socket.pause();
  if (end < answer.length) socket.unshift(answer.subarray(end));
  setImmediate(() => socket.resume());
}

/** What is to be said, as a frame: an object as JSON, a text as it is. */
export function frameOf(message: object | string): Buffer {
  return textFrame(typeof message === 'string' ? message : JSON.stringify(message));
}

/** A text frame, masked with zeros: a mask is required of clients, what it is is theirs. */
export function textFrame(text: string): Buffer {
  const payload = Buffer.from(text);
  const { length } = payload;
  const head =
    length < 126
      ? Buffer.from([0x81, 0x80 | length])
      : Buffer.from([0x81, 0x80 | 126, length >> 8, length & 255]);
  return Buffer.concat([head, Buffer.alloc(4), payload]);
}

/** Takes a server's bytes apart into frames. @param onText told of the payload of each text frame */
export function readFrames(onText: (payload: Buffer) => void): (bytes: Buffer) => void {
  let rest: Buffer = Buffer.alloc(0);
  return (bytes) => {
    const all = rest.length === 0 ? bytes : Buffer.concat([rest, bytes]);
    let from = 0;
    for (;;) {
      const frame = frameAt(all, from);
      if (frame === null) break;
      if (frame.opcode === textOpcode) onText(all.subarray(frame.start, frame.end));
      from = frame.end;
    }
    rest = all.subarray(from);
  };
}

function frameAt(all: Buffer, from: number): { opcode: number; start: number; end: number } | null {
  if (all.length < from + 2) return null;
  const short = all.readUInt8(from + 1) & 127;
  const start = from + (short < 126 ? 2 : short === 126 ? 4 : 10);
  if (all.length < start) return null;
  const length =
    short < 126 ? short : short === 126 ? all.readUInt16BE(from + 2) : Number(all.readBigUInt64BE(from + 2));
  const end = start + length;
  return all.length < end ? null : { opcode: all.readUInt8(from) & 15, start, end };
}
