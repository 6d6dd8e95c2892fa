import type { Message } from '@parley/contract';
import { LRUCache } from 'lru-cache';

/** So many characters of messages are kept, about, on this process. */
const mostCharacters = 8 * 1024 * 1024;
/** What a message takes beside its text, in characters. */
const charactersBeside = 500;
/** How long a page is kept, in milliseconds: what is erased meanwhile is shown to nobody, and not to stay for long either. */
const keptMs = 60_000;

/** The latest entries of a conversation as of `asOf`, by ascending position: one more than asked for, if there are. */
export interface LatestPage {
  readonly epoch: string;
  readonly asOf: number;
  /** The position up to which they were not to be seen by whoever read them. */
  readonly hidden: number;
  readonly messages: readonly Message[];
}

/**
 * The latest pages of conversations as they were last read. When a conversation is opened by many, as a group is that has
 * just been told something, the database says that it stands where it stood, and need not give the same rows to each.
 */
export class LatestPages {
  readonly #pages = new LRUCache<string, LatestPage>({
    maxSize: mostCharacters,
    sizeCalculation: ({ messages }) =>
      messages.reduce((size, { content }) => size + content.length + charactersBeside, 1),
    ttl: keptMs,
    ttlAutopurge: true,
  });

  /** What is kept of so many entries, which may be of long ago. */
  get(conversationId: string, limit: number): LatestPage | undefined {
    return this.#pages.get(keyOf(conversationId, limit));
  }

  set(conversationId: string, limit: number, page: LatestPage): void {
    this.#pages.set(keyOf(conversationId, limit), page);
  }

  close(): void {
    this.#pages.clear();
  }
}

function keyOf(conversationId: string, limit: number): string {
  return `${conversationId} ${limit}`;
}
