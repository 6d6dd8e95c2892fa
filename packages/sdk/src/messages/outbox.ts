import { type Message, newId, ParleyError } from '@parley/contract';
import { retryDelayMs } from '../connection/backoff.ts';
import { wait } from '../connection/wait.ts';
import { type Store, WritableStore } from '../store.ts';

/** How long a message is tried for before it counts as failed. */
const GIVE_UP_AFTER_MS = 60_000;
/** A send waits for the connection by itself, so pauses between attempts stay short. */
const LONGEST_PAUSE_MS = 2_000;

/** A message on its way. Its id is the one it will have. */
export interface OutgoingMessage {
  readonly id: string;
  readonly conversationId: string;
  readonly content: string;
  /** When it was written, as ISO 8601. */
  readonly createdAt: string;
  readonly status: 'sending' | 'failed';
  /** Why it failed; null while it is being sent. */
  readonly error: ParleyError | null;
}

export interface OutboxOptions {
  /** One attempt. @throws ParleyError */
  readonly send: (message: OutgoingMessage) => Promise<Message>;
  readonly onStored: (message: Message) => void;
}

interface Entry {
  message: OutgoingMessage;
  giveUpAt: number;
  readonly stored: PromiseWithResolvers<Message>;
}

/**
 * Messages on their way: first in first out and one at a time in each conversation, each repeated with the same id
 * until the server has it, refuses it, or a minute is over.
 */
export class Outbox implements Store<readonly OutgoingMessage[]> {
  readonly #options: OutboxOptions;
  readonly #state = new WritableStore<readonly OutgoingMessage[]>([]);
  readonly #entries = new Map<string, Entry>();
  readonly #busy = new Set<string>();
  #stop = new AbortController();

  constructor(options: OutboxOptions) {
    this.#options = options;
  }

  readonly subscribe = (listener: () => void): (() => void) => this.#state.subscribe(listener);
  readonly getSnapshot = (): readonly OutgoingMessage[] => this.#state.getSnapshot();

  /** Sends a message. Resolves with what was stored. @throws ParleyError once it has failed */
  send(conversationId: string, content: string, id: string = newId()): Promise<Message> {
    const createdAt = new Date().toISOString();
    const message = { id, conversationId, content, createdAt, status: 'sending', error: null } as const;
    return this.#enqueue(message);
  }

  /** Tries a failed message again, with the id it has. */
  retry(id: string): Promise<Message> | undefined {
    const entry = this.#entries.get(id);
    if (entry?.message.status !== 'failed') return undefined;
    this.#entries.delete(id);
    return this.#enqueue({ ...entry.message, status: 'sending', error: null });
  }

  /** Forgets a failed message. */
  discard(id: string): void {
    if (this.#entries.get(id)?.message.status === 'failed') this.#remove(id);
  }

  /** Says that these are stored: their own events can come before the answer, or without one. */
  confirm(messages: readonly Message[]): void {
    for (const message of messages) {
      this.#entries.get(message.id)?.stored.resolve(message);
      this.#remove(message.id);
    }
  }

  /** Forgets everything; what is on its way fails. */
  clear(): void {
    const error = new ParleyError('UNAVAILABLE', 'unable to send; the session has ended');
    this.#stop.abort(error);
    this.#stop = new AbortController();
    this.#busy.clear();
    for (const entry of this.#entries.values()) entry.stored.reject(error);
    this.#entries.clear();
    this.#publish();
  }

  #enqueue(message: OutgoingMessage): Promise<Message> {
    const stored = Promise.withResolvers<Message>();
    // Those who only watch the list do not wait for the promise.
    stored.promise.catch(() => {});
    this.#entries.set(message.id, { message, giveUpAt: Date.now() + GIVE_UP_AFTER_MS, stored });
    this.#publish();
    void this.#work(message.conversationId, this.#stop.signal);
    return stored.promise;
  }

  async #work(conversationId: string, stop: AbortSignal): Promise<void> {
    if (this.#busy.has(conversationId)) return;
    this.#busy.add(conversationId);
    for (let entry = this.#next(conversationId); entry; entry = this.#next(conversationId)) {
      await this.#deliver(entry, stop);
      if (stop.aborted) return;
    }
    this.#busy.delete(conversationId);
  }

  #next(conversationId: string): Entry | undefined {
    return [...this.#entries.values()].find(
      ({ message }) => message.conversationId === conversationId && message.status === 'sending',
    );
  }

  /** Settles one entry; never rejects. */
  async #deliver(entry: Entry, stop: AbortSignal): Promise<void> {
    for (let attempt = 0; this.#entries.get(entry.message.id) === entry; attempt += 1) {
      try {
        const message = await this.#options.send(entry.message);
        if (stop.aborted) return;
        this.#options.onStored(message);
        this.confirm([message]);
      } catch (thrown) {
        if (stop.aborted || this.#entries.get(entry.message.id) !== entry) return;
        const error = asError(thrown);
        const pause = Math.min(LONGEST_PAUSE_MS, retryDelayMs(attempt));
        if (!error.retryable || Date.now() + pause >= entry.giveUpAt) this.#fail(entry, error);
        else await wait(pause, stop).catch(() => {});
        if (entry.message.status === 'failed') return;
      }
    }
  }

  #fail(entry: Entry, error: ParleyError): void {
    entry.message = { ...entry.message, status: 'failed', error };
    entry.stored.reject(error);
    this.#publish();
  }

  #remove(id: string): void {
    if (this.#entries.delete(id)) this.#publish();
  }

  #publish(): void {
    this.#state.set([...this.#entries.values()].map(({ message }) => message));
  }
}

function asError(thrown: unknown): ParleyError {
  if (thrown instanceof ParleyError) return thrown;
  return new ParleyError('INTERNAL', 'unable to send; internal error', { cause: thrown });
}
