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
const messagesPage = `
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

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(messagesPage).execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`drop function messages_page`.execute(db);
}
