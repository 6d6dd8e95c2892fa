import { type Selectable, sql } from 'kysely';
import type { Database, Locking } from '../db/database.ts';
import { sharesReceipts, showsReceiptsTo } from '../db/receipts.ts';
import type { ConversationsTable, MessagesTable } from '../db/tables.ts';

/** One message on its way into the database. */
export interface OutgoingMessage {
  readonly conversationId: string;
  readonly id: string;
  readonly senderId: string;
  readonly content: string;
  readonly payloadHash: Buffer;
}

/** What became of one of the messages of a batch; `index` is its place in the batch, from 0. */
export type SendOutcome =
  | { readonly index: number; readonly outcome: 'stored'; readonly row: NumberedRow }
  | {
      readonly index: number;
      readonly outcome: 'repeated';
      readonly row: MessageRow;
      readonly epoch: string;
    }
  | { readonly index: number; readonly outcome: 'conflict' | 'not-member' | 'closed' }
  | { readonly index: number; readonly outcome: 'busy' };

export type MessageRow = Omit<Selectable<MessagesTable>, 'payload_hash'>;

/** A message just stored, with what its event carries. */
export interface NumberedRow {
  readonly position: number;
  readonly ordinal: number;
  readonly seq: number;
  readonly created_at: Date;
  readonly epoch: string;
  readonly member_version: number;
}

interface SendRow extends NumberedRow {
  idx: number;
  outcome: SendOutcome['outcome'];
  type: MessagesTable['type'];
  content: string;
  metadata: MessagesTable['metadata'];
  edited_at: Date | null;
  deleted_at: Date | null;
}

/**
 * Stores a batch in one statement, see `send_messages` in the fourth migration.
 * @param skipLocked whether conversations somebody else holds are left out as `busy` instead of waited for
 */
export async function sendMessages(
  db: Database,
  batch: readonly OutgoingMessage[],
  skipLocked: boolean,
): Promise<SendOutcome[]> {
  const [first] = batch;
  if (first !== undefined && batch.length === 1) return sendMessage(db, first, skipLocked);
  const { rows } = await sql<SendRow>`
    select * from send_messages(
      ${batch.map((message) => message.conversationId)}::uuid[],
      ${batch.map((message) => message.id)}::uuid[],
      ${batch.map((message) => message.senderId)}::uuid[],
      ${batch.map((message) => message.content)}::text[],
      ${batch.map((message) => message.payloadHash)}::bytea[],
      ${skipLocked}
    )`.execute(db);
  return rows.map((row) => outcomeOf(row, batch));
}

/**
 * Stores a batch of one conversation in one statement that names it, see `send_to_conversation` in the second migration.
 * Waits for whoever holds the conversation; `busy` are copies of a message within the batch.
 * @throws Error for a batch of several conversations
 */
export async function sendToConversation(
  db: Database,
  batch: readonly OutgoingMessage[],
): Promise<SendOutcome[]> {
  const [first] = batch;
  if (first !== undefined && batch.length === 1) return sendMessage(db, first, false);
  const conversationId = first?.conversationId;
  if (batch.some((message) => message.conversationId !== conversationId)) {
    throw new Error('a batch for one conversation has messages of another');
  }
  const { rows } = await sql<SendRow>`
    select * from send_to_conversation(
      ${conversationId}::uuid,
      ${batch.map((message) => message.id)}::uuid[],
      ${batch.map((message) => message.senderId)}::uuid[],
      ${batch.map((message) => message.content)}::text[],
      ${batch.map((message) => message.payloadHash)}::bytea[]
    )`.execute(db);
  return rows.map((row) => outcomeOf(row, batch));
}

/** Stores a batch of one, see `send_message` in the fourth migration. */
async function sendMessage(
  db: Database,
  message: OutgoingMessage,
  skipLocked: boolean,
): Promise<SendOutcome[]> {
  const { conversationId, id, senderId, content, payloadHash } = message;
  const { rows } = await sql<SendRow>`
    select * from send_message(
      ${conversationId}::uuid, ${id}::uuid, ${senderId}::uuid, ${content}, ${payloadHash}, ${skipLocked}
    )`.execute(db);
  return rows.map((row) => outcomeOf(row, [message]));
}

function outcomeOf(row: SendRow, batch: readonly OutgoingMessage[]): SendOutcome {
  const index = row.idx - 1;
  if (row.outcome === 'stored') return { index, outcome: row.outcome, row };
  if (row.outcome !== 'repeated') return { index, outcome: row.outcome };
  const sent = batch[index];
  if (sent === undefined) throw new Error('the database answered for a message outside its batch');
  const identity = { conversation_id: sent.conversationId, id: sent.id, sender_id: sent.senderId };
  return { index, outcome: row.outcome, row: { ...row, ...identity }, epoch: row.epoch };
}

/** Of a message, what everybody gets. */
export const columns = [
  'conversation_id',
  'position',
  'ordinal',
  'id',
  'sender_id',
  'type',
  'content',
  'metadata',
  'created_at',
  'edited_at',
  'deleted_at',
  'seq',
] as const;

/** What of a conversation's entries a page looks at: some below a position, nearest first, and some above one. */
export interface PageRange {
  readonly below: number;
  readonly backward: number;
  readonly above: number;
  readonly forward: number;
}

/** An entry of a page, as the viewer sees it. */
export type PageRow = MessageRow & { readonly is_read: boolean };

/** Where a conversation stands for somebody who reads a page of it. */
export interface PageHead {
  readonly asOf: number;
  readonly epoch: string;
  /** The position up to which they may not see it. */
  readonly hidden: number;
  /** How far they have read it. */
  readonly readUpTo: number;
}

/** Entries by ascending position, as of one snapshot with the membership. */
export interface Page extends PageHead {
  readonly backward: readonly PageRow[];
  readonly forward: readonly PageRow[];
}

/** A page as somebody read it before. */
export interface KnownPage {
  readonly asOf: number;
  readonly epoch: string;
  /** Where in it the viewer's own entries are. */
  readonly own: readonly number[];
}

type StoredPageRow = Omit<PageRow, 'conversation_id'> & { forward: boolean };

/**
 * A page of the timeline, see `messages_page` in the migrations; of one that is known and has not changed, going backward, the viewer's
 * own entries alone.
 * @returns undefined when the viewer is not in it
 */
export async function readPage(
  db: Database,
  conversationId: string,
  userId: string,
  { below, backward, above, forward }: PageRange,
  known: KnownPage | null,
): Promise<Page | undefined> {
  const { rows } = await sql<
    { as_of: number; epoch: string; hidden: number; read_up_to: number } & (StoredPageRow | { forward: null })
  >`
    select * from messages_page(
      ${conversationId}, ${userId}, ${below}::bigint, ${backward}::bigint, ${above}::bigint, ${forward}::bigint,
      ${known?.asOf ?? null}::bigint, ${known?.epoch ?? null}, ${known?.own ?? []}::bigint[]
    )`.execute(db);
  const [first] = rows;
  if (first === undefined) return undefined;
  const page = { backward: [] as PageRow[], forward: [] as PageRow[] };
  for (const row of rows) {
    if (row.forward !== null)
      page[row.forward ? 'forward' : 'backward'].push({ ...row, conversation_id: conversationId });
  }
  return {
    asOf: first.as_of,
    epoch: first.epoch,
    hidden: first.hidden,
    readUpTo: first.read_up_to,
    backward: page.backward.toReversed(),
    forward: page.forward,
  };
}

/** Up to `limit` messages changed after `since`, by seq, without those up to position `hidden`. */
export function messagesSince(
  db: Database,
  conversationId: string,
  since: number,
  hidden: number,
  limit: number,
): Promise<MessageRow[]> {
  return (
    db
      .selectFrom('messages')
      .select(columns)
      .where('conversation_id', '=', conversationId)
      .where('seq', '>', since)
      // Found by seq, not by position: see `changedRows`.
      .where(sql`position + 0`, '>', hidden)
      .orderBy('seq')
      .limit(limit)
      .execute()
  );
}

export function messageAt(
  db: Database,
  conversationId: string,
  position: number,
): Promise<MessageRow | undefined> {
  return db
    .selectFrom('messages')
    .select(columns)
    .where('conversation_id', '=', conversationId)
    .where('position', '=', position)
    .executeTakeFirst();
}

/**
 * The position of the first entry of a time or later, one past the last when there is none: halved between the two ends, as
 * entries are found by position alone, so that it takes as many looks as there are digits in their number. Entries of the same
 * few milliseconds may have been numbered in another order.
 */
export async function firstSince(
  db: Database,
  conversationId: string,
  { hidden, last }: { readonly hidden: number; readonly last: number },
  time: Date,
): Promise<number> {
  const { rows } = await sql<{ low: number }>`
    with recursive halves (low, high) as (
      select ${hidden + 1}::bigint, ${last + 1}::bigint
      union all
      select case when older then middle + 1 else low end, case when older then high else middle end
      from halves
      cross join lateral (select (low + high) / 2 as middle) halved
      cross join lateral (
        select coalesce((
          select created_at < ${time} from messages
          where conversation_id = ${conversationId} and position = middle
        ), false) as older
      ) looked
      where low < high
    )
    select low from halves where low >= high`.execute(db);
  const [found] = rows;
  if (found === undefined) throw new Error('halving came to no end');
  return found.low;
}

export function findMessage(
  db: Database,
  conversationId: string,
  id: string,
): Promise<MessageRow | undefined> {
  return db
    .selectFrom('messages')
    .select(columns)
    .where('conversation_id', '=', conversationId)
    .where('id', '=', id)
    .executeTakeFirst();
}

/** The viewer's conversations that hold a message with this id; two at most, which is one too many. */
export async function conversationsOfMessage(db: Database, id: string, userId: string): Promise<string[]> {
  const rows = await db
    .selectFrom('messages')
    .innerJoin('members', 'members.conversation_id', 'messages.conversation_id')
    .select('messages.conversation_id')
    .where('messages.id', '=', id)
    .where('members.user_id', '=', userId)
    .where('members.left_at', 'is', null)
    .limit(2)
    .execute();
  return rows.map((row) => row.conversation_id);
}

/** The positions of those of the given messages that lie above position `hidden`. */
export async function positionsOf(
  db: Database,
  conversationId: string,
  ids: readonly string[],
  hidden: number,
): Promise<number[]> {
  const rows = await db
    .selectFrom('messages')
    .select('position')
    .where('conversation_id', '=', conversationId)
    .where('id', 'in', [...ids])
    .where('position', '>', hidden)
    .execute();
  return rows.map((row) => row.position);
}

/** Those of the given positions that somebody else has read who was in before, and whose receipts the person may see. */
export async function readByOthers(
  db: Database,
  conversationId: string,
  userId: string,
  positions: readonly number[],
): Promise<number[]> {
  const { rows } = await sql<{ position: number }>`
    with others as materialized (
      select user_id, joined_position, read_position from members
      where conversation_id = ${conversationId} and user_id <> ${userId} and left_at is null
        and read_position > joined_position
    )
    select p.position from unnest(${[...positions]}::bigint[]) as p (position)
    where ${sharesReceipts(userId)} and p.position <= (select max(read_position) from others)
      and exists (
        select from others o
        where o.joined_position < p.position and o.read_position >= p.position
          and ${showsReceiptsTo(userId, 'o.user_id')}
      )
    `.execute(db);
  return rows.map((row) => row.position);
}

/** Adds an entry whose numbers the caller took under the conversation's lock. */
export async function insertMessage(
  trx: Locking,
  row: MessageRow,
  payloadHash: Buffer = Buffer.alloc(0),
): Promise<void> {
  await trx
    .insertInto('messages')
    .values({ ...row, payload_hash: payloadHash })
    .execute();
}

/** A message with what it was first sent as. */
export function findStored(
  trx: Locking,
  conversationId: string,
  id: string,
): Promise<Selectable<MessagesTable> | undefined> {
  return trx
    .selectFrom('messages')
    .select([...columns, 'payload_hash'])
    .where('conversation_id', '=', conversationId)
    .where('id', '=', id)
    .executeTakeFirst();
}

/**
 * Counts a message of somebody that was just given its place, as the functions that send do: one's own read position goes with it
 * only when nothing of others lies between.
 * @param before where the conversation stood
 */
export async function countSent(
  trx: Locking,
  userId: string,
  {
    id,
    last_position,
    last_ordinal,
  }: Pick<Selectable<ConversationsTable>, 'id' | 'last_position' | 'last_ordinal'>,
): Promise<void> {
  const allRead = sql<boolean>`${last_ordinal} - read_ordinal - (sent - read_sent) = 0`;
  await trx
    .updateTable('members')
    .set({
      sent: sql`sent + 1`,
      read_position: sql`case when ${allRead} then ${last_position + 1} else read_position end`,
      read_ordinal: sql`case when ${allRead} then ${last_ordinal + 1} else read_ordinal end`,
      read_sent: sql`case when ${allRead} then sent + 1 else read_sent end`,
    })
    .where('conversation_id', '=', id)
    .where('user_id', '=', userId)
    .execute();
}

export function replaceContent(
  trx: Locking,
  target: { conversationId: string; position: number; seq: number },
  change:
    | { content: string; edited_at: Date; metadata?: MessageRow['metadata'] }
    | (Pick<MessageRow, 'content' | 'metadata'> & { deleted_at: Date }),
): Promise<MessageRow> {
  return trx
    .updateTable('messages')
    .set({ ...change, seq: target.seq })
    .where('conversation_id', '=', target.conversationId)
    .where('position', '=', target.position)
    .returning(columns)
    .executeTakeFirstOrThrow();
}

/** Writes what stands beside a message's content, as one change. */
export function saveMetadata(
  trx: Locking,
  target: { conversationId: string; position: number; seq: number },
  metadata: MessagesTable['metadata'],
): Promise<MessageRow> {
  return trx
    .updateTable('messages')
    .set({ metadata, seq: target.seq })
    .where('conversation_id', '=', target.conversationId)
    .where('position', '=', target.position)
    .returning(columns)
    .executeTakeFirstOrThrow();
}

/** How many entries count as unread up to a position, and how many of those after it the person wrote. */
export async function countsAt(
  db: Database,
  conversationId: string,
  userId: string,
  position: number,
): Promise<{ ordinal: number; ownAfter: number }> {
  const { rows } = await sql<{ ordinal: number; own_after: number }>`
    select
      coalesce((
        select ordinal from messages
        where conversation_id = ${conversationId} and position <= ${position}
        order by position desc limit 1
      ), 0)::bigint as ordinal,
      (
        select count(*) from messages
        where conversation_id = ${conversationId} and position > ${position}
          and sender_id = ${userId} and type = 'text' and metadata -> 'thread' is null
      ) as own_after`.execute(db);
  const [row] = rows;
  return { ordinal: row?.ordinal ?? 0, ownAfter: row?.own_after ?? 0 };
}

/** Takes the lock of one's own current member row. */
export function lockOwnMember(
  trx: Locking,
  conversationId: string,
  userId: string,
): Promise<{ user_id: string } | undefined> {
  return trx
    .selectFrom('members')
    .select('user_id')
    .where('conversation_id', '=', conversationId)
    .where('user_id', '=', userId)
    .where('left_at', 'is', null)
    .forNoKeyUpdate()
    .executeTakeFirst();
}
