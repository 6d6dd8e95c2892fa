import { type Kysely, sql } from 'kysely';
import { byKey } from './by-key.ts';

// Who is mentioned where, as the messages say: the nil id stands for everybody, once for each message, however many there are in
// the conversation. What is unread of it is looked up by conversation and person; the list of a person's by time.
const table = `
  create table mentions (
    conversation_id uuid not null,
    user_id uuid not null,
    position bigint not null,
    sender_id uuid not null,
    created_at timestamptz not null,
    primary key (conversation_id, user_id, position)
  );
  create index mentions_of_user on mentions (user_id, created_at, conversation_id, position);
`;

export const everybody = `'00000000-0000-0000-0000-000000000000'::uuid`;

/** The latest ones of somebody above what they have read of some conversations, so many of each at most. */
const unreadMentions = `
  create function unread_mentions(in_user uuid, in_conversations uuid[], in_read bigint[], in_limit bigint)
  returns table (
    conversation_id uuid, "position" bigint, sender_id uuid
  ) language plpgsql stable ${byKey} as $$
  #variable_conflict use_column
  begin
    return query
    select i.id, x.position, x.sender_id
    from unnest(in_conversations, in_read) as i (id, read_position)
    cross join lateral (
      (
        select e.position, e.sender_id from mentions e
        where e.conversation_id = i.id and e.user_id = in_user and e.position > i.read_position
        order by e.position desc limit in_limit
      )
      union all
      (
        select e.position, e.sender_id from mentions e
        where e.conversation_id = i.id and e.user_id = ${everybody} and e.position > i.read_position
          and e.sender_id <> in_user
        order by e.position desc limit in_limit
      )
      order by 1 desc limit in_limit
    ) x;
  end
  $$;
`;

/**
 * The latest messages before a place that mention somebody, of people they have not blocked, in conversations they are in. That a
 * membership has not ended is no condition of the first join: PostgreSQL would look each up among all of the person's, by the index
 * that is for those, as long as it knows nothing of the tables.
 */
const mentionsPage = `
  create function mentions_page(
    in_user uuid, in_at timestamptz, in_conversation uuid, in_position bigint, in_limit bigint
  ) returns table (
    is_read boolean, conversation_id uuid, "position" bigint, ordinal bigint, id uuid, sender_id uuid, type text,
    content text, metadata jsonb, created_at timestamptz, edited_at timestamptz, deleted_at timestamptz, seq bigint
  ) language plpgsql stable ${byKey} as $$
  #variable_conflict use_column
  begin
    return query
    with named as (
      select e.created_at, e.conversation_id, e.position, m.read_position
      from mentions e
      join members m on m.conversation_id = e.conversation_id and m.user_id = in_user
      join conversations c on c.id = e.conversation_id
      where e.user_id = in_user and (e.created_at, e.conversation_id, e.position) < (in_at, in_conversation, in_position)
        and case when m.left_at is not null then false when c.history = 'full' then true else e.position > m.joined_position end
        and not exists (select from blocks b where b.blocker_id = in_user and b.blocked_id = e.sender_id)
      order by e.created_at desc, e.conversation_id desc, e.position desc limit in_limit
    ), together as (
      select x.created_at, m.conversation_id, x.position, m.read_position
      from members m
      join conversations c on c.id = m.conversation_id
      cross join lateral (
        select e.created_at, e.position from mentions e
        where e.conversation_id = m.conversation_id and e.user_id = ${everybody} and e.sender_id <> in_user
          and e.position > case c.history when 'from-joining' then m.joined_position else 0 end
          and (e.created_at, e.conversation_id, e.position) < (in_at, in_conversation, in_position)
          and not exists (select from blocks b where b.blocker_id = in_user and b.blocked_id = e.sender_id)
        order by e.position desc limit in_limit
      ) x
      where m.user_id = in_user and m.left_at is null
    ), page as (
      select * from named union all select * from together
      order by 1 desc, 2 desc, 3 desc limit in_limit
    )
    select e.position <= p.read_position, e.conversation_id, e.position, e.ordinal, e.id, e.sender_id, e.type,
      e.content, e.metadata, e.created_at, e.edited_at, e.deleted_at, e.seq
    from page p join messages e on e.conversation_id = p.conversation_id and e.position = p.position
    order by p.created_at desc, p.conversation_id desc, p.position desc;
  end
  $$;
`;

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statements of [table, unreadMentions, mentionsPage]) await sql.raw(statements).execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`drop function mentions_page, unread_mentions; drop table mentions`.execute(db);
}
