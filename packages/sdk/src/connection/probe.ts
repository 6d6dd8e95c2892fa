import { Wire } from './wire.ts';

const FIRST_MS = 30_000;
const CAP_MS = 600_000;

/** Tries from time to time whether a WebSocket gets through to a server: less and less often, and when the network is new. */
export class Probe {
  readonly #url: string;
  readonly #WebSocket: typeof WebSocket;
  readonly #onFound: () => void;
  #wire: Wire | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #waitMs = FIRST_MS;

  /** @param onFound called once one does */
  constructor(url: string, WebSocketClass: typeof WebSocket, onFound: () => void) {
    this.#url = url;
    this.#WebSocket = WebSocketClass;
    this.#onFound = onFound;
    if (typeof window !== 'undefined') window.addEventListener('online', this.#try);
    this.#later();
  }

  close(): void {
    clearTimeout(this.#timer);
    if (typeof window !== 'undefined') window.removeEventListener('online', this.#try);
    this.#wire?.close();
  }

  readonly #try = (): void => {
    this.#wire?.close();
    this.#later();
    try {
      this.#wire = new Wire({
        url: this.#url,
        WebSocket: this.#WebSocket,
        onHeard: () => {
          this.close();
          this.#onFound();
        },
        onClose: () => {},
      });
    } catch {
      // Not from this page.
    }
  };

  #later(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.#try, this.#waitMs * (0.5 + Math.random()));
    this.#waitMs = Math.min(CAP_MS, this.#waitMs * 2);
  }
}
