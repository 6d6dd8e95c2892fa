import {
  type ErrorCode,
  type Message,
  type Receipt,
  type ReceiptEvent,
  type ParleyError,
} from '@parley/contract';
import type { Session } from '../auth/session.ts';
import type { Connection } from '../connection/connection.ts';
import { LiveStore } from '../live-store.ts';
import type { Store } from '../store.ts';
import {
  applyReceipts,
  emptyBook,
  type MessageReceipt,
  type ReceiptBook,
  receiptOf,
} from './receipt-book.ts';

/** Errors that asking again does not change. */
const final: ReadonlySet<ErrorCode> = new Set(['NOT_MEMBER', 'INVALID_INPUT', 'CONFLICT']);

/** How far the others have got and read a conversation. `too-many`: it has too many members to be followed. */
export interface ReceiptsSnapshot {
  readonly status: 'loading' | 'ready' | 'too-many';
  /** By user id: of the others, those whose receipts one may see. */
  readonly receipts: ReadonlyMap<string, Receipt>;
}

export const loadingReceipts: ReceiptsSnapshot = { status: 'loading', receipts: emptyBook.receipts };

/** The receipts of one conversation. Live while somebody is subscribed. */
export class ReceiptStore extends LiveStore<ReceiptsSnapshot> {
  readonly #connection: Connection;
  readonly #session: Store<Session | null>;
  readonly #conversationId: string;
  #book: ReceiptBook = emptyBook;
  #unwatch: (() => void) | undefined;

  constructor(connection: Connection, session: Store<Session | null>, conversationId: string) {
    super(loadingReceipts);
    this.#connection = connection;
    this.#session = session;
    this.#conversationId = conversationId;
  }

  /** How far a message has come, by what is known now: ask again when the store has changed. */
  receiptOf(message: Pick<Message, 'position' | 'senderId'>): MessageReceipt {
    return receiptOf(this.#book, message);
  }

  /** Begins anew, for somebody else. */
  restart(): void {
    if (!this.live) return;
    this.stop();
    this.#forget();
    this.start();
  }

  protected override start(): void {
    const conversationId = this.#conversationId;
    this.#unwatch = this.#connection.watchSignedIn<ReceiptEvent>({
      open: (trpc, observer) => trpc.receipts.watch.subscribe({ conversationId }, observer),
      onData: (event) => this.#learn(event),
      onError: (error) => this.#fail(error),
      onLost: () => this.#forget(),
    });
  }

  protected override stop(): void {
    this.#unwatch?.();
  }

  #learn(event: ReceiptEvent): void {
    const viewerId = this.#session.getSnapshot()?.user.id ?? '';
    const book = applyReceipts(this.#book, event, viewerId);
    if (book === this.#book) return;
    this.#book = book;
    this.publish({ status: 'ready', receipts: book.receipts });
  }

  /** @returns whether to ask again */
  #fail({ code }: ParleyError): boolean {
    if (!final.has(code)) return true;
    this.#book = emptyBook;
    this.publish(code === 'CONFLICT' ? { ...loadingReceipts, status: 'too-many' } : loadingReceipts);
    return false;
  }

  #forget(): void {
    this.#book = emptyBook;
    this.publish(loadingReceipts);
  }
}
