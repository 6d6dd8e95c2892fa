import {
  type MarkRead,
  type MarkUnread,
  type Message,
  type MessageEdit,
  type MessageList as MessageListInput,
  type MessagePage,
  type MessageRef,
  type MessageSend,
  ParleyError,
  type ReadState,
  type StoredSettings,
} from '@parley/contract';
import type { Connection } from '../connection/connection.ts';
import { Outbox, type OutboxPlace } from '../outbox/outbox.ts';
import { OpenLists } from '../open-lists.ts';
import type { Paged } from '../paged.ts';
import { heldMessage } from '../sync/stretches.ts';
import type { Sync } from '../sync/sync.ts';
import { takeStored } from '../settings/settings.ts';
import { MessageList } from './message-list.ts';

/** A page to list: the latest 50 entries unless told. */
export type MessageListPage = Paged<MessageListInput>;

/** Messages. Every call throws NOT_MEMBER, UNAUTHENTICATED and UNAVAILABLE. */
export class Messages {
  readonly #connection: Connection;
  readonly #sync: Sync;
  readonly #outbox: Outbox;
  readonly #lists: OpenLists<MessageList>;
  readonly #stopHurrying: () => void;

  readonly #onSend: (conversationId: string) => void;

  /** @param onSend called with the conversation that a message is sent to */
  constructor(connection: Connection, sync: Sync, onSend: (conversationId: string) => void) {
    this.#connection = connection;
    this.#sync = sync;
    this.#onSend = onSend;
    this.#outbox = new Outbox({
      send: ({ conversationId, content, id, extras }) =>
        connection.call((trpc, options) =>
          trpc.messages.send.mutate({ conversationId, content, id, ...extras }, options),
        ),
      onStored: (message) => sync.takeRow(message),
    });
    sync.listen((messages) => this.#outbox.confirm(messages));
    this.#lists = new OpenLists(
      (conversationId) => new MessageList(sync, this.#outbox, conversationId),
      (conversationId) => sync.step({ type: 'close', conversationId }),
    );
    this.#stopHurrying = connection.state.subscribe(() => {
      if (connection.state.getSnapshot().status === 'online') this.#outbox.hurry();
    });
  }

  /** All that is on its way, also in threads. */
  get outbox(): Outbox {
    return this.#outbox;
  }

  /** Goes on with what somebody left unsent. */
  begin(place: OutboxPlace): void {
    this.#outbox.begin(place);
  }

  /** A conversation's live messages; the same list for the same conversation. Live while somebody is subscribed. */
  open(conversationId: string): MessageList {
    return this.#lists.open(conversationId);
  }

  /**
   * Sends a message: one at a time in each conversation, in order. It shows at once as outgoing in the conversation's
   * list, is kept until it is stored, and repeated with the same id for as long as the server cannot be reached.
   * @throws NOT_MEMBER; INVALID_INPUT, also when one it mentions is not a member; FORBIDDEN when it mentions
   * everybody and one may not; NOT_FOUND when the message it answers, or whose thread it
   * is for, is not there to see; CONFLICT for an id used for something else, and for a thread on a reply of a thread; UNAVAILABLE when the client is closed
   * or signed out meanwhile
   */
  send(input: MessageSend): Promise<Message> {
    // What was being written for the conversation itself goes on being written.
    if (input.thread === undefined) this.#onSend(input.conversationId);
    return this.#outbox.send(input);
  }

  /** Tries a failed message again; resolves once it is stored. Does nothing for an id that is not failed. */
  async retry(id: string): Promise<Message | undefined> {
    return this.#outbox.retry(id);
  }

  /** Forgets a message that has failed or waits; does nothing for one that is just being sent. */
  discard(id: string): void {
    this.#outbox.discard(id);
  }

  /** One page of the timeline. */
  list(input: MessageListPage): Promise<MessagePage> {
    return this.#connection.call((trpc, options) => trpc.messages.list.query(input, options), {
      repeatable: true,
    });
  }

  /** The position of the first entry of a time or later, to jump to a day; null when there is none that late. */
  async positionAt(conversationId: string, at: Date): Promise<number | null> {
    const input = { conversationId, at: at.toISOString() };
    const { position } = await this.#connection.call(
      (trpc, options) => trpc.messages.positionAt.query(input, options),
      { repeatable: true },
    );
    return position;
  }

  /**
   * The message that another one answers, as it is held, or else as the server has it now; null when it answers none, or when
   * what it answers is not there to see. What is held changes with its events: call it again with them.
   * @throws ParleyError
   */
  async quoted({ conversationId, replyTo }: Message): Promise<Message | null> {
    if (replyTo === undefined) return null;
    const entry = this.#sync.getSnapshot().entries?.get(conversationId);
    const held = entry === undefined ? undefined : heldMessage(entry, replyTo.position);
    if (held !== undefined) return held;
    const { messageId } = replyTo;
    try {
      return await this.#connection.call(
        (trpc, options) => trpc.messages.get.query({ conversationId, messageId }, options),
        { repeatable: true },
      );
    } catch (error) {
      if (error instanceof ParleyError && error.code === 'NOT_FOUND') return null;
      throw error;
    }
  }

  /**
   * Replaces what a message says, and whom it mentions where that is given.
   * @throws NOT_FOUND, FORBIDDEN, INVALID_INPUT; CONFLICT once it is deleted
   */
  async edit(input: MessageEdit): Promise<Message> {
    const message = await this.#connection.call(
      (trpc, options) => trpc.messages.edit.mutate(input, options),
      { repeatable: true },
    );
    this.#sync.takeRow(message);
    return message;
  }

  /** @throws NOT_FOUND, FORBIDDEN */
  async delete(input: MessageRef): Promise<Message> {
    const message = await this.#connection.call(
      (trpc, options) => trpc.messages.delete.mutate(input, options),
      { repeatable: true },
    );
    this.#sync.takeRow(message);
    return message;
  }

  /**
   * Moves one's read position up to a position, or to the latest. A mark as unread at or before it moves behind it; one that
   * another device has made since, and this one has not heard of, stays.
   */
  async markRead(input: Omit<MarkRead, 'settingsSeq'>): Promise<ReadState> {
    const { conversationId } = input;
    const asked = { ...input, ...this.#settingsSeq(conversationId) };
    const answer = await this.#connection.call(
      (trpc, options) => trpc.messages.markRead.mutate(asked, options),
      { repeatable: true },
    );
    const { epoch, settings, ...read } = answer;
    this.#sync.step({ type: 'read', epoch, conversationId, read });
    if (settings !== undefined) this.#sync.step({ type: 'settings', epoch, conversationId, settings });
    return read;
  }

  /**
   * Has a conversation shown as unread from an entry on, on all of one's devices; `markRead` ends it.
   * @throws NOT_FOUND when there is no such entry; INVALID_INPUT when it lies more than 10,000 entries back
   */
  async markUnread(input: MarkUnread): Promise<StoredSettings> {
    const stored = await this.#connection.call(
      (trpc, options) => trpc.messages.markUnread.mutate(input, options),
      { repeatable: true },
    );
    takeStored(this.#sync, stored);
    return stored;
  }

  /** As of when settings are known, for a server that asks for it. */
  #settingsSeq(conversationId: string): Pick<MarkRead, 'settingsSeq'> {
    const { inboxSeq, entries } = this.#sync.getSnapshot();
    if (inboxSeq === null) return {};
    return { settingsSeq: Math.max(inboxSeq, entries?.get(conversationId)?.settings?.inboxSeq ?? 0) };
  }

  /** Forgets everything of the person who was signed in. */
  clear(): void {
    this.#lists.clear();
    this.#outbox.close();
  }

  close(): void {
    this.#stopHurrying();
    this.clear();
  }
}
