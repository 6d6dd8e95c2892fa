import { type Kysely, sql } from 'kysely';
import { byKey } from './by-key.ts';

/**
 * What is read most often, in one statement: one snapshot without a transaction around it. A function, as the plans of those
 * are kept on a connection, also through PgBouncer: planning it takes longer than carrying it out. And a generic plan, so
 * that it is not made anew for every size of a page.
 *
 * A page of the timeline for one member: entries below `in_below` backward, and entries above `in_above` forward, as many of
 * each as asked for and one row at least, which says where the conversation stands. No row when the viewer is not in it.
 */
export const messagesPage = `
  create function messages_page(
    in_conversation uuid, in_viewer uuid, in_below bigint, in_backward bigint, in_above bigint, in_forward bigint
  ) returns table (
    as_of bigint, epoch text, forward boolean, is_read boolean,
    "position" bigint, ordinal bigint, id uuid, sender_id uuid, type text, content text, metadata jsonb,
    created_at timestamptz, edited_at timestamptz, deleted_at timestamptz, seq bigint
  ) language plpgsql stable ${byKey} as $$
  #variable_conflict use_column
  begin
    return query
    with viewer as materialized (
      select c.last_seq, m.read_position, (select parley_epoch() from deployment) as epoch,
        case c.history when 'from-joining' then m.joined_position else 0 end as hidden
      from conversations c join members m on m.conversation_id = c.id
      where c.id = in_conversation and m.conversation_id = in_conversation and m.user_id = in_viewer
        and m.left_at is null
    ), others as materialized (
      select o.joined_position, o.read_position from members o
      where o.conversation_id = in_conversation and o.user_id <> in_viewer and o.left_at is null
        and o.read_position > o.joined_position
    ), page as (
      (select p.*, false as forward from viewer v cross join lateral (
        select * from messages e
        where e.conversation_id = in_conversation and e.position > v.hidden and e.position < in_below
        order by e.position desc limit in_backward
      ) p)
      union all
      (select p.*, true from viewer v cross join lateral (
        select * from messages e
        where e.conversation_id = in_conversation and e.position > greatest(v.hidden, in_above)
        order by e.position limit in_forward
      ) p)
    )
    select v.last_seq, v.epoch, p.forward,
      case
        when p.sender_id = in_viewer then p.position <= (select max(o.read_position) from others o)
          and exists (select from others o where o.joined_position < p.position and o.read_position >= p.position)
        else p.position <= v.read_position
      end,
      p.position, p.ordinal, p.id, p.sender_id, p.type, p.content, p.metadata, p.created_at, p.edited_at,
      p.deleted_at, p.seq
    from viewer v left join page p on true;
  end
  $$;
`;

/**
 * A person's memberships of some conversations, ended ones too, with where those stand: what is read for everybody who connects.
 * One row at least, with the epoch; none when there is no such person.
 */
export const ownMemberships = `
  create function own_memberships(in_user uuid, in_conversations uuid[]) returns table (
    epoch text, user_inbox_seq bigint, conversation_id uuid, user_id uuid, role text, joined_seq bigint,
    joined_position bigint, read_position bigint, read_ordinal bigint, sent bigint, read_sent bigint,
    left_at timestamptz, seq bigint, inbox_seq bigint,
    history text, last_position bigint, last_ordinal bigint, last_seq bigint, member_version bigint
  ) language plpgsql stable ${byKey} as $$
  #variable_conflict use_column
  begin
    return query
    select (select parley_epoch() from deployment), u.inbox_seq, m.conversation_id, m.user_id, m.role, m.joined_seq,
      m.joined_position, m.read_position, m.read_ordinal, m.sent, m.read_sent, m.left_at, m.seq, m.inbox_seq,
      c.history, c.last_position, c.last_ordinal, c.last_seq, c.member_version
    from users u
    left join (
      unnest(in_conversations) as i (id)
      join members m on m.conversation_id = i.id and m.user_id = in_user
      join conversations c on c.id = i.id
    ) on true
    where u.id = in_user;
  end
  $$;
`;

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of [messagesPage, ownMemberships]) await sql.raw(statement).execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`drop function messages_page, own_memberships`.execute(db);
}
