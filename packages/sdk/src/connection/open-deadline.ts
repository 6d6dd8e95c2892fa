const OPEN_WITHIN_MS = 10_000;

/** A WebSocket class whose sockets give up when they are not open in time: a network that swallows packets says nothing. */
export function withOpenDeadline(Base: typeof WebSocket): typeof WebSocket {
  return class extends Base {
    constructor(url: string | URL, protocols?: string | string[]) {
      super(url, protocols);
      const timer = setTimeout(() => this.close(), OPEN_WITHIN_MS);
      for (const event of ['open', 'close', 'error']) {
        this.addEventListener(event, () => clearTimeout(timer), { once: true });
      }
    }
  };
}
