import { type Selectable, sql } from 'kysely';
import type { Database } from '../db/database.ts';
import { epochNow } from '../db/epoch.ts';
import type { ConversationsTable, MembersTable, UsersTable } from '../db/tables.ts';

/** One's own membership with where its conversation stands, of one snapshot. */
export type OwnMembership = Selectable<MembersTable> &
  Pick<
    Selectable<ConversationsTable>,
    'history' | 'last_position' | 'last_ordinal' | 'last_seq' | 'member_version'
  >;

/** What a person holds, of one snapshot. */
export interface Inbox {
  readonly epoch: string;
  readonly inboxSeq: number;
  readonly memberships: readonly OwnMembership[];
}

interface InboxRow extends OwnMembership {
  epoch: string;
  user_inbox_seq: number;
  conversation_id: OwnMembership['conversation_id'];
}

/** The latest `inbox_seq` at which something of a person's own changed that is no membership. */
export interface OwnSeqs {
  readonly blocksSeq: number;
  readonly threadsSeq: number;
}

type OwnSeqsRow = Pick<Selectable<UsersTable>, 'blocks_seq' | 'threads_seq'>;

function ownSeqsOf(row: OwnSeqsRow): OwnSeqs {
  return { blocksSeq: row.blocks_seq, threadsSeq: row.threads_seq };
}

/** Which conversations a person is in, of one snapshot. Undefined when there is no such person. */
export async function readInbox(
  db: Database,
  userId: string,
): Promise<
  { epoch: string; inboxSeq: number; own: OwnSeqs; conversationIds: readonly string[] } | undefined
> {
  const { rows } = await sql<{
    epoch: string;
    inbox_seq: number;
    blocks_seq: number;
    threads_seq: number;
    ids: readonly string[];
  }>`
    select ${epochNow} as epoch, u.inbox_seq, u.blocks_seq, u.threads_seq,
      array(select m.conversation_id from members m where m.user_id = u.id and m.left_at is null) as ids
    from users u
    where u.id = ${userId}`.execute(db);
  const [row] = rows;
  if (row === undefined) return undefined;
  const { epoch, inbox_seq: inboxSeq, ids: conversationIds } = row;
  return { epoch, inboxSeq, own: ownSeqsOf(row), conversationIds };
}

/**
 * The person's memberships, ended ones too, that changed for them after `since`, and as of which `inboxSeq` what else is
 * their own is what it is.
 */
export async function inboxSince(
  db: Database,
  userId: string,
  since: number,
): Promise<(Inbox & { readonly own: OwnSeqs }) | undefined> {
  const { rows } = await sql<StoredRow & OwnSeqsRow>`
    select ${epochNow} as epoch, u.inbox_seq as user_inbox_seq, u.blocks_seq, u.threads_seq, m.*,
      c.history, c.last_position, c.last_ordinal, c.last_seq, c.member_version
    from users u
    left join (members m join conversations c on c.id = m.conversation_id)
      on m.user_id = u.id and m.inbox_seq > ${since}
    where u.id = ${userId}`.execute(db);
  const [first] = rows;
  const inbox = inboxFrom(rows);
  return first && inbox && { ...inbox, own: ownSeqsOf(first) };
}

/** The person's memberships of some conversations, ended ones too; see `own_memberships` in the third migration. */
export async function inboxOf(
  db: Database,
  userId: string,
  conversationIds: readonly string[],
): Promise<Inbox | undefined> {
  const { rows } = await sql<StoredRow>`
    select * from own_memberships(${userId}, ${[...conversationIds]}::uuid[])`.execute(db);
  return inboxFrom(rows);
}

type StoredRow = InboxRow | (Pick<InboxRow, 'epoch' | 'user_inbox_seq'> & { readonly conversation_id: null });

/** There is one row at least for a person, with the epoch. */
function inboxFrom(rows: readonly StoredRow[]): Inbox | undefined {
  const [first] = rows;
  if (first === undefined) return undefined;
  const memberships = rows.filter((row): row is InboxRow => row.conversation_id !== null);
  return { epoch: first.epoch, inboxSeq: first.user_inbox_seq, memberships };
}

/** Of the given people, those whose `inbox_seq` differs from the database's. */
export async function differingInboxes(
  db: Database,
  epoch: string,
  known: readonly { id: string; inboxSeq: number }[],
): Promise<{ id: string }[]> {
  const { rows } = await sql<{ id: string }>`
    select k.id
    from unnest(${known.map(({ id }) => id)}::uuid[], ${known.map(({ inboxSeq }) => inboxSeq)}::bigint[])
      as k (id, inbox_seq)
    left join users u on u.id = k.id
    where u.inbox_seq is distinct from k.inbox_seq or ${epochNow} <> ${epoch}`.execute(db);
  return rows;
}
