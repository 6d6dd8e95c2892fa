import {
  type ErrorCode,
  type Message,
  type MessageSend,
  ParleyError,
  type StoredMessage,
} from '@parley/contract';
import { retryDelayMs } from '../connection/backoff.ts';
import { wait } from '../connection/wait.ts';
import type { Persistence } from '../persistence/persistence.ts';
import { type Store, WritableStore } from '../store.ts';
import { KeptQueue } from './kept-queue.ts';
import { newId } from './new-id.ts';
import {
  lastOrder,
  nextOf,
  ordered,
  type OutgoingMessage,
  type Queue,
  type QueueInput,
  stepQueue,
  takeOver,
} from './queue.ts';
import { Results } from './results.ts';
import { type TabNews, Tabs } from './tabs.ts';
import { Writer } from './writer.ts';

/** Beyond what the error table calls retryable: signing in again, or a newer client, changes the outcome. */
const passing: ReadonlySet<ErrorCode> = new Set(['UNAUTHENTICATED', 'OUTDATED']);
/** Attempts after which an error inside the server counts as one this message provokes. */
const internalAttempts = 5;

export interface OutboxOptions {
  /** One attempt, with a deadline of its own. @throws ParleyError */
  readonly send: (message: OutgoingMessage) => Promise<StoredMessage>;
  readonly onStored: (message: StoredMessage) => void;
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
  readonly #results = new Results();
  readonly #busy = new Set<string>();
  readonly #inFlight = new Set<string>();
  /** The pauses between attempts. */
  readonly #pauses = new Set<AbortController>();
  #queue: Queue = new Map();
  /** These three are there from `begin` to `close`. */
  #kept: KeptQueue | null = null;
  #writer: Writer | null = null;
  #tabs: Tabs | null = null;
  #stop = new AbortController();

  constructor(options: OutboxOptions) {
    this.#options = options;
  }

  readonly subscribe = (listener: () => void): (() => void) => this.#shown.subscribe(listener);
  readonly getSnapshot = (): readonly OutgoingMessage[] => this.#shown.getSnapshot();

  /** Begins with what was kept in a place, as the only one there or with other tabs. */
  begin(place: OutboxPlace): void {
    this.close();
    this.#kept = new KeptQueue(place.persistence);
    const name = place.persistence.shared ? place.name : null;
    this.#tabs = new Tabs(name, (news) => this.#onNews(news));
    // Whoever came before may have left something in the moment before it went.
    this.#writer = new Writer(name, () => this.#readBack());
    this.#readBack();
  }

  /** Sends a message. Resolves with what was stored. @throws ParleyError once it has failed */
  send({
    conversationId,
    content,
    id = newId(),
    messageType: _text,
    ...extras
  }: MessageSend): Promise<Message> {
    if (this.#kept === null) return Promise.reject(nobody());
    const again = this.retry(id);
    if (again !== undefined) return again;
    const createdAt = new Date().toISOString();
    const body = { id, conversationId, content, extras };
    const message = { ...body, createdAt, status: 'sending', error: null } as const;
    const result = this.#results.of(id);
    this.#change({ type: 'add', message, order: lastOrder(this.#queue, Date.now()) });
    return result;
  }

  /** Tries a failed message again, with the id it has, after those that wait. */
  retry(id: string): Promise<Message> | undefined {
    if (this.#queue.get(id)?.message.status !== 'failed') return undefined;
    const result = this.#results.of(id);
    this.#change({ type: 'retry', id, order: lastOrder(this.#queue, Date.now()) });
    return result;
  }

  /** Forgets a message that has failed or waits; not one that is just being sent. */
  discard(id: string): void {
    if (!this.#queue.has(id) || this.#inFlight.has(id)) return;
    this.#results.reject(id, discarded());
    this.#change({ type: 'remove', id });
    this.#tabs?.tell({ type: 'discarded', id });
    // Nobody waits for what is not sent any more.
    this.hurry();
  }

  /** Says that these are stored: their own events can come before the answer, or without one. */
  confirm(messages: readonly Message[]): void {
    for (const message of messages) {
      if (!this.#queue.has(message.id)) continue;
      this.#results.resolve(message);
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
    [this.#writer, this.#tabs, this.#kept] = [null, null, null];
    this.#busy.clear();
    this.#inFlight.clear();
    this.#queue = new Map();
    this.#results.rejectAll(error);
    this.#show();
  }

  /** Changes the queue, shows it, keeps it, and goes on sending. */
  #change(input: QueueInput): void {
    const next = stepQueue(this.#queue, input);
    if (next === this.#queue) return;
    this.#queue = next;
    this.#show();
    const id = input.type === 'add' ? input.message.id : input.id;
    if (input.type !== 'hold') void this.#keep(id);
    this.#workAll();
  }

  async #keep(id: string): Promise<void> {
    const tabs = this.#tabs;
    const saved = await this.#kept?.save(id, this.#queue.get(id));
    if (saved === true) tabs?.tell({ type: 'changed' });
    else this.#workAll();
  }

  #onNews(news: TabNews): void {
    if (news.type === 'stored') this.#results.resolve(news.message);
    else if (news.type === 'changed') this.#readBack();
    else this.#results.reject(news.id, discarded());
  }

  /** Takes over what is kept: at the start, and whenever another tab has changed it. Nothing is sent meanwhile. */
  #readBack(): void {
    const [{ signal }, kept] = [this.#stop, this.#kept];
    let known = this.#queue;
    kept?.load(
      () => {
        known = this.#queue;
      },
      (entries) => {
        if (!signal.aborted) this.#takeOver(takeOver(this.#queue, known, entries, kept.unkept));
      },
    );
    void kept?.idle.then(() => this.#workAll());
  }

  #takeOver(queue: Queue): void {
    this.#queue = queue;
    for (const { message } of queue.values()) {
      if (message.status === 'failed' && message.error !== null) {
        this.#results.reject(message.id, message.error);
      }
    }
    this.#show();
  }

  /** The writer sends everything; what could not be kept nobody else can send. */
  #isOurs(id: string): boolean {
    return this.#writer?.writing === true || this.#kept?.unkept.has(id) === true;
  }

  #workAll(): void {
    for (const { message } of this.#queue.values()) {
      if (message.status === 'sending' && this.#isOurs(message.id)) {
        void this.#work(message.conversationId, this.#stop.signal);
      }
    }
  }

  async #work(conversationId: string, stop: AbortSignal): Promise<void> {
    if (this.#busy.has(conversationId)) return;
    this.#busy.add(conversationId);
    // Nothing is sent before it is kept.
    await this.#kept?.idle;
    for (;;) {
      const next = stop.aborted ? undefined : nextOf(this.#queue, conversationId);
      if (next === undefined || !this.#isOurs(next.message.id)) break;
      await this.#deliver(next.message, stop);
    }
    if (!stop.aborted) this.#busy.delete(conversationId);
  }

  /** Settles one message, or leaves it to others when it is gone meanwhile; never rejects. */
  async #deliver(message: OutgoingMessage, stop: AbortSignal): Promise<void> {
    const { id } = message;
    const current = () => !stop.aborted && this.#queue.get(id)?.message.status === 'sending';
    for (let attempt = 0; current(); attempt += 1) {
      await this.#kept?.idle;
      // Gone while it was kept, or the next person is signed in: this must not be sent in their name.
      if (!current()) return;
      const answer = await this.#attempt(message);
      if (stop.aborted) return;
      if (!(answer instanceof ParleyError)) {
        this.#options.onStored(answer);
        this.confirm([answer]);
        return;
      }
      if (!current()) return;
      if (!mayPass(answer, attempt)) {
        this.#change({ type: 'fail', id, error: answer });
        this.#results.reject(id, answer);
        return;
      }
      this.#change({ type: 'hold', id, error: answer });
      // A page that was loaded since, with a newer client, can send what this one cannot.
      if (answer.code === 'OUTDATED') this.#writer?.handOver();
      if (!this.#isOurs(id)) return;
      // What the server said holds, however good the connection is again.
      if (answer.retryAfterMs !== null) await wait(answer.retryAfterMs, stop).catch(() => {});
      await this.#pause(attempt);
    }
  }

  async #attempt(message: OutgoingMessage): Promise<StoredMessage | ParleyError> {
    this.#inFlight.add(message.id);
    try {
      return await this.#options.send(message);
    } catch (thrown) {
      return asError(thrown);
    } finally {
      this.#inFlight.delete(message.id);
    }
  }

  async #pause(attempt: number): Promise<void> {
    const pause = new AbortController();
    this.#pauses.add(pause);
    await wait(retryDelayMs(attempt), pause.signal).catch(() => {});
    this.#pauses.delete(pause);
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

const discarded = () => new ParleyError('CONFLICT', 'unable to send; the message was discarded');
const nobody = () => new ParleyError('UNAUTHENTICATED', 'unable to send; nobody is signed in');

function asError(thrown: unknown): ParleyError {
  if (thrown instanceof ParleyError) return thrown;
  return new ParleyError('INTERNAL', 'unable to send; internal error', { cause: thrown });
}
