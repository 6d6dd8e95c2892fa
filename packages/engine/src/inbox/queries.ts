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
  readonly memberships: readonly OwnMembership[];
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
export interface InboxStart extends OwnSeqs {
  readonly epoch: string;
  readonly inboxSeq: number;
  /** The `inbox_seq` at which a draft last changed; null when there has been none. */
  readonly draftsSeq: number | null;
  readonly conversationIds: readonly string[];
  /** Those that are not all as at first. */
  readonly settings: readonly SettingsRow[];
}

/** What people's inboxes begin with, see `inboxes_start` in the migrations. Undefined for whom there is no account. */
export async function readInboxes(
  db: Database,
  userIds: readonly string[],
): Promise<(InboxStart | undefined)[]> {
  const { rows } = await sql<InboxStart & { readonly place: number }>`
    select * from inboxes_start(${[...userIds]}::uuid[])`.execute(db);
  const starts = new Map(rows.map((row) => [row.place, row]));
  return userIds.map((_, index) => starts.get(index + 1));
}

/** What of a person's inbox changed. */
export interface InboxChanges extends Inbox, OwnSeqs {
  readonly inboxSeq: number;
  readonly settings: readonly SettingsRow[];
  readonly drafts: readonly DraftRow[];
}

/** A person, and the `inbox_seq` up to which everything of theirs is known. */
export interface KnownUpTo {
  readonly userId: string;
  readonly since: number;
}

/**
 * Of each person, their memberships, ended ones too, settings and drafts that changed for them after `since`, and as of which
 * `inboxSeq` what else is their own is what it is; undefined for whom there is no account.
 */
export async function inboxesSince(
  db: Database,
  people: readonly KnownUpTo[],
): Promise<(InboxChanges | undefined)[]> {
  const ids = people.map(({ userId }) => userId);
  const sinces = people.map(({ since }) => since);
  // Whatever the planner thinks of how many they are, each looks their own up by key: `offset 0` keeps it from joining.
  const { rows } = await sql<
    (OwnMembership | NoMembership) &
      OwnSeqs &
      Pick<InboxChanges, 'epoch' | 'inboxSeq' | 'settings' | 'drafts'> & { readonly place: number }
  >`
    select k.place, ${epochNow} as epoch, u.inbox_seq as "inboxSeq", ${ownSeqs}, m.*,
      (select coalesce(jsonb_agg(to_jsonb(s)), '[]') from conversation_settings s
        where s.user_id = k.user_id and s.inbox_seq > k.since) as settings,
      (select coalesce(jsonb_agg(to_jsonb(d)), '[]') from drafts d
        where d.user_id = k.user_id and d.inbox_seq > k.since) as drafts
    from unnest(${ids}::uuid[], ${sinces}::bigint[]) with ordinality as k (user_id, since, place)
    cross join lateral (select * from users where id = k.user_id offset 0) u
    left join lateral (
      select m.*, c.history, c.last_position, c.last_ordinal, c.last_seq, c.member_version
      from members m
      cross join lateral (select * from conversations where id = m.conversation_id offset 0) c
      where m.user_id = k.user_id and m.inbox_seq > k.since offset 0
    ) m on true`.execute(db);
  const theirs = Map.groupBy(rows, ({ place }) => place);
  return people.map((_, index) => {
    const own = theirs.get(index + 1);
    const first = own?.[0];
    if (own === undefined || first === undefined) return undefined;
    const { epoch, inboxSeq, blocksSeq, savedSeq, reactionsSeq, threadsSeq, settings, drafts } = first;
    const memberships = own.filter((row): row is typeof row & OwnMembership => row.conversation_id !== null);
    return {
      ...{ epoch, inboxSeq, memberships, settings, drafts },
      ...{ blocksSeq, savedSeq, reactionsSeq, threadsSeq },
    };
  });
}

/** A person, and some conversations. */
export interface Held {
  readonly userId: string;
  readonly conversationIds: readonly string[];
}

/** What each person has of some conversations, ended memberships too; see `held_conversations` in the migrations. */
export async function inboxesOf(db: Database, asked: readonly Held[]): Promise<Inbox[]> {
  const pairs = asked.flatMap(({ userId, conversationIds }, index) =>
    conversationIds.map((conversationId) => ({ index, userId, conversationId })),
  );
  const { rows } = await sql<
    { readonly epoch: string } & (
      | (OwnMembership & { readonly place: number; readonly found: readonly FoundMention[] | null })
      | NoMembership
    )
  >`
    select * from held_conversations(
      ${pairs.map(({ userId }) => userId)}::uuid[],
      ${pairs.map(({ conversationId }) => conversationId)}::uuid[],
      ${unreadLooked}::bigint
    )`.execute(db);
  const [first] = rows;
  if (first === undefined) throw new Error('the database did not say where the inboxes stand');
  const memberships: OwnMembership[][] = asked.map(() => []);
  for (const row of rows) {
    if (row.conversation_id === null) continue;
    memberships[pairs[row.place - 1]?.index ?? -1]?.push({ ...row, mentions: unreadMentionsOf(row.found) });
  }
  return memberships.map((own) => ({ epoch: first.epoch, memberships: own }));
}

/** In place of a membership where there is none. */
interface NoMembership {
  readonly conversation_id: null;
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
