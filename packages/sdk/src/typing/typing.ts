import { limits, type TypingSet } from '@parley/contract';
import type { Connection } from '../connection/connection.ts';
import { OpenLists } from '../open-lists.ts';
import { TypingStore } from './typing-store.ts';

/** Who is typing. What is said here may be lost, and is over by itself. */
export class Typing {
  readonly #connection: Connection;
  readonly #stores: OpenLists<TypingStore>;
  /** When one last said of oneself that one is typing, by conversation. */
  readonly #said = new Map<string, number>();

  constructor(connection: Connection) {
    this.#connection = connection;
    this.#stores = new OpenLists(
      (conversationId) => new TypingStore(connection, conversationId),
      () => {},
    );
  }

  /** Who else is typing in a conversation, live; the same store for the same conversation. */
  open(conversationId: string): TypingStore {
    return this.#stores.open(conversationId);
  }

  /**
   * Says that one is typing, or is not any more. Call it on every keystroke: it is said every three seconds at most, and
   * not at all while there is no connection. Others forget it after six.
   */
  set(input: TypingSet): void {
    const { conversationId, typing } = input;
    const now = Date.now();
    const ago = now - (this.#said.get(conversationId) ?? 0);
    const news = typing ? ago >= limits.typing.renewMs : ago < limits.typing.expiresMs;
    if (!news || this.#connection.state.getSnapshot().status !== 'online') return;
    if (typing) this.#said.set(conversationId, now);
    else this.#said.delete(conversationId);
    this.#connection.call((trpc, options) => trpc.typing.set.mutate(input, options)).catch(() => {});
  }

  /** Forgets everything of the person who was signed in. */
  clear(): void {
    this.#said.clear();
    this.#stores.clear();
    this.#stores.each((store) => store.restart());
  }

  close(): void {
    this.#stores.each((store) => store.close());
  }
}
