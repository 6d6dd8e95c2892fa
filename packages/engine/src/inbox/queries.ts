import type { UnreadMentions } from '@parley/contract';
import { type Selectable, sql } from 'kysely';
import type { Database } from '../db/database.ts';
import { epochNow } from '../db/epoch.ts';
import { type FoundMention, unreadLooked } from '../mentions/queries.ts';
import { unreadMentionsOf } from '../mentions/unread.ts';
import type { DraftRow } from '../drafts/rows.ts';
import type { SettingsRow } from '../settings/rows.ts';
import type { ConversationsTable, MembersTable } from '../db/tables.ts';

/** One's own membership with where its conversation stands, of one snapshot. */
export type OwnMembership = Omit<Selectable<MembersTable>, 'delivered_position'> &
  Pick<
    Selectable<ConversationsTable>,
    'history' | 'last_position' | 'last_ordinal' | 'last_seq' | 'member_version'
  > & {
    /** What is unread and mentions one, as of `last_seq` or later; undefined where it was not read. */
    readonly mentions?: UnreadMentions | null;
  };

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

/** The latest `inbox_seq` at which something of a person's own changed that is read when it is told of. */
export interface OwnSeqs {
  /** Whom they have blocked. */
  readonly blocksSeq: number;
  /** What they have saved. */
  readonly savedSeq: number;
  /** What they react with. */
  readonly reactionsSeq: number;
  /** How they stand with threads. */
  readonly threadsSeq: number;
}

const ownSeqs = sql`u.blocks_seq as "blocksSeq", u.saved_seq as "savedSeq", u.reactions_seq as "reactionsSeq",
  u.threads_seq as "threadsSeq"`;

/** What a person's inbox begins with. */
interface InboxStart extends OwnSeqs {
  readonly epoch: string;
  readonly inboxSeq: number;
  /** The `inbox_seq` at which a draft last changed; null when there has been none. */
  readonly draftsSeq: number | null;
  readonly conversationIds: readonly string[];
  /** Those that are not all as at first. */
  readonly settings: readonly SettingsRow[];
}

/** What a person's inbox begins with, see the nineteenth migration. Undefined when there is no such person. */
export async function readInbox(db: Database, userId: string): Promise<InboxStart | undefined> {
  const { rows } = await sql<InboxStart>`select * from inbox_start(${userId})`.execute(db);
  return rows[0];
}

/** What of a person's inbox changed. */
export interface InboxChanges extends Inbox, OwnSeqs {
  readonly settings: readonly SettingsRow[];
  readonly drafts: readonly DraftRow[];
}

/** A person, and the `inbox_seq` up to which everything of theirs is known. */
export interface KnownUpTo {
  readonly userId: string;
  readonly since: number;
}

/**
 * By person, their memberships, ended ones too, settings and drafts that changed for them after `since`, and as of which
 * `inboxSeq` what else is their own is what it is; nothing for whom there is no account. Nobody is asked for twice.
 */
export async function inboxesSince(
  db: Database,
  people: readonly KnownUpTo[],
): Promise<ReadonlyMap<string, InboxChanges>> {
  const ids = people.map(({ userId }) => userId);
  const sinces = people.map(({ since }) => since);
  // Whatever the planner thinks of how many they are, each looks their own up by key: `offset 0` keeps it from joining.
  const { rows } = await sql<
    StoredRow & OwnSeqs & { reader: string } & Pick<InboxChanges, 'settings' | 'drafts'>
  >`
    select k.user_id as reader, ${epochNow} as epoch, u.inbox_seq as user_inbox_seq, ${ownSeqs}, m.*,
      (select coalesce(jsonb_agg(to_jsonb(s)), '[]') from conversation_settings s
        where s.user_id = k.user_id and s.inbox_seq > k.since) as settings,
      (select coalesce(jsonb_agg(to_jsonb(d)), '[]') from drafts d
        where d.user_id = k.user_id and d.inbox_seq > k.since) as drafts
    from unnest(${ids}::uuid[], ${sinces}::bigint[]) as k (user_id, since)
    cross join lateral (select * from users where id = k.user_id offset 0) u
    left join lateral (
      select m.*, c.history, c.last_position, c.last_ordinal, c.last_seq, c.member_version
      from members m
      cross join lateral (select * from conversations where id = m.conversation_id offset 0) c
      where m.user_id = k.user_id and m.inbox_seq > k.since offset 0
    ) m on true`.execute(db);
  const found = new Map<string, InboxChanges>();
  for (const [reader, theirs] of Map.groupBy(rows, (row) => row.reader)) {
    const inbox = inboxFrom(theirs);
    const [first] = theirs;
    if (first === undefined || inbox === undefined) continue;
    const { blocksSeq, savedSeq, reactionsSeq, threadsSeq, settings, drafts } = first;
    found.set(reader, { ...inbox, blocksSeq, savedSeq, reactionsSeq, threadsSeq, settings, drafts });
  }
  return found;
}

/** The person's memberships of some conversations, ended ones too; see `own_conversations` in the nineteenth migration. */
export async function inboxOf(
  db: Database,
  userId: string,
  conversationIds: readonly string[],
): Promise<Inbox | undefined> {
  const { rows } = await sql<StoredRow & { readonly mentions: readonly FoundMention[] | null }>`
    select * from own_conversations(${userId}, ${[...conversationIds]}::uuid[], ${unreadLooked}::bigint)`.execute(
    db,
  );
  return inboxFrom(rows.map((row) => ({ ...row, mentions: unreadMentionsOf(row.mentions) })));
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
