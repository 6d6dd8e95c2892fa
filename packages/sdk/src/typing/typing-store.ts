import { type ErrorCode, limits, type TypingEvent } from '@parley/contract';
import type { Connection } from '../connection/connection.ts';
import { LiveStore } from '../live-store.ts';

/** Errors that asking again does not change. */
const final: ReadonlySet<ErrorCode> = new Set(['NOT_MEMBER', 'INVALID_INPUT']);
export const nobody: TypingEvent = { userIds: [], count: 0 };

/** Who else is typing in one conversation: the first ten by user id, and how many in all. Live while somebody is subscribed. */
export class TypingStore extends LiveStore<TypingEvent> {
  readonly #connection: Connection;
  readonly #conversationId: string;
  #unwatch: (() => void) | undefined;
  #expiry: ReturnType<typeof setTimeout> | undefined;

  constructor(connection: Connection, conversationId: string) {
    super(nobody);
    this.#connection = connection;
    this.#conversationId = conversationId;
  }

  /** Begins anew, for somebody else. */
  restart(): void {
    if (!this.live) return;
    this.stop();
    this.start();
  }

  protected override start(): void {
    const conversationId = this.#conversationId;
    this.#unwatch = this.#connection.watchSignedIn<TypingEvent>({
      open: (trpc, observer) => trpc.typing.watch.subscribe({ conversationId }, observer),
      onData: (event) => this.#show(event),
      onError: ({ code }) => !final.has(code),
      onLost: () => this.#show(nobody),
    });
  }

  protected override stop(): void {
    this.#unwatch?.();
    this.#show(nobody);
  }

  /** What the server does not repeat is over: it may have lost its word, or we the server. */
  #show(event: TypingEvent): void {
    clearTimeout(this.#expiry);
    if (event.count === 0) this.publish(nobody);
    else {
      this.publish(event);
      this.#expiry = setTimeout(() => this.#show(nobody), limits.typing.expiresMs);
    }
  }
}
