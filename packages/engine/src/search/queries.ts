import { sql } from 'kysely';
import type { Database, Locking } from '../db/database.ts';
import { columns, type MessageRow } from '../messages/queries.ts';

/** Where an entry stands among all that is searched, by time, conversation and position. */
export interface EntryPlace {
  readonly at: Date;
  readonly conversationId: string;
  readonly position: number;
}

export interface EntrySearch {
  /** Literals of a `tsquery`: see `matchOf` and `keysOf`. */
  readonly match: string;
  readonly keys: string;
  readonly conversations: readonly string[] | null;
  readonly senders: readonly string[] | null;
  readonly links: boolean;
  readonly from: Date;
  readonly to: Date;
  /** Only entries before this place. */
  readonly before: EntryPlace;
  readonly limit: number;
  /** Conversations at most. */
  readonly most: number;
}

export interface EntryRow {
  readonly conversation_id: string;
  readonly sent_at: Date;
  readonly position: number;
  readonly rank: number;
}

/** The latest entries that somebody may see and that fit, in no order; see `search_messages` in the ninth migration. */
export async function searchEntries(db: Database, userId: string, search: EntrySearch): Promise<EntryRow[]> {
  const { match, keys, conversations, senders, links, from, to, before, limit, most } = search;
  const { rows } = await sql<EntryRow>`
    select * from search_messages(
      ${userId}::uuid, ${match}::tsquery, ${keys}, ${conversations}::uuid[], ${senders}::uuid[], ${links}::boolean,
      ${from}::timestamptz, ${to}::timestamptz,
      ${before.at}::timestamptz, ${before.conversationId}::uuid, ${before.position}::bigint, ${limit}::int, ${most}::int
    )`.execute(db);
  return rows;
}

/** Of some entries the messages, as they are now: those that somebody may see. */
export async function messagesAt(
  db: Database,
  userId: string,
  places: readonly Pick<EntryRow, 'conversation_id' | 'position'>[],
): Promise<MessageRow[]> {
  const { rows } = await sql<MessageRow>`
    select ${sql.join(columns.map((column) => sql.ref(`e.${column}`)))}
    from unnest(
      ${places.map((place) => place.conversation_id)}::uuid[], ${places.map(({ position }) => position)}::bigint[]
    ) as p (conversation_id, position)
    join members m on m.conversation_id = p.conversation_id and m.user_id = ${userId} and m.left_at is null
    join conversations c on c.id = p.conversation_id
    join messages e on e.conversation_id = p.conversation_id and e.position = p.position
    where e.type = 'text' and e.deleted_at is null
      and e.position > case c.history when 'from-joining' then m.joined_position else 0 end`.execute(db);
  return rows;
}

/** One of a person's conversations by the names it goes by. */
export interface NamedConversation {
  readonly id: string;
  readonly title: string | null;
  /** The other person's, of a direct conversation. */
  readonly username: string | null;
  readonly display_name: string | null;
}

/** A person's conversations, those with the latest activity first. */
export async function namedConversations(
  db: Database,
  userId: string,
  most: number,
): Promise<NamedConversation[]> {
  const { rows } = await sql<NamedConversation>`
    select c.id, c.title, peer.username, peer.display_name
    from members own join conversations c on c.id = own.conversation_id
    left join lateral (
      select u.username, u.display_name from members m join users u on u.id = m.user_id
      where c.kind = 'direct' and m.conversation_id = c.id and m.user_id <> ${userId} limit 1
    ) peer on true
    where own.user_id = ${userId} and own.left_at is null
    order by c.updated_at desc, c.id desc limit ${most}`.execute(db);
  return rows;
}

/** How far a conversation's changes are in the index. */
export interface IndexState {
  readonly id: string;
  readonly last_seq: number;
  readonly indexed_seq: number;
}

// What follows stands in the ninth migration.
export async function indexStatesOf(db: Database, ids: readonly string[]): Promise<IndexState[]> {
  const { rows } = await sql<IndexState>`select * from search_states(${[...ids]}::uuid[])`.execute(db);
  return rows;
}

/** Of so many conversations, those whose ids follow the one given, in order. */
export async function indexStatesAfter(db: Database, after: string, count: number): Promise<IndexState[]> {
  const { rows } = await sql<IndexState>`
    select * from search_states_after(${after}::uuid, ${count}::int)`.execute(db);
  return rows;
}

/** The index is made of what is stored, so that losing the end of it in a crash loses nothing: nobody waits for the disk. */
export async function commitUnhurried(trx: Locking): Promise<void> {
  await sql`set local synchronous_commit to off`.execute(trx);
}

/** Takes the right to index those conversations that nobody else is indexing: the seq each was indexed up to, by id. */
export async function claimProgress(trx: Locking, ids: readonly string[]): Promise<Map<string, number>> {
  const { rows } = await sql<{ id: string; indexed_seq: number }>`
    select * from search_claim(${[...ids]}::uuid[])`.execute(trx);
  return new Map(rows.map((row) => [row.id, row.indexed_seq]));
}

export interface ChangedMessages {
  readonly id: string;
  readonly since: number;
  /** Messages at most. */
  readonly quota: number;
}

export type ChangedMessage = Pick<
  MessageRow,
  'conversation_id' | 'position' | 'sender_id' | 'type' | 'content' | 'created_at' | 'deleted_at' | 'seq'
>;

/** Of each conversation the messages changed since a seq, as they are now, by seq. */
export async function changedMessages(
  trx: Locking,
  wanted: readonly ChangedMessages[],
): Promise<ChangedMessage[]> {
  const { rows } = await sql<ChangedMessage>`
    select * from search_changed(
      ${wanted.map(({ id }) => id)}::uuid[], ${wanted.map(({ since }) => since)}::bigint[],
      ${wanted.map(({ quota }) => quota)}::int[]
    )`.execute(trx);
  return rows;
}

export interface Entry extends EntryPlace {
  readonly senderId: string;
  readonly hasLink: boolean;
  /** A literal of a `tsvector`; empty for what is not to be found. */
  readonly words: string;
}

/** Stores entries, removes those without words, and says how far each conversation is indexed now. */
export async function saveEntries(
  trx: Locking,
  entries: readonly Entry[],
  reached: ReadonlyMap<string, number>,
): Promise<void> {
  await sql`
    select from search_save(
      ${entries.map(({ conversationId }) => conversationId)}::uuid[], ${entries.map(({ at }) => at)}::timestamptz[],
      ${entries.map(({ position }) => position)}::bigint[], ${entries.map(({ senderId }) => senderId)}::uuid[],
      ${entries.map(({ hasLink }) => hasLink)}::boolean[], ${entries.map(({ words }) => words)}::text[],
      ${[...reached.keys()]}::uuid[], ${[...reached.values()]}::bigint[]
    )`.execute(trx);
}

/** Removes what there is of some messages, in the transaction that empties them. */
export async function removeEntries(
  trx: Locking,
  conversationId: string,
  messages: readonly { readonly position: number; readonly created_at: Date }[],
): Promise<void> {
  // Where no two have the same position, the times only lead to them by the key.
  await trx
    .deleteFrom('search_entries')
    .where('conversation_id', '=', conversationId)
    .where(
      'sent_at',
      'in',
      messages.map((message) => message.created_at),
    )
    .where(
      'position',
      'in',
      messages.map(({ position }) => position),
    )
    .execute();
}
