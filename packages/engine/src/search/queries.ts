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

/** How far a conversation's changes are in the index; null when none of them was looked at. */
export interface IndexState {
  readonly id: string;
  readonly last_seq: number;
  readonly indexed_seq: number | null;
}

export async function indexStatesOf(db: Database, ids: readonly string[]): Promise<IndexState[]> {
  const { rows } = await sql<IndexState>`
    select c.id, c.last_seq, p.indexed_seq
    from unnest(${[...ids]}::uuid[]) as given (id)
    join conversations c on c.id = given.id
    left join search_progress p on p.conversation_id = given.id`.execute(db);
  return rows;
}

/** Of so many conversations, those whose ids follow the one given, in order. */
export async function indexStatesAfter(db: Database, after: string, count: number): Promise<IndexState[]> {
  const { rows } = await sql<IndexState>`
    select c.id, c.last_seq, p.indexed_seq
    from (select id, last_seq from conversations where id > ${after}::uuid order by id limit ${count}) c
    left join search_progress p on p.conversation_id = c.id
    order by c.id`.execute(db);
  return rows;
}

/** The index is made of what is stored, so that losing the end of it in a crash loses nothing: nobody waits for the disk. */
export async function commitUnhurried(trx: Locking): Promise<void> {
  await sql`set local synchronous_commit to off`.execute(trx);
}

/** Begins to follow conversations. */
export async function insertProgress(trx: Locking, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await trx
    .insertInto('search_progress')
    .values(ids.toSorted().map((id) => ({ conversation_id: id, indexed_seq: 0 })))
    .onConflict((conflict) => conflict.column('conversation_id').doNothing())
    .execute();
}

/** Takes the right to index those conversations that nobody else is indexing. */
export async function lockProgress(trx: Locking, ids: readonly string[]): Promise<Map<string, number>> {
  const { rows } = await sql<{ conversation_id: string; indexed_seq: number }>`
    select conversation_id, indexed_seq from search_progress where conversation_id = any (${[...ids]}::uuid[])
    order by conversation_id for update skip locked`.execute(trx);
  return new Map(rows.map((row) => [row.conversation_id, row.indexed_seq]));
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
    select m.* from unnest(
      ${wanted.map(({ id }) => id)}::uuid[], ${wanted.map(({ since }) => since)}::bigint[],
      ${wanted.map(({ quota }) => quota)}::int[]
    ) as w (id, since, quota)
    cross join lateral (
      select conversation_id, position, sender_id, type, content, created_at, deleted_at, seq from messages
      where conversation_id = w.id and seq > w.since order by seq limit w.quota
    ) m`.execute(trx);
  return rows;
}

export interface Entry {
  readonly conversationId: string;
  readonly position: number;
  readonly at: Date;
  readonly senderId: string;
  readonly hasLink: boolean;
  /** A literal of a `tsvector`. */
  readonly words: string;
}

export async function saveEntries(trx: Locking, entries: readonly Entry[]): Promise<void> {
  if (entries.length === 0) return;
  await sql`
    insert into search_entries (conversation_id, sent_at, position, sender_id, has_link, words)
    select conversation_id, sent_at, position, sender_id, has_link, words::tsvector
    from unnest(
      ${entries.map(({ conversationId }) => conversationId)}::uuid[], ${entries.map(({ at }) => at)}::timestamptz[],
      ${entries.map(({ position }) => position)}::bigint[], ${entries.map(({ senderId }) => senderId)}::uuid[],
      ${entries.map(({ hasLink }) => hasLink)}::boolean[], ${entries.map(({ words }) => words)}::text[]
    ) as e (conversation_id, sent_at, position, sender_id, has_link, words)
    on conflict (conversation_id, sent_at, position) do update set words = excluded.words, has_link = excluded.has_link
    where search_entries.words <> excluded.words or search_entries.has_link <> excluded.has_link`.execute(
    trx,
  );
}

export async function removeEntries(
  trx: Locking,
  entries: readonly Pick<Entry, 'conversationId' | 'position' | 'at'>[],
): Promise<void> {
  if (entries.length === 0) return;
  await sql`
    delete from search_entries e using unnest(
      ${entries.map(({ conversationId }) => conversationId)}::uuid[], ${entries.map(({ at }) => at)}::timestamptz[],
      ${entries.map(({ position }) => position)}::bigint[]
    ) as gone (conversation_id, sent_at, position)
    where e.conversation_id = gone.conversation_id and e.sent_at = gone.sent_at and e.position = gone.position
    `.execute(trx);
}

/** Removes what there is of one message, in the transaction that empties it. */
export async function removeEntry(trx: Locking, entry: EntryPlace): Promise<void> {
  await trx
    .deleteFrom('search_entries')
    .where('conversation_id', '=', entry.conversationId)
    .where('sent_at', '=', entry.at)
    .where('position', '=', entry.position)
    .execute();
}

export async function saveProgress(trx: Locking, progress: ReadonlyMap<string, number>): Promise<void> {
  await sql`
    update search_progress p set indexed_seq = reached.seq
    from unnest(${[...progress.keys()]}::uuid[], ${[...progress.values()]}::bigint[]) as reached (id, seq)
    where p.conversation_id = reached.id`.execute(trx);
}
