import { once } from 'node:events';
import { WebSocket } from 'ws';
import { textOf } from './text-of.ts';

/** A look whether the server still answers, after so many messages, and another socket after so many. */
const asks = 10;
const lives = 300;
const answerMs = 10_000;

/** Says things on a socket of somebody who is signed in, and opens another whenever the server closed it. */
export class Talk implements Disposable {
  readonly #url: string;
  readonly #token: string;
  #ws: WebSocket | null = null;
  #said = 0;
  #fault: string | null = null;
  #recent: string[] = [];

  constructor(url: string, token: string) {
    this.#url = `${url.replace('http', 'ws')}/trpc?connectionParams=1`;
    this.#token = token;
  }

  /** @returns what was wrong with an answer since the last call; null when nothing was */
  async say(text: string): Promise<string | null> {
    const ws = await this.#open();
    this.#said += 1;
    this.#recent = [...this.#recent.slice(-asks), text.slice(0, 500)];
    ws.send(text);
    if (this.#said % asks === 0) await this.#answers(ws);
    const fault = this.#fault;
    this.#fault = null;
    return fault;
  }

  [Symbol.dispose](): void {
    this.#ws?.terminate();
  }

  async #open(): Promise<WebSocket> {
    if (this.#ws?.readyState === WebSocket.OPEN && this.#said % lives !== 0) return this.#ws;
    this.#ws?.terminate();
    const ws = new WebSocket(this.#url, { perMessageDeflate: false });
    ws.on('error', () => {});
    ws.on('message', (data) => this.#heard(textOf(data)));
    this.#ws = ws;
    await once(ws, 'open', { signal: AbortSignal.timeout(answerMs) });
    ws.send(JSON.stringify({ method: 'connectionParams', data: { token: this.#token } }));
    return ws;
  }

  #heard(text: string): void {
    const [failed] = /"httpStatus":5\d\d/.exec(text) ?? [];
    if (failed !== undefined)
      this.#fault = `said ${text.slice(0, 500)} after ${JSON.stringify(this.#recent)}`;
  }

  /** Waits for the answer to a ping, or for the end of the socket: what was said may have ended it. */
  async #answers(ws: WebSocket): Promise<void> {
    if (ws.readyState !== WebSocket.OPEN) return;
    const signal = AbortSignal.timeout(answerMs);
    const ended = new AbortController();
    try {
      ws.ping();
      await Promise.race(
        ['pong', 'close'].map((name) => once(ws, name, { signal: AbortSignal.any([signal, ended.signal]) })),
      );
    } catch {
      this.#fault ??= `did not answer a ping after ${JSON.stringify(this.#recent)}`;
    } finally {
      ended.abort();
    }
  }
}
