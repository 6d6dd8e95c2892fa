import { type ErrorCode, type Message, newId, ParleyError } from '@parley/contract';
import { retryDelayMs } from '../connection/backoff.ts';
import { wait } from '../connection/wait.ts';
import type { Persistence } from '../persistence/persistence.ts';
import { type Store, WritableStore } from '../store.ts';
import {
  lastOrder,
  nextOf,
  ordered,
  type OutgoingMessage,
  type Queue,
  type QueueInput,
  stepQueue,
} from './queue.ts';
import { parseRecord, recordOf } from './record.ts';
import { type TabNews, Tabs } from './tabs.ts';
import { Writer } from './writer.ts';

/** Beyond what the error table calls retryable: signing in again, or a newer page, changes the outcome. */
const passing: ReadonlySet<ErrorCode> = new Set(['UNAUTHENTICATED']);
/** Attempts after which an error inside the server counts as one this message provokes. */
const internalAttempts = 5;

export interface OutboxOptions {
  /** One attempt, with a deadline of its own. @throws ParleyError */
  readonly send: (message: OutgoingMessage) => Promise<Message>;
  readonly onStored: (message: Message) => void;
}

/** Where one person's outbox is kept; `name` tells it from others in the same browser. */
export interface OutboxPlace {
  readonly persistence: Persistence;
  readonly name: string;
}

/**
 * Messages on their way: first in first out and one in flight in each conversation, kept before they are first sent, and
 * repeated with the same id until the server has stored or refused them.
 */
export class Outbox implements Store<readonly OutgoingMessage[]> {
  readonly #options: OutboxOptions;
  readonly #shown = new WritableStore<readonly OutgoingMessage[]>([]);
  readonly #results = new Map<string, PromiseWithResolvers<Message>>();
  readonly #busy = new Set<string>();
  /** Removed here: what is read back later must not bring them again. */
  readonly #gone = new Set<string>();
  /** Could not be kept: that they are missing where the others are kept means nothing. */
  readonly #unkept = new Set<string>();
  /** The pauses between attempts. */
  readonly #pauses = new Set<AbortController>();
  #queue: Queue = new Map();
  #place: OutboxPlace | null = null;
  #writer: Writer | null = null;
  #tabs: Tabs | null = null;
  /** Settles when all that was to be kept so far is. */
  #kept: Promise<unknown> = Promise.resolve();
  #stop = new AbortController();

  constructor(options: OutboxOptions) {
    this.#options = options;
  }

  readonly subscribe = (listener: () => void): (() => void) => this.#shown.subscribe(listener);
  readonly getSnapshot = (): readonly OutgoingMessage[] => this.#shown.getSnapshot();

  /** Begins with what was kept in a place, as the only one there or with other tabs. */
  begin(place: OutboxPlace): void {
    this.close();
    this.#place = place;
    const name = place.persistence.shared ? place.name : null;
    this.#tabs = new Tabs(name, (news) => this.#onNews(news));
    // Whoever came before may have left something in the moment before it went.
    this.#writer = new Writer(name, () => this.#readBack());
    this.#readBack();
  }

  /** Sends a message. Resolves with what was stored. @throws ParleyError once it has failed */
  send(conversationId: string, content: string, id: string = newId()): Promise<Message> {
    const createdAt = new Date().toISOString();
    const message = { id, conversationId, content, createdAt, status: 'sending', error: null } as const;
    const result = this.#resultOf(id);
    this.#change({ type: 'add', message, order: lastOrder(this.#queue, Date.now()) });
    return result;
  }

  /** Tries a failed message again, with the id it has, after those that wait. */
  retry(id: string): Promise<Message> | undefined {
    if (this.#queue.get(id)?.message.status !== 'failed') return undefined;
    this.#results.delete(id);
    const result = this.#resultOf(id);
    this.#change({ type: 'retry', id, order: lastOrder(this.#queue, Date.now()) });
    return result;
  }

  /** Forgets a failed message. */
  discard(id: string): void {
    if (this.#queue.get(id)?.message.status !== 'failed') return;
    this.#change({ type: 'remove', id });
    this.#tabs?.tell({ type: 'discarded', id });
  }

  /** Says that these are stored: their own events can come before the answer, or without one. */
  confirm(messages: readonly Message[]): void {
    for (const message of messages) {
      if (!this.#queue.has(message.id)) continue;
      this.#settle(message);
      this.#change({ type: 'remove', id: message.id });
      this.#tabs?.tell({ type: 'stored', message });
    }
  }

  /** Ends the waits between attempts: the server can be reached again. */
  hurry(): void {
    for (const pause of this.#pauses) pause.abort();
  }

  /** Lets go of everything here; what is kept stays kept. Promises of what is on its way reject. */
  close(): void {
    const error = new ParleyError('UNAVAILABLE', 'unable to wait for the message; the outbox was closed');
    this.#stop.abort(error);
    this.#stop = new AbortController();
    this.hurry();
    this.#writer?.close();
    this.#tabs?.close();
    [this.#writer, this.#tabs, this.#place] = [null, null, null];
    this.#busy.clear();
    this.#gone.clear();
    this.#unkept.clear();
    this.#kept = Promise.resolve();
    this.#queue = new Map();
    for (const result of this.#results.values()) result.reject(error);
    this.#results.clear();
    this.#show();
  }

  #resultOf(id: string): Promise<Message> {
    const known = this.#results.get(id);
    if (known !== undefined) return known.promise;
    const result = Promise.withResolvers<Message>();
    // Those who only watch the list do not wait for the promise.
    result.promise.catch(() => {});
    this.#results.set(id, result);
    return result.promise;
  }

  /** Changes the queue, shows it, keeps it, and goes on sending. */
  #change(input: QueueInput): void {
    const next = stepQueue(this.#queue, input);
    if (next === this.#queue) return;
    this.#queue = next;
    this.#show();
    const id = input.type === 'add' ? input.message.id : input.id;
    if (input.type === 'remove') this.#gone.add(id);
    else this.#gone.delete(id);
    if (input.type !== 'hold') this.#keep(id);
    this.#workAll();
  }

  #keep(id: string): void {
    const { persistence } = this.#place ?? {};
    if (persistence === undefined) return;
    const [tabs, before, queued] = [this.#tabs, this.#kept, this.#queue.get(id)];
    const written = queued === undefined ? persistence.delete(id) : persistence.set(id, recordOf(queued));
    // Where nothing can be kept, messages are sent all the same.
    const done = written.then(
      () => tabs?.tell({ type: 'changed' }),
      () => this.#unkept.add(id),
    );
    this.#kept = before.then(() => done);
  }

  #onNews(news: TabNews): void {
    if (news.type === 'stored') this.#settle(news.message);
    else if (news.type === 'changed') this.#readBack();
    else {
      const error = new ParleyError('UNAVAILABLE', 'unable to send; it was discarded in another tab');
      this.#results.get(news.id)?.reject(error);
    }
  }

  /** Takes over what is kept: at the start, and whenever another tab has changed it. Nothing is sent meanwhile. */
  #readBack(): void {
    const { signal } = this.#stop;
    const [place, before] = [this.#place, this.#kept];
    if (place === null) return;
    this.#kept = before
      .then(() => {
        const known = this.#queue;
        return place.persistence.entries('').then((entries) => {
          if (!signal.aborted) this.#takeOver(known, entries);
        });
      })
      .catch(() => {});
    void this.#kept.then(() => this.#workAll());
  }

  /** @param known what was here when the reading began: of that, what is not kept any more is gone */
  #takeOver(known: Queue, entries: readonly (readonly [string, unknown])[]): void {
    const next = new Map(this.#queue);
    const kept = new Set(entries.map(([id]) => id));
    for (const id of known.keys()) if (!kept.has(id) && !this.#unkept.has(id)) next.delete(id);
    for (const [id, value] of entries) {
      const queued = parseRecord(value);
      if (queued === null || this.#gone.has(id)) continue;
      if (next.get(id)?.message.status !== queued.message.status) next.set(id, queued);
      const { status, error } = queued.message;
      if (status === 'failed' && error !== null) this.#results.get(id)?.reject(error);
    }
    this.#queue = next;
    this.#show();
  }

  #workAll(): void {
    if (this.#writer !== null && !this.#writer.writing) return;
    for (const conversationId of new Set(
      [...this.#queue.values()].map(({ message }) => message.conversationId),
    )) {
      void this.#work(conversationId, this.#stop.signal);
    }
  }

  async #work(conversationId: string, stop: AbortSignal): Promise<void> {
    if (this.#busy.has(conversationId)) return;
    this.#busy.add(conversationId);
    // Nothing is sent before it is kept.
    await this.#kept;
    for (;;) {
      const next = stop.aborted ? undefined : nextOf(this.#queue, conversationId);
      if (next === undefined) break;
      await this.#deliver(next.message, stop);
    }
    if (!stop.aborted) this.#busy.delete(conversationId);
  }

  /** Settles one message, or leaves it to others when it is gone meanwhile; never rejects. */
  async #deliver(message: OutgoingMessage, stop: AbortSignal): Promise<void> {
    const { id } = message;
    const current = () => !stop.aborted && this.#queue.get(id)?.message.status === 'sending';
    for (let attempt = 0; current(); attempt += 1) {
      try {
        await this.#kept;
        const stored = await this.#options.send(message);
        if (stop.aborted) return;
        this.#options.onStored(stored);
        this.confirm([stored]);
        return;
      } catch (thrown) {
        if (!current()) return;
        const error = asError(thrown);
        if (!mayPass(error, attempt)) {
          this.#change({ type: 'fail', id, error });
          this.#results.get(id)?.reject(error);
          return;
        }
        this.#change({ type: 'hold', id, error });
        await this.#pause(attempt);
      }
    }
  }

  async #pause(attempt: number): Promise<void> {
    const pause = new AbortController();
    this.#pauses.add(pause);
    await wait(retryDelayMs(attempt), pause.signal).catch(() => {});
    this.#pauses.delete(pause);
  }

  #settle(message: Message): void {
    this.#results.get(message.id)?.resolve(message);
    this.#results.delete(message.id);
  }

  #show(): void {
    this.#shown.set(ordered(this.#queue).map(({ message }) => message));
  }
}

/** Whether the same message can be stored later without being changed. */
function mayPass(error: ParleyError, attempt: number): boolean {
  if (error.code === 'INTERNAL') return attempt + 1 < internalAttempts;
  return error.retryable || passing.has(error.code);
}

function asError(thrown: unknown): ParleyError {
  if (thrown instanceof ParleyError) return thrown;
  return new ParleyError('INTERNAL', 'unable to send; internal error', { cause: thrown });
}
