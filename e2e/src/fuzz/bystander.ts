import { once } from 'node:events';
import { newId } from '@parley/contract';
import { WebSocket } from 'ws';
import { textOf } from './text-of.ts';

/** How a client fared beside whom the server was attacked. */
export interface Bystanding {
  readonly sent: number;
  /** What went wrong, in words. */
  readonly faults: readonly string[];
  /** From sending to the acknowledgement, in ms. */
  readonly latencies: readonly number[];
}

/** Somebody who talks, and somebody who listens. */
export interface Pair {
  readonly room: string;
  readonly tokens: readonly [sender: string, receiver: string];
}

const everyMs = 100;
const deadlineMs = 10_000;
const written = /"content":"bystander (\d+)"/g;

/** Sends a message every tenth of a second, and another hears them, both over one socket each, which have to stay open. */
export class Bystander implements Disposable {
  readonly #sender: WebSocket;
  readonly #receiver: WebSocket;
  readonly #room: string;
  readonly #timer: NodeJS.Timeout;
  /** When each message left that is not acknowledged. */
  readonly #pending = new Map<number, number>();
  readonly #latencies: number[] = [];
  readonly #faults: string[] = [];
  readonly #heard: number[] = [];
  #sent = 0;
  #finishing = false;
  #settled = Promise.withResolvers<void>();

  private constructor(sender: WebSocket, receiver: WebSocket, room: string) {
    this.#sender = sender;
    this.#receiver = receiver;
    this.#room = room;
    sender.on('message', (data) => this.#answered(textOf(data)));
    receiver.on('message', (data) => {
      for (const [, n] of textOf(data).matchAll(written)) this.#heard.push(Number(n));
      this.#look();
    });
    sender.on('close', (code) => this.#faults.push(`the sender was closed with ${code}`));
    receiver.on('close', (code) => this.#faults.push(`the receiver was closed with ${code}`));
    this.#timer = setInterval(() => this.#send(), everyMs);
  }

  static async start(url: string, { room, tokens }: Pair): Promise<Bystander> {
    const [sender, receiver] = [await signedIn(url, tokens[0]), await signedIn(url, tokens[1])];
    const signal = AbortSignal.timeout(deadlineMs);
    const params = { path: 'messages.watch', input: { conversationId: room } };
    receiver.send(JSON.stringify({ id: 1, method: 'subscription', params }));
    // That it has begun, and the first event.
    await once(receiver, 'message', { signal });
    return new Bystander(sender, receiver, room);
  }

  /** Ends the sending, waits for what is on its way, and tells how it was. */
  async finish(): Promise<Bystanding> {
    clearInterval(this.#timer);
    this.#finishing = true;
    const late = setTimeout(() => this.#settled.resolve(), deadlineMs);
    this.#look();
    await this.#settled.promise;
    clearTimeout(late);
    const faults = [...this.#faults];
    const acked = this.#latencies.length;
    if (acked !== this.#sent) faults.push(`${acked} of ${this.#sent} messages were acknowledged`);
    const complete = this.#heard.length === this.#sent && this.#heard.every((n, index) => n === index + 1);
    if (!complete) faults.push(`${this.#heard.length} of ${this.#sent} messages were heard, or not in order`);
    return { sent: this.#sent, faults, latencies: this.#latencies };
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
    for (const socket of [this.#sender, this.#receiver]) {
      socket.removeAllListeners('close');
      socket.terminate();
    }
  }

  #send(): void {
    this.#sent += 1;
    const n = this.#sent;
    const input = { id: newId(), conversationId: this.#room, content: `bystander ${n}` };
    this.#pending.set(n, performance.now());
    this.#sender.send(
      JSON.stringify({ id: n, method: 'mutation', params: { path: 'messages.send', input } }),
    );
  }

  #answered(text: string): void {
    for (const [, id] of text.matchAll(/\{"id":(\d+),"(?:result|error)"/g)) {
      const from = this.#pending.get(Number(id));
      this.#pending.delete(Number(id));
      if (from !== undefined) this.#latencies.push(performance.now() - from);
    }
    if (text.includes('"error"')) this.#faults.push(`was told ${text.slice(0, 500)}`);
    this.#look();
  }

  #look(): void {
    if (this.#finishing && this.#pending.size === 0 && this.#heard.length >= this.#sent)
      this.#settled.resolve();
  }
}

async function signedIn(url: string, token: string): Promise<WebSocket> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/trpc?connectionParams=1`, {
    perMessageDeflate: false,
  });
  socket.on('error', () => {});
  await once(socket, 'open', { signal: AbortSignal.timeout(deadlineMs) });
  socket.send(JSON.stringify({ method: 'connectionParams', data: { token } }));
  return socket;
}
