import { ParleyError, type StoredDraft } from '@parley/contract';
import { retryDelayMs } from '../connection/backoff.ts';
import type { DraftContent } from './draft-book.ts';

/** How long after a keystroke what is typed is stored, with all that was typed meanwhile. */
const WRITE_AFTER_MS = 1_000;

export interface DraftWriterOptions {
  /** What is typed in a conversation and not stored; null when there is nothing. */
  readonly typed: (conversationId: string) => DraftContent | null;
  /** @throws ParleyError */
  readonly write: (conversationId: string, content: DraftContent) => Promise<StoredDraft>;
  readonly onStored: (content: DraftContent, stored: StoredDraft) => void;
}

/** Stores what is typed: one write at a time in each conversation, and again while more is typed or the server is away. */
export class DraftWriter {
  readonly #options: DraftWriterOptions;
  readonly #timers = new Map<string, ReturnType<typeof setTimeout>>();
  readonly #writing = new Map<string, Promise<void>>();
  #term = 0;

  constructor(options: DraftWriterOptions) {
    this.#options = options;
  }

  /** Something was typed. */
  schedule(conversationId: string, ms: number = WRITE_AFTER_MS): void {
    if (this.#timers.has(conversationId) || this.#writing.has(conversationId)) return;
    this.#timers.set(
      conversationId,
      setTimeout(() => void this.flush(conversationId), ms),
    );
  }

  /** Stores at once what is typed in a conversation; resolves when it has been tried. */
  async flush(conversationId: string): Promise<void> {
    clearTimeout(this.#timers.get(conversationId));
    this.#timers.delete(conversationId);
    const before = this.#writing.get(conversationId);
    if (before !== undefined) await before;
    const content = this.#options.typed(conversationId);
    // Somebody else who waited has begun, with what is typed now.
    if (content === null || this.#writing.has(conversationId)) return this.#writing.get(conversationId);
    const writing = this.#write(conversationId, content).finally(() => {
      if (this.#writing.get(conversationId) === writing) this.#writing.delete(conversationId);
    });
    this.#writing.set(conversationId, writing);
    return writing;
  }

  /** Stores at once what is typed anywhere. */
  async flushAll(): Promise<void> {
    await Promise.all([...this.#timers.keys(), ...this.#writing.keys()].map((id) => this.flush(id)));
  }

  /** Forgets what was to be stored. */
  stop(): void {
    this.#term += 1;
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
    this.#writing.clear();
  }

  async #write(conversationId: string, content: DraftContent): Promise<void> {
    const term = this.#term;
    try {
      const stored = await this.#options.write(conversationId, content);
      if (term !== this.#term) return;
      this.#options.onStored(content, stored);
      if (this.#options.typed(conversationId) !== null) this.#again(conversationId, WRITE_AFTER_MS);
    } catch (error) {
      if (term !== this.#term) return;
      // What is refused stays here as it is typed, and is not tried again before it changes.
      if (mayPass(error)) this.#again(conversationId, WRITE_AFTER_MS + retryDelayMs(4));
    }
  }

  /** After the write under way. */
  #again(conversationId: string, ms: number): void {
    this.#writing.delete(conversationId);
    this.schedule(conversationId, ms);
  }
}

/** Whether the same draft can be stored later. */
function mayPass(error: unknown): boolean {
  return error instanceof ParleyError && (error.retryable || error.code === 'UNAUTHENTICATED');
}
