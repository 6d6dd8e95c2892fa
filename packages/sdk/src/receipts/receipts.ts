import type { MessageReceipts, ReceiptList, ReceiptPage, ReceiptsOf } from '@parley/contract';
import type { Session } from '../auth/session.ts';
import type { Connection } from '../connection/connection.ts';
import { OpenLists } from '../open-lists.ts';
import type { Paged } from '../paged.ts';
import type { Store } from '../store.ts';
import type { Sync } from '../sync/sync.ts';
import { Deliveries } from './deliveries.ts';
import { ReceiptStore } from './receipt-store.ts';

/**
 * How far others have got and read conversations. What comes in here is acknowledged by itself. Every call throws
 * NOT_MEMBER, UNAUTHENTICATED and UNAVAILABLE.
 */
export class Receipts {
  readonly #connection: Connection;
  readonly #stores: OpenLists<ReceiptStore>;
  readonly #deliveries: Deliveries;

  constructor(connection: Connection, sync: Sync, session: Store<Session | null>) {
    this.#connection = connection;
    this.#deliveries = new Deliveries(connection, sync, session);
    this.#stores = new OpenLists(
      (conversationId) => new ReceiptStore(connection, session, conversationId),
      () => {},
    );
  }

  /** The receipts of a conversation of at most 100 members, live; the same store for the same conversation. */
  open(conversationId: string): ReceiptStore {
    return this.#stores.open(conversationId);
  }

  /** How far the others have got and read a conversation, 100 of them at a time unless told. */
  list(input: Paged<ReceiptList>): Promise<ReceiptPage> {
    return this.#connection.call((trpc, options) => trpc.receipts.list.query(input, options), {
      repeatable: true,
    });
  }

  /** Who has got, and who has read, a message, of a conversation of any size. @throws NOT_FOUND, CONFLICT */
  of(input: Paged<ReceiptsOf>): Promise<MessageReceipts> {
    return this.#connection.call((trpc, options) => trpc.receipts.of.query(input, options), {
      repeatable: true,
    });
  }

  /** Forgets everything of the person who was signed in. */
  clear(): void {
    this.#deliveries.clear();
    this.#stores.clear();
    this.#stores.each((store) => store.restart());
  }

  close(): void {
    this.#deliveries.close();
    this.#stores.each((store) => store.close());
  }
}
