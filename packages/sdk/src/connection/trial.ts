const HEARD_WITHIN_MS = 10_000;

export interface TrialOptions {
  /** The server has said something, for the first time on this socket. */
  readonly onHeard: () => void;
  /** A socket is gone on which nothing was ever heard; `late` when it was given up after waiting for it. */
  readonly onSilent: (late: boolean) => void;
}

/**
 * A WebSocket class whose sockets have to prove that they work: each asks the server for a sign of life, and gives up
 * when it hears nothing in time. A network that swallows packets says nothing, and some that take a WebSocket let
 * nothing through it.
 */
export function onTrial(Base: typeof WebSocket, { onHeard, onSilent }: TrialOptions): typeof WebSocket {
  return class extends Base {
    constructor(url: string | URL, protocols?: string | string[]) {
      try {
        super(url, protocols);
      } catch (error) {
        // A page's own policy may forbid it.
        onSilent(true);
        throw error;
      }
      let [heard, late] = [false, false];
      const timer = setTimeout(() => {
        late = true;
        this.close();
      }, HEARD_WITHIN_MS);
      this.addEventListener('open', () => this.send('PING'));
      this.addEventListener(
        'message',
        () => {
          heard = true;
          clearTimeout(timer);
          onHeard();
        },
        { once: true },
      );
      this.addEventListener('close', () => {
        clearTimeout(timer);
        if (!heard) onSilent(late);
      });
    }
  };
}
