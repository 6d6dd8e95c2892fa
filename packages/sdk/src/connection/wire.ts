/** Silence after which the server is asked for a sign of life, and after that, until it is taken for dead. */
const PING_AFTER_MS = 20_000;
const PONG_WITHIN_MS = 5_000;
/** For the first sign of life. */
const HEARD_WITHIN_MS = 10_000;

/** What a connection is closed with when the other side said nothing. */
const LOST = 1006;

/** How a socket ended that was not closed on purpose. */
interface WireEnd {
  readonly code: number;
  /** Nothing was ever heard on it, not even why it is closed. */
  readonly silent: boolean;
  /** It was open, or given up after waiting for it: what did not get through is what a WebSocket is for. */
  readonly mute: boolean;
}

export interface WireOptions {
  readonly url: string;
  readonly WebSocket: typeof WebSocket;
  /** It is open: what is sent now is what the server reads first. */
  readonly onOpen?: () => void;
  /** The server has said something, for the first time. */
  readonly onHeard: () => void;
  /** Anything the server says, read from JSON, but for signs of life. */
  readonly onMessage?: (message: unknown) => void;
  readonly onClose: (end: WireEnd) => void;
}

/**
 * One WebSocket, from its opening to its end. It has to prove that it works, and goes on proving it: it asks the server for
 * signs of life, and is given up when none comes. A network that swallows packets says nothing, and some that take a
 * WebSocket let nothing through it.
 */
export class Wire {
  readonly #options: WireOptions;
  readonly #socket: WebSocket;
  #timer: ReturnType<typeof setTimeout>;
  #open = false;
  #heard = false;
  #closed = false;

  /** @throws what the browser throws when a page may not open a WebSocket */
  constructor(options: WireOptions) {
    this.#options = options;
    this.#socket = new options.WebSocket(`${options.url}?connectionParams=1`);
    this.#timer = setTimeout(() => this.#end(LOST, true), HEARD_WITHIN_MS);
    this.#socket.addEventListener('open', () => this.#onOpen());
    this.#socket.addEventListener('message', ({ data }) => this.#onData(data));
    this.#socket.addEventListener('close', ({ code }) => this.#end(code));
    // A close follows.
    this.#socket.addEventListener('error', () => {});
  }

  /** Sends a message; does nothing before it is open and after it is closed. */
  send(message: unknown): void {
    if (this.#open) this.#socket.send(JSON.stringify(message));
  }

  /** Closes it on purpose: nothing more comes, not even `onClose`. */
  close(): void {
    this.#closed = true;
    this.#leave();
  }

  #onOpen(): void {
    if (this.#closed) return;
    this.#open = true;
    this.#options.onOpen?.();
    this.#socket.send('PING');
  }

  #onData(data: unknown): void {
    if (this.#closed) return;
    if (!this.#heard) this.#options.onHeard();
    this.#heard = true;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#ping(), PING_AFTER_MS);
    if (data === 'PING') this.#socket.send('PONG');
    else if (data !== 'PONG') this.#read(String(data));
  }

  #read(text: string): void {
    let message: unknown;
    try {
      message = JSON.parse(text);
    } catch {
      // Not our server, or not all of it.
      this.#end(LOST);
      return;
    }
    this.#options.onMessage?.(message);
  }

  #ping(): void {
    this.#socket.send('PING');
    this.#timer = setTimeout(() => this.#end(LOST), PONG_WITHIN_MS);
  }

  #end(code: number, late = false): void {
    if (this.#closed) return;
    // A close that the other side sent got through, too.
    const silent = !this.#heard && code === LOST;
    const end = { code, silent, mute: silent && (late || this.#open) };
    this.close();
    this.#options.onClose(end);
  }

  #leave(): void {
    this.#open = false;
    clearTimeout(this.#timer);
    this.#socket.close();
  }
}
