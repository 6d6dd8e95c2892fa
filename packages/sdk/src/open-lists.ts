/** Lists kept for a quick return, unless told. */
const KEPT = 30;

/** The lists of an app, one for each conversation. Those nobody looks at are let go, the one opened longest ago first. */
export class OpenLists<T extends { readonly live: boolean }> {
  readonly #lists = new Map<string, T>();
  readonly #make: (conversationId: string) => T;
  readonly #onForgotten: (conversationId: string) => void;
  readonly #kept: number;

  constructor(
    make: (conversationId: string) => T,
    onForgotten: (conversationId: string) => void,
    kept = KEPT,
  ) {
    this.#make = make;
    this.#onForgotten = onForgotten;
    this.#kept = kept;
  }

  /** The list of a conversation, made when there is none. */
  open(conversationId: string): T {
    const present = this.#lists.get(conversationId);
    // Moved to the end: the first one is the one opened longest ago.
    this.#lists.delete(conversationId);
    const list = present ?? this.#make(conversationId);
    this.#lists.set(conversationId, list);
    for (const [id, old] of this.#lists) {
      if (this.#lists.size <= this.#kept) break;
      if (!old.live && old !== list) this.#forget(id);
    }
    return list;
  }

  each(visit: (list: T) => void): void {
    for (const list of this.#lists.values()) visit(list);
  }

  /** Lets go of all that nobody looks at. */
  clear(): void {
    for (const [id, list] of this.#lists) if (!list.live) this.#forget(id);
  }

  #forget(conversationId: string): void {
    this.#lists.delete(conversationId);
    this.#onForgotten(conversationId);
  }
}
