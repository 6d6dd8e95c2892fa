interface Frame {
  readonly id?: number;
  readonly method?: string;
  readonly data?: unknown;
  readonly params?: { readonly path: string; readonly input?: unknown };
}

/** For tests: the browser's WebSocket with the other side in the test's hands. */
export class HandSocket extends EventTarget {
  /** All that were made, in order. */
  static made: HandSocket[] = [];
  /** Messages sent, but for signs of life. */
  readonly sent: Frame[] = [];
  pings = 0;
  closed = false;

  constructor() {
    super();
    HandSocket.made.push(this);
  }

  static get last(): HandSocket {
    const socket = this.made.at(-1);
    if (socket === undefined) throw new Error('no socket was made');
    return socket;
  }

  send(text: string): void {
    if (text === 'PING') this.pings += 1;
    else this.sent.push(JSON.parse(text));
  }

  close(): void {
    this.closed = true;
  }

  open(): void {
    this.dispatchEvent(new Event('open'));
  }

  say(message: unknown): void {
    const data = typeof message === 'string' ? message : JSON.stringify(message);
    this.dispatchEvent(new MessageEvent('message', { data }));
  }

  /** The connection is gone, with a close code. */
  end(code = 1006): void {
    this.dispatchEvent(Object.assign(new Event('close'), { code }));
  }

  /** What was asked for at a path, in order. */
  askedAt(path: string): Frame[] {
    return this.sent.filter(({ params }) => params?.path === path);
  }

  /** The ids of what was asked for by a method. */
  asked(method: string): number[] {
    return this.sent.filter((frame) => frame.method === method).map(({ id }) => id ?? -1);
  }
}
