import {
  type Change,
  type Frame,
  type LiveStream,
  type MessageWatch,
  ParleyError,
  type Viewer,
  type WatchEvent,
} from '@parley/contract';
import { tracked, type TrackedEnvelope } from '@parley/contract/router';
import { accessTo, hiddenUpTo, notMember } from '../access.ts';
import type { Database } from '../db/database.ts';
import { asServiceError } from '../db/errors.ts';
import type { ConversationFeed } from '../feeds/conversation-feed.ts';
import type { ConversationFeeds } from '../feeds/conversation-feeds.ts';
import { Subscriber } from '../feeds/followers.ts';
import { changesSince, inSnapshot } from '../feeds/queries.ts';
import { inTime } from '../in-time.ts';
import { LiveChannel } from '../live-channel.ts';
import { eventIdOf, parseEventId, type WatchCursor } from './event-id.ts';

/** Changes replayed in one event. */
const replayPage = 100;
/** Changes replayed at most; whoever is further behind is reset, and lists anew. */
const replayCap = 10_000;
/** Frames kept during a replay; beyond them what they held is replayed as well. */
const pendingCap = 1_000;
const admitAttempts = 8;
/** For a watcher to be admitted, in milliseconds. */
const startMs = 15_000;

/** An admitted watcher: where its feed and the database stood, and what the member may not see. */
interface Admission {
  readonly start: WatchCursor;
  readonly lastSeq: number;
  readonly hidden: number;
}

/** One `messages.watch`, by rules 8 and 9 of the protocol. */
export async function watchMessages(
  db: Database,
  feeds: ConversationFeeds,
  viewer: Viewer,
  input: MessageWatch,
): Promise<LiveStream<TrackedEnvelope<WatchEvent>>> {
  const resume = input.lastEventId === undefined ? null : parseEventId(input.lastEventId);
  const [feed] = await feeds.open([input.conversationId]);
  if (feed === undefined) throw notMember();
  const watcher = new Watcher(db, feed, viewer.userId, () => feeds.release(input.conversationId));
  await watcher.start(resume);
  return watcher.stream;
}

class Watcher extends Subscriber {
  readonly userId: string;
  readonly open = true;
  readonly stream: LiveChannel<TrackedEnvelope<WatchEvent>>;
  readonly #db: Database;
  readonly #feed: ConversationFeed;
  #cursor: WatchCursor = { epoch: '', joinedSeq: 0, seq: 0 };
  /** Frames kept while earlier changes are being replayed; null when live. */
  #pending: Frame[] | null = [];
  #begun = false;
  /** Counts what makes a replay or an admission under way void: a reset, a dismissal. */
  #turn = 0;

  constructor(db: Database, feed: ConversationFeed, userId: string, onClosed: () => void) {
    super();
    this.userId = userId;
    this.#db = db;
    this.#feed = feed;
    this.stream = new LiveChannel(() => {
      feed.detach(this);
      onClosed();
    });
    feed.attach(this);
  }

  /** @throws NOT_MEMBER, UNAVAILABLE */
  async start(resume: WatchCursor | null): Promise<void> {
    try {
      const begun = this.#admit((admission) => this.#begin(admission, resume));
      await inTime(begun, startMs, 'watch the conversation');
    } catch (error) {
      this.stream.end();
      throw asServiceError(error);
    }
  }

  frame(frame: Frame): void {
    if (this.#pending !== null) this.#keep(frame, this.#pending);
    else if (frame.to > this.#cursor.seq) this.#goOn(frame);
  }

  reset(): void {
    this.#again((admission) => this.#sendReset(admission.start));
  }

  /** The member is gone, or the feed lost track of them in a gap too large to look through: the database says which. */
  dismissed(): void {
    const { epoch, joinedSeq } = this.#cursor;
    this.#again(({ start }) => {
      if (start.epoch !== epoch) this.#sendReset(start);
      else if (start.joinedSeq !== joinedSeq) this.stream.end(notMember());
      else void this.#replay();
    });
  }

  closed(): void {
    this.stream.end(new ParleyError('UNAVAILABLE', 'unable to go on with the conversation; connect again'));
  }

  /** Is admitted anew. Before it has begun that is what it is about anyway. */
  #again(then: (admission: Admission) => void): void {
    this.#turn += 1;
    this.#pending = [];
    if (!this.#begun) return;
    const turn = this.#turn;
    this.#admit(then).catch((error: unknown) => {
      if (turn === this.#turn) this.stream.end(asServiceError(error));
    });
  }

  /**
   * Reads the membership until it is of the feed's membership version, and goes on in the tick in which it is: where the
   * feed is may be another place in the next.
   */
  async #admit(then: (admission: Admission) => void): Promise<void> {
    const turn = this.#turn;
    for (let attempt = 0; attempt < admitAttempts; attempt += 1) {
      const { conversation, member, epoch } = await accessTo(
        this.#db,
        this.#feed.conversationId,
        this.userId,
      );
      if (this.stream.closed || (this.#begun && turn !== this.#turn)) return;
      const hidden = hiddenUpTo(conversation, member);
      const membership = { joinedSeq: member.joined_seq, hidden };
      const known = { epoch, memberVersion: conversation.member_version, membership };
      if (this.#feed.admit(this, known)) {
        const start = { epoch, joinedSeq: member.joined_seq, seq: this.#feed.head };
        return then({ start, hidden, lastSeq: conversation.last_seq });
      }
      await this.#feed.refresh();
    }
    throw new ParleyError('UNAVAILABLE', 'unable to watch the conversation; its members change too fast');
  }

  #begin({ start, lastSeq, hidden }: Admission, resume: WatchCursor | null): void {
    this.#begun = true;
    const first = resume ?? start;
    this.#send(first, { type: 'ready', epoch: start.epoch, seq: first.seq });
    if (resume !== null && !continues(resume, start, lastSeq, hidden)) return this.#sendReset(start);
    this.#cursor = { ...start, seq: first.seq };
    if (first.seq >= start.seq) this.#flush();
    else void this.#replay();
  }

  #sendReset(start: WatchCursor): void {
    this.#cursor = start;
    this.#send(start, { type: 'reset', epoch: start.epoch, seq: start.seq });
    this.#flush();
  }

  #keep(frame: Frame, pending: Frame[]): void {
    if (pending.length < pendingCap) pending.push(frame);
    else this.#pending = [{ ...frame, from: frame.to, rows: [] }];
  }

  /** Passes on what was kept, and goes live. */
  #flush(): void {
    const kept = this.#pending ?? [];
    this.#pending = null;
    for (const frame of kept) this.frame(frame);
  }

  #goOn(frame: Frame): void {
    if (frame.from > this.#cursor.seq) {
      this.#pending = [frame];
      void this.#replay();
      return;
    }
    this.#sendChanges(frame.rows, frame.to);
  }

  #sendChanges(rows: readonly Change[], upTo: number): void {
    this.#cursor = { ...this.#cursor, seq: upTo };
    if (rows.length > 0) this.#send(this.#cursor, changesEvent(rows));
  }

  #send(cursor: WatchCursor, event: WatchEvent): void {
    this.stream.send([tracked(eventIdOf(cursor), event)]);
  }

  /** Sends what changed after the cursor, page by page, until there is no more; then what came in meanwhile. */
  async #replay(): Promise<void> {
    const turn = this.#turn;
    const over = () => this.stream.closed || turn !== this.#turn;
    try {
      for (let more = true; more;) {
        const page = await this.#readPage();
        if (page === null || over()) return;
        this.#sendChanges(page.rows, page.upTo);
        more = page.more;
        await this.stream.drained();
        if (over()) return;
      }
      this.#flush();
    } catch (error) {
      if (!over()) this.stream.end(asServiceError(error));
    }
  }

  /** One page and the membership it is read under, of one snapshot; null when the feed has to say what comes next. */
  #readPage(): Promise<{ rows: readonly Change[]; upTo: number; more: boolean } | null> {
    const { conversationId } = this.#feed;
    const { epoch, joinedSeq, seq } = this.#cursor;
    return inSnapshot(this.#db, async (snapshot) => {
      const access = await accessTo(snapshot, conversationId, this.userId);
      if (access.member.joined_seq !== joinedSeq) throw notMember();
      if (access.epoch !== epoch) return null;
      const hidden = hiddenUpTo(access.conversation, access.member);
      const { rows, more } = await changesSince(snapshot, conversationId, seq, hidden, replayPage);
      const last = rows.at(-1)?.seq;
      return { rows, more, upTo: more && last !== undefined ? last : access.conversation.last_seq };
    });
  }
}

/**
 * Whether a watcher can go on from where it was. With full history somebody who was away in between sees what was said
 * meanwhile; otherwise joining anew is a new beginning (rule 19).
 */
function continues(resume: WatchCursor, start: WatchCursor, lastSeq: number, hidden: number): boolean {
  const sameMembership = resume.joinedSeq === start.joinedSeq || hidden === 0;
  return (
    resume.epoch === start.epoch &&
    sameMembership &&
    resume.seq <= lastSeq &&
    lastSeq - resume.seq <= replayCap
  );
}

const events = new WeakMap<readonly Change[], WatchEvent>();

/** The event for rows; the same object for everyone who gets the same rows, so that it is serialised once. */
function changesEvent(rows: readonly Change[]): WatchEvent {
  const known = events.get(rows);
  if (known !== undefined) return known;
  const event: WatchEvent = { type: 'changes', rows };
  events.set(rows, event);
  return event;
}
