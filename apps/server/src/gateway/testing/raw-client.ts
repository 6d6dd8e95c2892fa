import { once } from 'node:events';
import { connect } from 'node:net';
import { WebSocket } from 'ws';

/** A WebSocket that keeps what it hears, for tests that speak the protocol by hand. */
export class RawClient implements Disposable {
  readonly ws: WebSocket;
  readonly heard: unknown[] = [];
  closed: { code: number; reason: string } | null = null;
  #waiting = new Set<() => void>();

  private constructor(ws: WebSocket) {
    this.ws = ws;
    ws.on('message', (data) => {
      const text = Buffer.isBuffer(data) ? data.toString() : '';
      this.heard.push(text === 'PONG' ? text : JSON.parse(text));
      this.#wake();
    });
    ws.on('close', (code, reason) => {
      this.closed = { code, reason: reason.toString() };
      this.#wake();
    });
    ws.on('error', () => {});
  }

  static async connect(url: string, options: { origin?: string } = {}): Promise<RawClient> {
    const client = new RawClient(new WebSocket(url, { perMessageDeflate: false, ...options }));
    await once(client.ws, 'open');
    return client;
  }

  say(message: unknown): void {
    this.ws.send(typeof message === 'string' ? message : JSON.stringify(message));
  }

  call(id: number | string, type: string, path: string, input?: unknown): void {
    this.say({ id, method: type, params: { path, input } });
  }

  /** The answers to one call, or with null what was said to the socket. */
  answers(id: number | string | null): readonly Answer[] {
    return this.heard.filter((message): message is Answer => isAnswer(message) && message.id === id);
  }

  /** The first answer to a call. */
  async answer(id: number | string | null): Promise<Answer> {
    await this.until(() => this.answers(id).length > 0);
    const [answer] = this.answers(id);
    if (answer === undefined) throw new Error('no answer');
    return answer;
  }

  async close(): Promise<{ code: number; reason: string }> {
    await this.until(() => this.closed !== null);
    if (this.closed === null) throw new Error('not closed');
    return this.closed;
  }

  async until(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise<void>((resolve) => this.#waiting.add(resolve));
  }

  [Symbol.dispose](): void {
    this.ws.terminate();
  }

  #wake(): void {
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
  }
}

export interface Answer {
  readonly id: number | string | null;
  readonly result?: { readonly type?: string; readonly data?: unknown };
  readonly error?: { readonly message: string; readonly data: Record<string, unknown> };
}

function isAnswer(message: unknown): message is Answer {
  return typeof message === 'object' && message !== null && 'id' in message;
}

/** Sends bytes over TCP and gives all that comes back until the other side closes, or until `until` appears in it. */
export async function exchange(port: number, bytes: string, until?: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.setEncoding('latin1');
  socket.on('error', () => {});
  socket.write(bytes, 'latin1');
  let received = '';
  for await (const chunk of socket) {
    received += String(chunk);
    if (until !== undefined && received.includes(until)) break;
  }
  return received;
}
