import type pg from 'pg';
import type { ConversationRow, MemberRow, MessageRow, SettingsRow } from './rows.ts';

/** Somebody's account, as others see it. */
export interface TruePerson {
  readonly id: string;
  readonly username: string;
  readonly displayName: string | null;
  readonly avatar: string | null;
}

/** Somebody's reaction to a message with an emoji. */
export interface ReactionRow {
  readonly conversation_id: string;
  readonly position: number;
  readonly user_id: string;
  readonly emoji: string;
}

/** Somebody who follows a thread, or did. */
export interface FollowerRow {
  readonly conversation_id: string;
  readonly root_position: number;
  readonly user_id: string;
  readonly following: boolean;
  readonly read_ordinal: number;
  readonly inbox_seq: number;
}

/** Everything that is stored, table by table. */
export interface Stored {
  readonly epoch: string;
  readonly conversations: readonly ConversationRow[];
  readonly messages: readonly MessageRow[];
  /** Those who are in now. */
  readonly members: readonly MemberRow[];
  readonly people: readonly TruePerson[];
  /** Those who keep their receipts to themselves. */
  readonly keepers: readonly { id: string }[];
  readonly blocks: readonly { blocker_id: string; blocked_id: string; created_at: Date }[];
  readonly settings: readonly SettingsRow[];
  /** Those that were not taken back. */
  readonly reactions: readonly ReactionRow[];
  readonly pins: readonly { conversation_id: string; position: number }[];
  readonly replies: readonly { conversation_id: string; root_position: number; position: number }[];
  readonly followers: readonly FollowerRow[];
  readonly invitations: readonly {
    id: string;
    conversation_id: string;
    uses: number;
    max_uses: number | null;
  }[];
  /** The latest last. */
  readonly saved: readonly { user_id: string; conversation_id: string; position: number; saved_at: Date }[];
  readonly drafts: readonly {
    conversation_id: string;
    user_id: string;
    text: string;
    reply_to: string | null;
  }[];
}

/** Reads it all; consistent within a transaction that has one snapshot. */
export async function readStored(client: pg.PoolClient): Promise<Stored> {
  const read = async <R extends pg.QueryResultRow>(sql: string) => (await client.query<R>(sql)).rows;
  const [head] = await read<{ epoch: string }>('select parley_epoch() as epoch');
  return {
    epoch: head?.epoch ?? '',
    conversations: await read(
      `select id, kind, title, avatar, history, created_by, created_at, changed_seq::int, last_seq::int, closed,
         description, is_public, case counted_version when member_version then member_count::int end as counted
       from conversations`,
    ),
    messages: await read(
      `select conversation_id, position::int, ordinal::int, seq::int, id, sender_id, type, content, metadata,
         created_at, edited_at, deleted_at
       from messages order by conversation_id, position`,
    ),
    members: await read(
      `select conversation_id, user_id, role, joined_seq::int, joined_position::int, read_position::int,
         delivered_position::int, left_at, seq::int
       from members where left_at is null`,
    ),
    people: await read('select id, username, display_name as "displayName", avatar from users'),
    keepers: await read(`select id from users where read_receipts = 'nobody'`),
    blocks: await read('select blocker_id, blocked_id, created_at from blocks'),
    settings: await read(
      `select conversation_id, user_id, inbox_seq::int, muted_until, archived, pinned_at, hidden_ordinal::int,
         unread_position::int
       from conversation_settings`,
    ),
    reactions: await read(
      `select conversation_id, position::int, user_id, emoji from reactions where removed_at is null order by seq`,
    ),
    pins: await read('select conversation_id, position::int from pins'),
    replies: await read('select conversation_id, root_position::int, position::int from thread_replies'),
    invitations: await read('select id, conversation_id, uses::int, max_uses::int from invitations'),
    followers: await read(
      `select conversation_id, root_position::int, user_id, following, read_ordinal::int, inbox_seq::int
       from thread_followers`,
    ),
    saved: await read(
      'select user_id, conversation_id, position::int, saved_at from saved_messages order by inbox_seq',
    ),
    drafts: await read('select conversation_id, user_id, content as text, reply_to from drafts'),
  };
}
