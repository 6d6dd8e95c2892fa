import { type Kysely, sql } from 'kysely';
import { ownConversations } from './0019-inbox-start.ts';
import { byKey } from './by-key.ts';
import { replacing } from './changed.ts';

/**
 * Conversations as one of their members sees them, each with its latest entry outside threads, the other person of a direct one,
 * what the member has set for it and, where something is unread, what mentions them, the latest first and `in_mentions` of each at
 * most. Those the person is in only. A function, so that it is planned once for a connection: planning it takes longer than carrying
 * it out. All of one snapshot: whoever is removed meanwhile sees nothing of what came after.
 */
const conversationViews = `
  create function conversation_views(in_user uuid, in_conversations uuid[], in_mentions bigint) returns table (
    epoch text, id uuid, kind text, title text, avatar text, description text, is_public boolean, history text,
    created_by uuid, created_at timestamptz, updated_at timestamptz, closed boolean,
    last_position bigint, last_ordinal bigint, last_seq bigint, changed_seq bigint, member_count bigint,
    role text, joined_seq bigint, joined_position bigint, read_position bigint, read_ordinal bigint, sent bigint,
    read_sent bigint, peer jsonb, message jsonb, settings jsonb, mentions jsonb
  ) language plpgsql stable ${byKey} as $$
  #variable_conflict use_column
  begin
    return query
    with own as materialized (
      select c.*, m.role, m.joined_seq, m.joined_position, m.read_position, m.read_ordinal, m.sent, m.read_sent
      from unnest(in_conversations) as i (id)
      cross join lateral (select * from members where conversation_id = i.id and user_id = in_user offset 0) m
      join conversations c on c.id = i.id
      where m.left_at is null
    ), unread as (
      select array_agg(o.id) as ids, array_agg(o.read_position) as read from own o where o.last_position > o.read_position
    ), found as (
      select x.conversation_id,
        jsonb_agg(jsonb_build_object('position', x.position, 'senderId', x.sender_id) order by x.position desc) as mentions
      from unread u cross join unread_mentions(in_user, u.ids, u.read, in_mentions) x
      group by x.conversation_id
    )
    select (select parley_epoch() from deployment), c.id, c.kind, c.title, c.avatar, c.description, c.is_public, c.history,
      c.created_by, c.created_at, c.updated_at, c.closed,
      c.last_position, c.last_ordinal, c.last_seq, c.changed_seq,
      case when c.counted_version = c.member_version then c.member_count
        else (select count(*) from members o where o.conversation_id = c.id and o.left_at is null) end,
      c.role, c.joined_seq, c.joined_position, c.read_position, c.read_ordinal, c.sent, c.read_sent,
      case when c.kind = 'direct' then (
        select jsonb_build_object('id', u.id, 'username', u.username, 'display_name', u.display_name, 'avatar', u.avatar,
          'last_seen_at', u.last_seen_at, 'last_seen_visible', u.last_seen_visible, 'deleted_at', u.deleted_at,
          'is_online', not u.appears_offline and (coalesce(u.online_until > now(), false) or exists (
            select from presence_leases l join presence_holders h on h.id = l.holder_id
            where l.user_id = u.id and h.alive_until > now()
          )))
        from members o join users u on u.id = o.user_id
        where o.conversation_id = c.id and o.user_id <> in_user
      ) end,
      (
        select to_jsonb(e) - 'payload_hash' from messages e
        where e.conversation_id = c.id
          and e.position = case when c.thread_position = c.last_position then c.main_position else c.last_position end
      ),
      (
        select to_jsonb(s) from conversation_settings s where s.conversation_id = c.id and s.user_id = in_user
      ),
      f.mentions
    from own c left join found f on f.conversation_id = c.id;
  end
  $$;
`;

/**
 * A page of the conversations of a person's inbox: those that are pinned first, each by latest activity, without those that are
 * archived or hidden. Behind the conversation with this activity and id, where there is an in_id, among those pinned when it has
 * been pinned and among the others otherwise. What somebody has set, for few conversations, is read once instead of looked up for each.
 */
const inboxPage = `
  create function inbox_page(in_user uuid, in_pinned_at timestamptz, in_at timestamptz, in_id uuid, in_limit bigint)
  returns setof uuid language plpgsql stable ${byKey} as $$
  begin
    return query
    with own as materialized (
      select s.conversation_id, s.pinned_at, c.updated_at,
        s.archived or coalesce(c.last_ordinal <= s.hidden_ordinal, false) as aside
      from conversation_settings s join conversations c on c.id = s.conversation_id
      where s.user_id = in_user and (s.archived or num_nonnulls(s.pinned_at, s.hidden_ordinal) > 0)
    ), pinned as (
      select o.conversation_id, o.pinned_at, o.updated_at
      from own o join members m on m.conversation_id = o.conversation_id and m.user_id = in_user and m.left_at is null
      where o.pinned_at is not null and not o.aside and (in_id is null or o.pinned_at < in_pinned_at
        or (o.pinned_at = in_pinned_at and (o.updated_at, o.conversation_id) < (in_at, in_id)))
    ), others as (
      select c.id, null::timestamptz, c.updated_at
      from members m join conversations c on c.id = m.conversation_id
      where m.user_id = in_user and m.left_at is null
        and m.conversation_id not in (select o.conversation_id from own o where o.pinned_at is not null or o.aside)
        and (in_id is null or in_pinned_at is not null or (c.updated_at, c.id) < (in_at, in_id))
      order by c.updated_at desc, c.id desc
      limit in_limit
    )
    select listed.id
    from (select * from pinned union all select * from others) as listed (id, pinned_at, updated_at)
    order by listed.pinned_at desc nulls last, listed.updated_at desc, listed.id desc
    limit in_limit;
  end
  $$;
`;

/** As it was, but what mentions the person is looked up by the function there is for it, of all conversations at once. */
const ownConversationsAtOnce = `
  create or replace function own_conversations(in_user uuid, in_conversations uuid[], in_mentions bigint) returns table (
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
  for (const statement of [conversationViews, inboxPage, ownConversationsAtOnce])
    await sql.raw(statement).execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`drop function conversation_views, inbox_page`.execute(db);
  await sql.raw(replacing(ownConversations)).execute(db);
}
