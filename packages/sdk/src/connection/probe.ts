import { onTrial } from './trial.ts';

const FIRST_MS = 30_000;
const CAP_MS = 600_000;

/** Tries from time to time whether a WebSocket gets through to a server: less and less often, and when the network is new. */
export class Probe {
  readonly #open: () => WebSocket;
  #socket: WebSocket | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #waitMs = FIRST_MS;

  /** @param onFound called once one did */
  constructor(Base: typeof WebSocket, url: string, onFound: () => void) {
    const found = () => {
      this.close();
      onFound();
    };
    const Trial = onTrial(Base, { onHeard: found, onSilent: () => this.#later() });
    this.#open = () => new Trial(url);
    if (typeof window !== 'undefined') window.addEventListener('online', this.#now);
    this.#later();
  }

  close(): void {
    clearTimeout(this.#timer);
    if (typeof window !== 'undefined') window.removeEventListener('online', this.#now);
    this.#later = () => {};
    this.#socket?.close();
  }

  readonly #now = (): void => {
    clearTimeout(this.#timer);
    try {
      this.#socket = this.#open();
    } catch {
      // The trial has heard of it.
    }
  };

  #later = (): void => {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.#now, this.#waitMs * (0.5 + Math.random()));
    this.#waitMs = Math.min(CAP_MS, this.#waitMs * 2);
  };
}
