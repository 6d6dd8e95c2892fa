import { type Kysely, sql } from 'kysely';
import { byKey } from './by-key.ts';

/**
 * What a person's inbox begins with, of one snapshot: their conversations, what they have set for them where that is not all as at
 * first, and as of which `inbox_seq` what else is their own is what it is. No row when there is no such person. A function, so that
 * it is planned once for a connection rather than for everybody who comes back.
 */
const inboxStart = `
  create function inbox_start(in_user uuid) returns table (
    epoch text, "inboxSeq" bigint, "blocksSeq" bigint, "savedSeq" bigint, "reactionsSeq" bigint, "threadsSeq" bigint,
    "draftsSeq" bigint, "conversationIds" uuid[], settings jsonb
  ) language plpgsql stable ${byKey} as $$
  #variable_conflict use_column
  begin
    return query
    select (select parley_epoch() from deployment), u.inbox_seq, u.blocks_seq, u.saved_seq, u.reactions_seq, u.threads_seq,
      (select max(d.inbox_seq) from drafts d where d.user_id = in_user),
      array(select m.conversation_id from members m where m.user_id = in_user and m.left_at is null),
      (select coalesce(jsonb_agg(to_jsonb(s)), '[]') from conversation_settings s
        where s.user_id = in_user and (s.archived or num_nonnulls(
          s.muted_until, s.pinned_at, s.hidden_ordinal, s.unread_position) > 0))
    from users u
    where u.id = in_user;
  end
  $$;
`;

/**
 * Rows of `own_memberships`, and what is unread and mentions the person, the latest first, so many of each conversation at most:
 * null where nothing does. Once two statements, for everybody who comes back to something unread.
 */
const ownConversations = `
  create function own_conversations(in_user uuid, in_conversations uuid[], in_mentions bigint) returns table (
    epoch text, user_inbox_seq bigint, conversation_id uuid, user_id uuid, role text, joined_seq bigint,
    joined_position bigint, read_position bigint, read_ordinal bigint, sent bigint, read_sent bigint,
    left_at timestamptz, seq bigint, inbox_seq bigint,
    history text, last_position bigint, last_ordinal bigint, last_seq bigint, member_version bigint, mentions jsonb
  ) language plpgsql stable ${byKey} as $$
  #variable_conflict use_column
  begin
    return query
    with own as materialized (
      select * from own_memberships(in_user, in_conversations)
    ), unread as (
      select array_agg(o.conversation_id) as ids, array_agg(o.read_position) as read
      from own o where o.left_at is null and o.last_position > o.read_position
    ), found as (
      select m.conversation_id,
        jsonb_agg(jsonb_build_object('position', m.position, 'senderId', m.sender_id) order by m.position desc) as mentions
      from unread u cross join unread_mentions(in_user, u.ids, u.read, in_mentions) m
      group by m.conversation_id
    )
    select o.*, f.mentions from own o left join found f on f.conversation_id = o.conversation_id;
  end
  $$;
`;

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of [inboxStart, ownConversations]) await sql.raw(statement).execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`drop function inbox_start, own_conversations`.execute(db);
}
