import type { WebSocket } from 'ws';

interface KeepAliveOptions {
  /** Silence after which the socket is pinged, in milliseconds. */
  readonly pingMs: number;
  /** Silence after the ping at which it is taken for dead, in milliseconds. */
  readonly pongMs: number;
}

/** Finds out that a socket is dead. Without a timer of its own: somebody sweeps all sockets. */
export class KeepAlive {
  readonly #ws: WebSocket;
  readonly #options: KeepAliveOptions;
  #heardAt = performance.now();
  #pingedAt: number | null = null;

  constructor(ws: WebSocket, options: KeepAliveOptions) {
    this.#ws = ws;
    this.#options = options;
  }

  /** The client gave a sign of life. */
  heard(): void {
    this.#heardAt = performance.now();
    this.#pingedAt = null;
  }

  sweep(): void {
    const { pingMs, pongMs } = this.#options;
    const now = performance.now();
    if (this.#pingedAt !== null) {
      if (now - this.#pingedAt >= pongMs) this.#ws.terminate();
    } else if (now - this.#heardAt >= pingMs) {
      this.#pingedAt = now;
      this.#ws.ping();
    }
  }
}
