import { setTimeout } from 'node:timers/promises';
import { type Frame, type InboxEvent, type LiveStream, ParleyError } from '@parley/contract';
import type { Bus } from '../bus/bus.ts';
import type { Database } from '../db/database.ts';
import { asServiceError } from '../db/errors.ts';
import type { ConversationFeeds } from '../feeds/conversation-feeds.ts';
import { parseHint, userChannel } from '../feeds/events.ts';
import { LiveChannel } from '../live-channel.ts';
import type { Log } from '../log.ts';
import { HeldConversation } from './held-conversation.ts';
import { type Inbox, inboxOf, inboxSince, type OwnMembership, readInbox } from './queries.ts';

type InboxStream = LiveChannel<readonly InboxEvent[]>;

/** Heads in one `ready` event. */
const readyPage = 200;
/** How often membership is read again because it changed while it was being attached. */
const admitAttempts = 8;
const retryMs = 500;

/**
 * One person on this process: the conversations they hold, each attached to its feed, and the streams of their devices.
 * What it knows is read from the database; events on the bus only say that there is something to read (rule 6).
 */
export class UserFeed {
  readonly userId: string;
  readonly #db: Database;
  readonly #bus: Bus;
  readonly #log: Log;
  readonly #conversations: ConversationFeeds;
  readonly #onClosed: () => void;
  /** Streams that have had their `ready`, and those that wait for it. */
  readonly #streams = new Set<InboxStream>();
  readonly #arriving = new Set<InboxStream>();
  readonly #held = new Map<string, HeldConversation>();
  #epoch = '';
  #inboxSeq = 0;
  #wanted = 0;
  /** The work under way on what is held: starting, reading what changed, starting anew. One at a time. */
  #work: Promise<void> | null = null;
  #started: Promise<void> | null = null;
  #restarting = false;
  #live = false;
  readonly #closing = new AbortController();

  constructor(
    userId: string,
    parts: { db: Database; bus: Bus; log: Log; conversations: ConversationFeeds },
    onClosed: () => void,
  ) {
    this.userId = userId;
    this.#db = parts.db;
    this.#bus = parts.bus;
    this.#log = parts.log;
    this.#conversations = parts.conversations;
    this.#onClosed = onClosed;
  }

  get epoch(): string {
    return this.#epoch;
  }

  get inboxSeq(): number {
    return this.#inboxSeq;
  }

  /** Whether it has started: heads can be compared. */
  get live(): boolean {
    return this.#live;
  }

  /**
   * Everything that concerns the person, from where it stands now on.
   * @throws UNAVAILABLE
   */
  async watch(): Promise<LiveStream<readonly InboxEvent[]>> {
    const stream: InboxStream = new LiveChannel(() => this.#leave(stream));
    this.#arriving.add(stream);
    try {
      await (this.#started ??= this.#start());
    } catch (error) {
      stream.end();
      throw asServiceError(error);
    }
    this.#welcome([stream]);
    return stream;
  }

  /** The database was found elsewhere: another `inbox_seq`, or another epoch. */
  onDiffers(): void {
    if (!this.#live) return;
    this.#wanted = Math.max(this.#wanted, this.#inboxSeq + 1);
    this.#catchUp();
  }

  /** Ends every stream with an error, so that its reader comes back, and frees everything. */
  close(): void {
    if (this.#closed) return;
    this.#closing.abort();
    this.#live = false;
    this.#bus.unsubscribe([userChannel(this.userId)], this.#onHint);
    this.#dropAll();
    this.#onClosed();
    const closed = new ParleyError('UNAVAILABLE', 'unable to go on with the inbox; connect again');
    for (const stream of [...this.#streams, ...this.#arriving]) stream.end(closed);
  }

  get #closed(): boolean {
    return this.#closing.signal.aborted;
  }

  #leave(stream: InboxStream): void {
    this.#streams.delete(stream);
    this.#arriving.delete(stream);
    if (this.#streams.size + this.#arriving.size === 0) this.close();
  }

  /** Listens, reads what is held, attaches to its feeds, and only then reads where they stand (rules 2, 7). */
  async #start(): Promise<void> {
    await this.#bus.subscribe([userChannel(this.userId)], this.#onHint);
    const inbox = await readInbox(this.#db, this.userId);
    if (inbox === undefined)
      throw new ParleyError('UNAUTHENTICATED', 'unable to open the inbox; no such account');
    this.#epoch = inbox.epoch;
    this.#inboxSeq = inbox.inboxSeq;
    await this.#hold(inbox.memberships.map((membership) => membership.conversation_id));
    if (this.#closed) {
      this.#dropAll();
      throw new ParleyError('UNAVAILABLE', 'unable to open the inbox; it was closed meanwhile');
    }
    this.#live = true;
    if (this.#wanted > this.#inboxSeq) this.#catchUp();
  }

  /** Tells where everything stands; frames follow from there, as both are queued in one tick. */
  #welcome(streams: readonly InboxStream[]): void {
    const heads = [...this.#held.values()].flatMap((held) => held.head() ?? []);
    const pages: InboxEvent[] = [];
    for (let from = 0; from === 0 || from < heads.length; from += readyPage) {
      const more = from + readyPage < heads.length;
      pages.push({ type: 'ready', epoch: this.#epoch, heads: heads.slice(from, from + readyPage), more });
    }
    for (const stream of streams) {
      if (this.#arriving.delete(stream)) this.#streams.add(stream);
      stream.send([pages]);
    }
  }

  #send(events: readonly InboxEvent[]): void {
    if (events.length === 0 || !this.#live) return;
    for (const stream of this.#streams) stream.send([events]);
  }

  /**
   * Attaches to conversations and reads one's membership of them until both agree; those one is not in after all are
   * left out. Returns the ones held.
   */
  async #hold(conversationIds: readonly string[]): Promise<HeldConversation[]> {
    const feeds = conversationIds.length === 0 ? [] : await this.#conversations.open(conversationIds);
    const pending = new Map<string, HeldConversation>();
    for (const feed of feeds) {
      const held = new HeldConversation(this.userId, feed, {
        frame: (frame) => this.#send([frameEvent(frame)]),
        stale: () => this.#reread(feed.conversationId),
        reset: () => this.#restart(),
      });
      pending.set(feed.conversationId, held);
    }
    const admitted: HeldConversation[] = [];
    try {
      for (let attempt = 0; pending.size > 0; attempt += 1) {
        if (attempt === admitAttempts) {
          throw new ParleyError('UNAVAILABLE', 'unable to open the inbox; its conversations change too fast');
        }
        const inbox = await inboxOf(this.#db, this.userId, [...pending.keys()]);
        if (inbox !== undefined) admitted.push(...this.#admit(pending, inbox));
        await Promise.all([...pending.values()].map((held) => held.feed.refresh()));
      }
    } catch (error) {
      for (const held of [...pending.values(), ...admitted]) this.#drop(held);
      throw error;
    }
    return admitted;
  }

  /** Moves from `pending` what could be settled with this read. */
  #admit(pending: Map<string, HeldConversation>, inbox: Inbox): HeldConversation[] {
    const rows = new Map(inbox.memberships.map((row) => [row.conversation_id, row]));
    const admitted: HeldConversation[] = [];
    for (const [id, held] of pending) {
      const row = rows.get(id);
      if (row === undefined || row.left_at !== null) {
        pending.delete(id);
        this.#drop(held);
      } else if (inbox.epoch === this.#epoch && held.admit(row, inbox.epoch)) {
        pending.delete(id);
        this.#held.set(id, held);
        admitted.push(held);
      }
    }
    return admitted;
  }

  #drop(held: HeldConversation): void {
    held.detach();
    this.#held.delete(held.feed.conversationId);
    this.#conversations.release(held.feed.conversationId);
  }

  #dropAll(): void {
    for (const held of [...this.#held.values()]) this.#drop(held);
  }

  readonly #onHint = (_channel: string, payload: string): void => {
    const hint = parseHint(payload);
    if (hint === null) return;
    if (this.#live && hint.epoch !== this.#epoch) this.onDiffers();
    this.#wanted = Math.max(this.#wanted, hint.inboxSeq);
    if (this.#live && this.#wanted > this.#inboxSeq) this.#catchUp();
  };

  #catchUp(): void {
    this.#exclusively(async () => {
      while (!this.#closed && this.#wanted > this.#inboxSeq) {
        const inbox = await inboxSince(this.#db, this.userId, this.#inboxSeq);
        if (inbox === undefined || inbox.epoch !== this.#epoch) return this.#restart();
        for (const row of inbox.memberships) await this.#apply(row);
        this.#inboxSeq = Math.max(this.#inboxSeq, inbox.inboxSeq);
        this.#wanted = Math.min(this.#wanted, inbox.inboxSeq);
      }
    });
  }

  /** Brings what is held in line with a member row of one's own. */
  async #apply(row: OwnMembership): Promise<void> {
    const held = this.#held.get(row.conversation_id);
    const same = held !== undefined && row.left_at === null && held.joinedSeq === row.joined_seq;
    if (same) {
      held.merge(row);
      this.#sendRead(held);
      return;
    }
    if (held !== undefined) {
      this.#drop(held);
      this.#send([{ type: 'lost', epoch: this.#epoch, conversationId: row.conversation_id }]);
    }
    if (row.left_at !== null) return;
    const [gained] = await this.#hold([row.conversation_id]);
    const head = gained?.head();
    if (head != null) this.#send([{ type: 'gained', epoch: this.#epoch, head }]);
  }

  #sendRead(held: HeldConversation): void {
    const head = held.head();
    if (head === null) return;
    const { conversationId, read } = head;
    this.#send([{ type: 'read', epoch: this.#epoch, conversationId, read }]);
  }

  /**
   * What is held of one conversation cannot be trusted: more changed than its feed could send, so that what is unread
   * cannot be derived from rows, or the membership is not what it was admitted as.
   */
  #reread(conversationId: string): void {
    this.#exclusively(async () => {
      const inbox = await inboxOf(this.#db, this.userId, [conversationId]);
      for (const row of inbox?.memberships ?? []) await this.#apply(row);
    });
  }

  /** The epoch is another one: drops everything, tells so, and begins as if just connected (rules 22, 23). */
  #restart(): void {
    if (this.#restarting) return;
    this.#restarting = true;
    this.#live = false;
    this.#dropAll();
    this.#bus.unsubscribe([userChannel(this.userId)], this.#onHint);
    this.#started = (this.#work ?? Promise.resolve()).then(() => this.#start());
    this.#started.then(
      () => {
        this.#restarting = false;
        for (const stream of this.#streams) stream.send([[{ type: 'reset', epoch: this.#epoch }]]);
        this.#welcome([...this.#streams]);
      },
      () => this.close(),
    );
  }

  /** Runs work on what is held after the work before it. What fails is tried again: nobody else would. */
  #exclusively(work: () => Promise<void>): void {
    const { signal } = this.#closing;
    const before = this.#work ?? Promise.resolve();
    this.#work = before.then(async () => {
      while (this.#live) {
        try {
          return await work();
        } catch (error) {
          this.#log.warn({ err: error, userId: this.userId }, 'unable to follow an inbox; trying again');
          await setTimeout(retryMs, undefined, { signal }).catch(() => {});
        }
      }
    });
  }
}

const frameEvents = new WeakMap<Frame, InboxEvent>();

/** The event for a frame; the same object for everyone who gets the frame, so that it is serialised once. */
function frameEvent(frame: Frame): InboxEvent {
  const known = frameEvents.get(frame);
  if (known !== undefined) return known;
  const event: InboxEvent = { type: 'frame', frame };
  frameEvents.set(frame, event);
  return event;
}
