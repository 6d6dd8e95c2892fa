import { type Kysely, sql } from 'kysely';

// What is read most often, each in one statement: one snapshot without a transaction around it. As functions, as the plans
// of those are kept on a connection, also through PgBouncer; planning such a statement takes longer than carrying it out.
// Both are generic plans: the size of a page must not be guessed anew each time, nor the plan change with it.

/**
 * A page of the timeline for one member: entries below `in_below` backward, and entries above `in_above` forward, as many of
 * each as asked for and one row at least, which says where the conversation stands. No row when the viewer is not in it.
 */
const messages = `
  create function messages_page(
    in_conversation uuid, in_viewer uuid, in_below bigint, in_backward bigint, in_above bigint, in_forward bigint
  ) returns table (
    as_of bigint, epoch text, forward boolean, is_read boolean,
    "position" bigint, ordinal bigint, id uuid, sender_id uuid, type text, content text, metadata jsonb,
    created_at timestamptz, edited_at timestamptz, deleted_at timestamptz, seq bigint
  ) language plpgsql stable set plan_cache_mode = force_generic_plan as $$
  #variable_conflict use_column
  begin
    return query
    with viewer as materialized (
      select c.last_seq, m.read_position, parley_epoch() as epoch,
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

/** Conversations as one of their members sees them, latest activity first. */
const conversations = `
  create function conversation_views(in_viewer uuid, in_ids uuid[]) returns table (
    conversation jsonb, member jsonb, epoch text, member_count bigint, peer jsonb, message jsonb
  ) language plpgsql stable set plan_cache_mode = force_generic_plan as $$
  #variable_conflict use_column
  begin
    return query
    select to_jsonb(c), to_jsonb(m), (select parley_epoch()),
      (select count(*) from members o where o.conversation_id = c.id and o.left_at is null),
      (select to_jsonb(u) - 'password_hash' from members o join users u on u.id = o.user_id
        where c.kind = 'direct' and o.conversation_id = c.id and o.user_id <> in_viewer),
      (select to_jsonb(e) - 'payload_hash' from messages e
        where e.conversation_id = c.id and e.position = c.last_position)
    from unnest(in_ids) as i (id)
    join conversations c on c.id = i.id
    join members m on m.conversation_id = i.id and m.user_id = in_viewer and m.left_at is null
    order by c.updated_at desc, c.id desc;
  end
  $$;
`;

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of [messages, conversations]) await sql.raw(statement).execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`drop function messages_page, conversation_views`.execute(db);
}
