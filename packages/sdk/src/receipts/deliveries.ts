import { type Delivered, limits, type ParleyError } from '@parley/contract';
import type { Session } from '../auth/session.ts';
import { retryDelayMs } from '../connection/backoff.ts';
import type { Connection } from '../connection/connection.ts';
import { toParleyError } from '../connection/errors.ts';
import type { Store } from '../store.ts';
import type { Sync } from '../sync/sync.ts';

/** How long an acknowledgement is kept back for more to come, in milliseconds. */
const GATHER_MS = 1_000;
/** The same where there are many members, who would all acknowledge at once: some time within so long. */
const SPREAD_MS = 10_000;

interface Due {
  position: number;
  /** When to say it. */
  readonly at: number;
}

/**
 * Says how far messages of others have come here: of each conversation only the farthest position, about once a second,
 * and never while it is of no use to anybody: it is read already, or one keeps one's receipts to oneself.
 */
export class Deliveries {
  readonly #connection: Connection;
  readonly #sync: Sync;
  readonly #session: Store<Session | null>;
  readonly #stopState: () => void;
  readonly #due = new Map<string, Due>();
  readonly #said = new Map<string, number>();
  /** Until when the server wants to hear nothing of a conversation. */
  readonly #unwanted = new Map<string, number>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #saying = false;
  #failures = 0;
  /** The history that positions belong to. */
  #epoch: string | null = null;
  /** Counts who was signed in, and in which history: what was said before is not listened to. */
  #term = 0;

  constructor(connection: Connection, sync: Sync, session: Store<Session | null>) {
    this.#connection = connection;
    this.#sync = sync;
    this.#session = session;
    sync.onReceived((received) => this.#receive(received));
    this.#stopState = connection.state.subscribe(() => this.#later());
  }

  /** Forgets everything of the person who was signed in. */
  clear(): void {
    this.#term += 1;
    this.#failures = 0;
    for (const map of [this.#due, this.#said, this.#unwanted]) map.clear();
    clearTimeout(this.#timer);
  }

  close(): void {
    this.#stopState();
    this.clear();
  }

  #receive(received: ReadonlyMap<string, number>): void {
    if (this.#session.getSnapshot()?.user.readReceipts === 'nobody') return;
    const { epoch } = this.#sync.getSnapshot();
    if (epoch !== this.#epoch) this.clear();
    this.#epoch = epoch;
    for (const [conversationId, position] of received) {
      if (position <= (this.#said.get(conversationId) ?? 0)) continue;
      const due = this.#due.get(conversationId);
      if (due !== undefined) due.position = Math.max(due.position, position);
      else this.#due.set(conversationId, { position, at: this.#when(conversationId) });
    }
    this.#later();
  }

  #when(conversationId: string): number {
    const { entries } = this.#sync.getSnapshot();
    const members = entries?.get(conversationId)?.conversation?.memberCount ?? 0;
    const gather = members > limits.receiptsWatched ? Math.random() * SPREAD_MS : GATHER_MS;
    return Math.max(Date.now() + gather, this.#unwanted.get(conversationId) ?? 0);
  }

  #later(): void {
    clearTimeout(this.#timer);
    if (this.#due.size === 0 || this.#saying) return;
    // What cannot be said is said once one is connected.
    if (this.#connection.state.getSnapshot().status !== 'online') return;
    const at = Math.min(...[...this.#due.values()].map((due) => due.at));
    this.#timer = setTimeout(() => void this.#say(), Math.max(0, at - Date.now()));
  }

  async #say(): Promise<void> {
    const marks = this.#take();
    if (marks.length === 0) return this.#later();
    const term = this.#term;
    this.#saying = true;
    try {
      const answer = await this.#connection.call((trpc, options) =>
        trpc.receipts.delivered.mutate({ marks }, options),
      );
      if (term === this.#term) this.#heard(marks, answer);
    } catch (error) {
      if (term === this.#term) this.#failed(marks, toParleyError(error));
    } finally {
      this.#saying = false;
      this.#later();
    }
  }

  /** What is due by now, but for what has been read meanwhile. */
  #take(): { conversationId: string; position: number }[] {
    const now = Date.now();
    const { entries } = this.#sync.getSnapshot();
    const marks: { conversationId: string; position: number }[] = [];
    for (const [conversationId, { position, at }] of this.#due) {
      if (at > now || marks.length === limits.deliveredMarks) continue;
      this.#due.delete(conversationId);
      if (position > (entries?.get(conversationId)?.read.readPosition ?? 0))
        marks.push({ conversationId, position });
    }
    return marks;
  }

  #heard(marks: readonly { conversationId: string; position: number }[], { waits }: Delivered): void {
    this.#failures = 0;
    for (const { conversationId, position } of marks)
      this.#said.set(conversationId, Math.max(position, this.#said.get(conversationId) ?? 0));
    // Spread out, as all were told so at the same time.
    for (const { conversationId, ms } of waits)
      this.#unwanted.set(conversationId, Date.now() + ms * (1 + Math.random() / 2));
  }

  /** What may succeed later is said later, with what has come since. */
  #failed(marks: readonly { conversationId: string; position: number }[], error: ParleyError): void {
    if (!error.retryable) return;
    const at = Date.now() + GATHER_MS + (error.retryAfterMs ?? 0) + retryDelayMs(this.#failures);
    this.#failures += 1;
    for (const { conversationId, position } of marks) {
      const since = this.#due.get(conversationId)?.position ?? 0;
      this.#due.set(conversationId, { position: Math.max(position, since), at });
    }
  }
}
