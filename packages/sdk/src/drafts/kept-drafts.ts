import { isObject } from '../is-object.ts';
import type { Persistence } from '../persistence/persistence.ts';
import type { DraftContent } from './draft-book.ts';

/** What is typed and not stored yet, kept by its conversation: it outlives the page. */
export class KeptDrafts {
  readonly #persistence: Persistence;

  constructor(persistence: Persistence) {
    this.#persistence = persistence;
  }

  /** Keeps what is typed in a conversation, or nothing of it. What cannot be kept lives as long as the page. */
  save(conversationId: string, content: DraftContent | null): void {
    const saved =
      content === null
        ? this.#persistence.delete(conversationId)
        : this.#persistence.set(conversationId, content);
    saved.catch(() => {});
  }

  async load(): Promise<readonly (readonly [string, DraftContent])[]> {
    const none: readonly (readonly [string, unknown])[] = [];
    return (await this.#persistence.entries('').catch(() => none)).filter(isKept);
  }

  wipe(): void {
    this.#persistence.deleteAll('').catch(() => {});
  }
}

/** Another release may have kept another shape. */
function isKept(entry: readonly [string, unknown]): entry is readonly [string, DraftContent] {
  const [, content] = entry;
  if (!isObject(content) || typeof content['text'] !== 'string') return false;
  return content['replyTo'] === null || typeof content['replyTo'] === 'string';
}
