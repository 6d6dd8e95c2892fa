import type { Change, Member } from '@parley/contract';
import type { Selectable } from 'kysely';
import { notMember } from '../access.ts';
import type { Bus } from '../bus/bus.ts';
import type { Database, Locking } from '../db/database.ts';
import type { ConversationsTable } from '../db/tables.ts';
import { inTransaction } from '../db/transaction.ts';
import { type InboxHint, publishChanges, publishHints } from '../feeds/events.ts';
import type { ChangeEvent } from '../feeds/feed.ts';
import { bumpInboxes, countMembers, lockConversation, readClock, saveCounters } from './queries.ts';

/** What a conversation is called, shows and is about. */
export type OwnColumns = Pick<
  Selectable<ConversationsTable>,
  'title' | 'avatar' | 'description' | 'is_public'
>;

/**
 * A conversation held under its row lock, and the changes made to it: each takes the next seq and stamps one row
 * (rule 1). Statements run through `trx` see everything committed before the lock was taken.
 */
export class ConversationChange {
  readonly trx: Locking;
  readonly epoch: string;
  readonly at: Date;
  readonly events: ChangeEvent[] = [];
  readonly hints: InboxHint[] = [];
  #row: Selectable<ConversationsTable>;

  constructor(trx: Locking, row: Selectable<ConversationsTable>, epoch: string, at: Date) {
    this.trx = trx;
    this.epoch = epoch;
    this.at = at;
    this.#row = row;
  }

  /** The conversation with the changes made so far. */
  get conversation(): Selectable<ConversationsTable> {
    return this.#row;
  }

  /** The seq of the next change, which the caller stamps on a row and records. */
  nextSeq(): number {
    this.#row = { ...this.#row, last_seq: this.#row.last_seq + 1 };
    return this.#row.last_seq;
  }

  /** The place of a new entry, which counts as unread only where told. */
  nextPosition({ counts = false } = {}): { position: number; ordinal: number } {
    const { last_position, last_ordinal } = this.#row;
    const [position, ordinal] = [last_position + 1, last_ordinal + (counts ? 1 : 0)];
    this.#row = { ...this.#row, last_position: position, last_ordinal: ordinal, updated_at: this.at };
    return { position, ordinal };
  }

  /** The place of a reply in a thread: it does not count as unread, and is no activity of the conversation itself. */
  nextPositionInThread(): { position: number; ordinal: number } {
    const { last_position, last_ordinal: ordinal, thread_position, main_position } = this.#row;
    const position = last_position + 1;
    this.#row = {
      ...this.#row,
      last_position: position,
      thread_position: position,
      main_position: thread_position === last_position ? main_position : last_position,
    };
    return { position, ordinal };
  }

  /** Changes the conversation's own columns, as one change. */
  set(columns: Partial<OwnColumns>): number {
    const seq = this.nextSeq();
    this.#row = { ...this.#row, ...columns, changed_seq: seq };
    return seq;
  }

  /** Has a direct conversation take no messages any more. Nobody sees it, so it is no change. */
  close(): void {
    this.#row = { ...this.#row, closed: true };
  }

  /** How many are in it. Ask before members are written: the first time they may have to be counted. */
  async members(): Promise<number> {
    if (!isCounted(this.#row)) {
      const member_count = await countMembers(this.trx, this.#row.id);
      this.#row = { ...this.#row, member_count, counted_version: this.#row.member_version };
    }
    return this.#row.member_count;
  }

  /** Says which row a seq was stamped on. */
  record(row: Change): void {
    if (row.type === 'member')
      this.#row = { ...this.#row, member_version: row.seq, ...this.#counted(row.member) };
    this.events.push({ epoch: this.epoch, seq: row.seq, memberVersion: this.#row.member_version, row });
  }

  /** The count with a change of a member; it stays as it is where nobody has counted. */
  #counted({ seq, joinedSeq, leftAt }: Member): Partial<Selectable<ConversationsTable>> {
    if (!isCounted(this.#row)) return {};
    const more = leftAt !== null ? -1 : joinedSeq === seq ? 1 : 0;
    return { member_count: this.#row.member_count + more, counted_version: seq };
  }

  /** Writes the counters back, once all seqs and positions have been taken. */
  async save(): Promise<void> {
    if (this.events.length > 0) await saveCounters(this.trx, this.#row);
  }

  /** Tells people that their own member row changed; takes locks on them, so it comes after all others. */
  async notify(userIds: readonly string[]): Promise<void> {
    this.hinted(await bumpInboxes(this.trx, this.#row.id, userIds));
  }

  /** Says whose `inbox_seq` was moved, and stamped on a row of their own. */
  hinted(bumped: readonly { readonly id: string; readonly inbox_seq: number }[]): void {
    this.hints.push(
      ...bumped.map(({ id, inbox_seq }) => ({ userId: id, epoch: this.epoch, inboxSeq: inbox_seq })),
    );
  }
}

/** Whether `member_count` is of the present membership version. */
function isCounted(row: Pick<Selectable<ConversationsTable>, 'member_version' | 'counted_version'>): boolean {
  return row.counted_version === row.member_version;
}

/**
 * Changes a conversation in one transaction, and announces it after the commit.
 * @throws NOT_MEMBER when there is no such conversation
 */
export async function changeConversation<T>(
  db: Database,
  bus: Bus,
  conversationId: string,
  body: (change: ConversationChange) => Promise<T>,
): Promise<T> {
  const { result, change } = await inTransaction(db, async (trx) => {
    const locked = await lockConversation(trx, conversationId);
    if (locked === undefined) throw notMember();
    // The clock is read after the lock is taken, so that times within a conversation follow its order.
    const { epoch, at } = await readClock(trx);
    const made = new ConversationChange(trx, locked, epoch, at);
    const answer = await body(made);
    await made.save();
    return { result: answer, change: made };
  });
  announce(bus, conversationId, change);
  return result;
}

/** Publishes what a committed change recorded. */
export function announce(bus: Bus, conversationId: string, change: ConversationChange): void {
  publishChanges(bus, conversationId, change.events);
  publishHints(bus, change.hints);
}
