import type { Redis } from 'ioredis';

/** Between two pings on each connection: a frozen Redis still looks ready, only an unanswered ping tells. */
const pingMs = 500;
/** For an answer to a ping, before publishes are thought to be lost. The connection is given up only later. */
const doubtMs = 500;

interface Checked {
  readonly redis: Redis;
  /** @returns whether the connection is of use; fails when it does not answer */
  readonly check: () => Promise<boolean>;
}

/** Asks connections for signs of life. */
export class Pings implements Disposable {
  readonly #connections: readonly Checked[];
  readonly #changed: () => void;
  readonly #timer: NodeJS.Timeout;
  /** Connections that let a ping wait, or say that they are of no use. */
  readonly #doubted = new Set<Redis>();
  #closed = false;

  /** @param changed called when a connection becomes doubtful, or is not any more */
  constructor(connections: readonly Checked[], changed: () => void) {
    this.#connections = connections;
    this.#changed = changed;
    this.#timer = setInterval(() => {
      for (const checked of connections) {
        if (checked.redis.status === 'ready') void this.#ping(checked);
      }
    }, pingMs);
  }

  get doubtful(): boolean {
    return this.#doubted.size > 0;
  }

  /** A connection that is new is of no use before it has answered once. */
  begin(redis: Redis): void {
    this.#doubted.add(redis);
    const checked = this.#connections.find((connection) => connection.redis === redis);
    if (checked !== undefined) void this.#ping(checked);
  }

  [Symbol.dispose](): void {
    this.#closed = true;
    clearInterval(this.#timer);
  }

  async #ping({ redis, check }: Checked): Promise<void> {
    const { stream } = redis;
    let answered = false;
    const late = setTimeout(() => {
      // An answer that came while this process was busy is heard first.
      setImmediate(() => {
        if (!answered && redis.stream === stream && redis.status === 'ready') this.#doubt(redis);
      });
    }, doubtMs);
    try {
      const useful = await check();
      if (redis.stream !== stream) return;
      if (!useful) this.#doubt(redis);
      else if (this.#doubted.delete(redis)) this.#changed();
    } catch {
      if (redis.stream === stream && !this.#closed) redis.disconnect(true);
    } finally {
      answered = true;
      clearTimeout(late);
    }
  }

  #doubt(redis: Redis): void {
    this.#doubted.add(redis);
    this.#changed();
  }
}
