import { type Kysely, sql } from 'kysely';
import { everybody } from './0017-mentions.ts';
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
export const ownConversations = `
  create function own_conversations(in_user uuid, in_conversations uuid[], in_mentions bigint) returns table (
    epoch text, user_inbox_seq bigint, conversation_id uuid, user_id uuid, role text, joined_seq bigint,
    joined_position bigint, read_position bigint, read_ordinal bigint, sent bigint, read_sent bigint,
    left_at timestamptz, seq bigint, inbox_seq bigint,
    history text, last_position bigint, last_ordinal bigint, last_seq bigint, member_version bigint, mentions jsonb
  ) language plpgsql stable ${byKey} as $$
  #variable_conflict use_column
  begin
    return query
    select o.*, case when o.left_at is null and o.last_position > o.read_position then (
      select jsonb_agg(jsonb_build_object('position', x.position, 'senderId', x.sender_id))
      from (
        (
          select e.position, e.sender_id from mentions e
          where e.conversation_id = o.conversation_id and e.user_id = in_user and e.position > o.read_position
          order by e.position desc limit in_mentions
        )
        union all
        (
          select e.position, e.sender_id from mentions e
          where e.conversation_id = o.conversation_id and e.user_id = ${everybody} and e.position > o.read_position
            and e.sender_id <> in_user
          order by e.position desc limit in_mentions
        )
        order by 1 desc limit in_mentions
      ) x
    ) end
    from own_memberships(in_user, in_conversations) o;
  end
  $$;
`;

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of [inboxStart, ownConversations]) await sql.raw(statement).execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`drop function inbox_start, own_conversations`.execute(db);
}
