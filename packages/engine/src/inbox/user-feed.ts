import { setTimeout } from 'node:timers/promises';
import { type InboxEvent, type LiveStream, ParleyError, type Turns } from '@parley/contract';
import type { BatchLoader } from '../batch-loader.ts';
import type { Bus } from '../bus/bus.ts';
import type { Selectable } from 'kysely';
import type { Database } from '../db/database.ts';
import { asServiceError } from '../db/errors.ts';
import type { ReactionsTable } from '../db/tables.ts';
import type { ConversationFeeds } from '../feeds/conversation-feeds.ts';
import { parseHint, userChannel } from '../feeds/events.ts';
import { inTime } from '../in-time.ts';
import type { Log } from '../log.ts';
import type { PresenceLeases } from '../presence/leases.ts';
import { ownReactionOf } from '../reactions/own.ts';
import { latestReactions, reactionsAfter } from '../reactions/queries.ts';
import { retryDelay } from '../retry-delay.ts';
import { followsSince } from '../threads/queries.ts';
import { stateOf } from '../threads/rows.ts';
import type { HeldConversation } from './held-conversation.ts';
import { Holdings } from './holdings.ts';
import { type Holding, type InboxStream, InboxStreams } from './inbox-streams.ts';
import { OwnState } from './own-state.ts';
import type { Held, Inbox, InboxChanges, InboxStart, KnownUpTo, OwnMembership, OwnSeqs } from './queries.ts';

/** How often a start is begun anew because the epoch changed meanwhile. */
const startAttempts = 4;
/** For an inbox to be opened, in milliseconds. */
const startMs = 20_000;
/** Reactions of one's own told of at a time. */
const reactionPage = 200;
/** What is told again to whoever comes back, in minutes. */
const lately = 5;

/** What people's inboxes are read by, for all of them together. */
export interface InboxReads {
  /** What one begins with; undefined when there is no such account. */
  readonly start: BatchLoader<string, InboxStart | undefined>;
  /** What changed of it; undefined when there is no such account. */
  readonly since: BatchLoader<KnownUpTo, InboxChanges | undefined>;
  /** What somebody has of some conversations. */
  readonly held: BatchLoader<Held, Inbox>;
}

/** What the feeds of all people on this process share. */
export interface UserFeedParts {
  readonly db: Database;
  readonly bus: Bus;
  readonly log: Log;
  readonly conversations: ConversationFeeds;
  /** Those that start wait here for their turn at the database. */
  readonly starts: Turns;
  readonly reads: InboxReads;
  /** Told how many of a person's devices are here. */
  readonly presence: Pick<PresenceLeases, 'arrived' | 'left'>;
}

/**
 * One person on this process: the conversations they hold, each attached to its feed, and the streams of their devices.
 * What it knows is read from the database; events on the bus only say that there is something to read (rule 6).
 */
export class UserFeed {
  readonly userId: string;
  readonly #db: Database;
  readonly #bus: Bus;
  readonly #log: Log;
  readonly #starts: Turns;
  readonly #reads: InboxReads;
  readonly #onClosed: () => void;
  readonly #streams: InboxStreams;
  readonly #holdings: Holdings;
  readonly #own = new OwnState();
  #epoch = '';
  #inboxSeq = 0;
  #ownSeqs: OwnSeqs = { blocksSeq: 0, savedSeq: 0, reactionsSeq: 0, threadsSeq: 0 };
  /** How often it was heard that there is something to read, and how much of that has been read since. */
  #heard = 0;
  #answered = 0;
  /** Counts starts: what was begun before the latest one must not hold anything any more. */
  #term = 0;
  /** Conversations to read again once live; made when there is one. */
  #stale: Set<string> | null = null;
  /** The work under way on what is held: starting, reading what changed, starting anew. One at a time. */
  #work: Promise<void> | null = null;
  #started: Promise<void> | null = null;
  #live = false;
  readonly #closing = new AbortController();

  constructor(userId: string, parts: UserFeedParts, onClosed: () => void) {
    this.userId = userId;
    this.#starts = parts.starts;
    this.#reads = parts.reads;
    this.#db = parts.db;
    this.#bus = parts.bus;
    this.#log = parts.log;
    this.#onClosed = onClosed;
    this.#streams = new InboxStreams({
      welcomed: () => parts.presence.arrived(userId),
      left: () => parts.presence.left(userId),
      empty: () => this.close(),
    });
    this.#holdings = new Holdings(userId, parts.conversations, {
      frame: (frame) => {
        if (this.#live) this.#streams.sendFrame(frame);
      },
      stale: (conversationId) => this.#reread(conversationId),
      reset: () => this.#restart(),
    });
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
    const stream = this.#streams.arrive();
    try {
      await inTime(this.#open(), startMs, 'open the inbox');
    } catch (error) {
      stream.end();
      throw asServiceError(error);
    }
    this.#streams.welcome(stream, this.#holding());
    void this.#remind(stream);
    return stream;
  }

  /** Starts, if nobody has; it may have to start anew before one's turn comes. */
  async #open(): Promise<void> {
    do await (this.#started ??= this.#start());
    while (!this.#live && !this.#closed);
  }

  /** The database was found elsewhere: another `inbox_seq`, or another epoch. */
  onDiffers(): void {
    this.#heard += 1;
    if (this.#live) this.#catchUp();
  }

  /** Ends every stream with an error, so that its reader comes back, and frees everything. */
  close(): void {
    if (this.#closed) return;
    this.#closing.abort();
    this.#live = false;
    this.#bus.unsubscribe([userChannel(this.userId)], this.#onHint);
    this.#holdings.dropAll();
    this.#onClosed();
    this.#streams.end(new ParleyError('UNAVAILABLE', 'unable to go on with the inbox; connect again'));
  }

  get #closed(): boolean {
    return this.#closing.signal.aborted;
  }

  /** Listens, reads what is held, attaches to its feeds, and only then reads where they stand (rules 2, 7). */
  async #start(): Promise<void> {
    this.#refuseIfClosed();
    await this.#bus.subscribe([userChannel(this.userId)], this.#onHint);
    for (let attempt = 0; ; attempt += 1) {
      this.#term += 1;
      const term = this.#term;
      try {
        await this.#starts.take(() => this.#readAndHold());
      } catch (error) {
        if (term === this.#term) throw error;
      }
      this.#refuseIfClosed();
      if (term === this.#term) break;
      this.#holdings.dropAll();
      if (attempt === startAttempts)
        throw new ParleyError('UNAVAILABLE', 'unable to open the inbox; try again');
    }
    this.#live = true;
    if (this.#answered !== this.#heard) this.#catchUp();
    for (const conversationId of this.#stale ?? []) this.#reread(conversationId);
  }

  async #readAndHold(): Promise<void> {
    const heard = this.#heard;
    const inbox = await this.#reads.start.load(this.userId);
    if (inbox === undefined)
      throw new ParleyError('UNAUTHENTICATED', 'unable to open the inbox; no such account');
    this.#epoch = inbox.epoch;
    this.#inboxSeq = inbox.inboxSeq;
    this.#ownSeqs = seqsOf(inbox);
    this.#own.begin(inbox.settings, inbox.draftsSeq);
    this.#answered = heard;
    this.#stale = null;
    await this.#hold(inbox.conversationIds);
  }

  #refuseIfClosed(): void {
    if (!this.#closed) return;
    throw new ParleyError('UNAVAILABLE', 'unable to open the inbox; it was closed meanwhile');
  }

  #send(events: readonly InboxEvent[]): void {
    if (this.#live && events.length > 0) this.#streams.send(events);
  }

  /** Holds conversations, unless the feed is closed or begins anew meanwhile. */
  #hold(conversationIds: readonly string[]): Promise<HeldConversation[]> {
    const term = this.#term;
    return this.#holdings.hold(conversationIds, async (pending) => {
      const inbox = await this.#reads.held.load({ userId: this.userId, conversationIds: pending });
      if (inbox.epoch !== this.#epoch) this.#restart();
      if (this.#closed || term !== this.#term)
        throw new ParleyError('UNAVAILABLE', 'unable to go on with the inbox; it begins anew');
      return inbox;
    });
  }

  readonly #onHint = (_channel: string, payload: string): void => {
    const hint = parseHint(payload);
    if (hint === null) return;
    if (hint.epoch !== this.#epoch || hint.inboxSeq > this.#inboxSeq) this.onDiffers();
  };

  #catchUp(): void {
    this.#exclusively(async () => {
      while (this.#live && this.#answered !== this.#heard) {
        const heard = this.#heard;
        const inbox = await this.#reads.since.load({ userId: this.userId, since: this.#inboxSeq });
        if (inbox === undefined || inbox.epoch !== this.#epoch) return this.#restart();
        for (const row of inbox.memberships) await this.#apply(row);
        // After the memberships: settings end with one, and begin with the next.
        this.#send(this.#own.changed(this.#epoch, inbox.settings, inbox.drafts));
        await this.#tellOwn(inbox);
        this.#inboxSeq = Math.max(this.#inboxSeq, inbox.inboxSeq);
        this.#answered = heard;
      }
    });
  }

  /** Tells what else of the person's own changed since what is known. */
  async #tellOwn(now: OwnSeqs): Promise<void> {
    const { blocksSeq, savedSeq, reactionsSeq, threadsSeq } = this.#ownSeqs;
    if (now.blocksSeq > blocksSeq) this.#send([{ type: 'blocks' }]);
    if (now.savedSeq > savedSeq) this.#send([{ type: 'saved' }]);
    if (now.reactionsSeq > reactionsSeq) await this.#tellReactions();
    if (now.threadsSeq > threadsSeq) await this.#tellThreads();
    this.#ownSeqs = seqsOf(now);
  }

  async #tellThreads(): Promise<void> {
    const rows = await followsSince(this.#db, this.userId, this.#inboxSeq);
    const epoch = this.#epoch;
    const states = rows.map((row) => {
      const key = { conversationId: row.conversation_id, rootPosition: row.root_position };
      return stateOf(key, row.root_id, row.last_ordinal, row);
    });
    this.#send(states.map((state) => ({ type: 'thread' as const, epoch, state })));
  }

  async #tellReactions(): Promise<void> {
    for (let after = this.#inboxSeq; ;) {
      const rows = await reactionsAfter(this.#db, this.userId, after, reactionPage);
      const last = rows.at(-1);
      if (last === undefined) return;
      this.#send([this.#reacted(rows)]);
      after = last.inbox_seq;
      if (rows.length < reactionPage) return;
    }
  }

  /**
   * Tells a device that has just come what the person did to reactions lately: it may have had the rows that changed, and
   * been cut off before it heard that it was the person who changed them.
   */
  async #remind(stream: InboxStream): Promise<void> {
    if (this.#ownSeqs.reactionsSeq === 0) return;
    try {
      const rows = await latestReactions(this.#db, this.userId, lately, reactionPage);
      if (rows.length > 0 && this.#live) stream.send([[this.#reacted(rows)]]);
    } catch {
      stream.end(new ParleyError('UNAVAILABLE', 'unable to go on with the inbox; connect again'));
    }
  }

  #reacted(rows: readonly Selectable<ReactionsTable>[]): InboxEvent {
    return { type: 'reacted', own: { epoch: this.#epoch, reactions: rows.map(ownReactionOf) } };
  }

  /** Brings what is held in line with a member row of one's own. */
  async #apply(row: OwnMembership): Promise<void> {
    const held = this.#holdings.get(row.conversation_id);
    const same = held !== undefined && row.left_at === null && held.joinedSeq === row.joined_seq;
    if (same) {
      if (!held.merge(row)) this.#reread(row.conversation_id);
      if (row.mentions === undefined) this.#sendRead(held);
      else this.#sendGained(held);
      return;
    }
    if (held !== undefined) {
      this.#holdings.drop(held);
      this.#own.lost(row.conversation_id);
      this.#send([{ type: 'lost', epoch: this.#epoch, conversationId: row.conversation_id }]);
    }
    if (row.left_at !== null) return;
    const [gained] = await this.#hold([row.conversation_id]);
    if (gained !== undefined) this.#sendGained(gained);
  }

  /** Where a conversation stands, also one that is held already: what was told of it before may not have been all. */
  #sendGained(held: HeldConversation): void {
    const head = held.head();
    if (head === null) return;
    const inboxSeq = this.#inboxSeq;
    this.#send([{ type: 'gained', epoch: this.#epoch, head: this.#own.with(head), inboxSeq }]);
  }

  /** What the person holds now. */
  #holding(): Holding {
    const { draftsSeq } = this.#own;
    return {
      epoch: this.#epoch,
      heads: this.#holdings.heads().map((head) => this.#own.with(head)),
      inboxSeq: this.#inboxSeq,
      ...(draftsSeq !== null && { draftsSeq }),
    };
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
    (this.#stale ??= new Set()).add(conversationId);
    this.#exclusively(async () => {
      const inbox = await this.#reads.held.load({ userId: this.userId, conversationIds: [conversationId] });
      if (inbox.epoch !== this.#epoch) return this.#restart();
      for (const row of inbox.memberships) await this.#apply(row);
      this.#stale?.delete(conversationId);
    });
  }

  /** The epoch is another one: drops everything, tells so, and begins as if just connected (rules 22, 23). */
  #restart(): void {
    // What is starting sees it by the term, and begins again by itself.
    this.#term += 1;
    if (!this.#live) return;
    this.#live = false;
    this.#holdings.dropAll();
    this.#bus.unsubscribe([userChannel(this.userId)], this.#onHint);
    const anew = (this.#work ?? Promise.resolve()).then(() => this.#start());
    this.#started = inTime(anew, startMs, 'begin the inbox anew');
    this.#started.then(
      () => {
        if (this.#live) this.#streams.beginAnew(this.#holding());
      },
      () => this.close(),
    );
  }

  /** Runs work on what is held after the work before it. What fails is tried again: nobody else would. */
  #exclusively(work: () => Promise<void>): void {
    const { signal } = this.#closing;
    const before = this.#work ?? Promise.resolve();
    this.#work = before.then(async () => {
      for (let failures = 0; this.#live; failures += 1) {
        try {
          return await work();
        } catch (error) {
          if (!this.#live) return;
          this.#log.warn({ err: error, userId: this.userId }, 'unable to follow an inbox; trying again');
          await setTimeout(retryDelay(failures), undefined, { signal }).catch(() => {});
        }
      }
    });
  }
}

/** Kept for as long as the feed is, without what they were read with. */
function seqsOf({ blocksSeq, savedSeq, reactionsSeq, threadsSeq }: OwnSeqs): OwnSeqs {
  return { blocksSeq, savedSeq, reactionsSeq, threadsSeq };
}
