import { type Kysely, sql } from 'kysely';
import { byKey } from './by-key.ts';

// The grouped send for one conversation, where the tables are partitioned or distributed: what `send_messages` does, with
// the conversation named wherever a table is read or written, so that one partition is all it takes.
export const send = `
  create function send_to_conversation(
    in_conversation uuid, in_ids uuid[], in_senders uuid[], in_contents text[], in_hashes bytea[]
  ) returns table (
    idx int, outcome text, epoch text, member_version bigint,
    "position" bigint, ordinal bigint, seq bigint, created_at timestamptz,
    type text, content text, metadata jsonb, edited_at timestamptz, deleted_at timestamptz
  ) language plpgsql volatile ${byKey} as $$
  #variable_conflict use_column
  declare
    held conversations%rowtype;
    at timestamptz;
    this_epoch text := parley_epoch();
  begin
    select * into held from conversations where id = in_conversation for no key update;
    at := date_trunc('milliseconds', clock_timestamp());
    return query
    with looked_up as (
      select u.*, s.id is not null as found,
        s.sender_id = u.sender_id and s.payload_hash = u.payload_hash as same,
        s.position as s_position, s.ordinal as s_ordinal, s.seq as s_seq, s.created_at as s_created_at,
        s.type as s_type, s.content as s_content, s.metadata as s_metadata, s.edited_at as s_edited_at,
        s.deleted_at as s_deleted_at,
        s.id is null and b.user_id is not null as permitted, b.read_ordinal, b.sent, b.read_sent
      from unnest(in_ids, in_senders, in_contents, in_hashes)
        with ordinality as u (id, sender_id, content, payload_hash, idx)
      left join messages s on s.conversation_id = in_conversation and s.id = u.id
      left join members b on b.conversation_id = in_conversation and b.user_id = u.sender_id and b.left_at is null
    ), judged as (
      select l.*,
        l.permitted and row_number() over (partition by l.id, l.permitted order by l.idx) = 1 as fresh
      from looked_up l
    ), numbered as materialized (
      select j.*, count(*) filter (where j.fresh) over (order by j.idx) as n,
        count(*) filter (where j.fresh) over (partition by j.sender_id order by j.idx) as own_n
      from judged j
    ), counted as (
      update conversations c
      set last_position = held.last_position + k.n, last_ordinal = held.last_ordinal + k.n,
        last_seq = held.last_seq + k.n, updated_at = at
      from (select count(*) as n from numbered f where f.fresh) k
      where c.id = in_conversation and k.n > 0
    ), inserted as (
      insert into messages
        (conversation_id, position, ordinal, id, sender_id, type, content, payload_hash, created_at, seq)
      select in_conversation, held.last_position + f.n, held.last_ordinal + f.n, f.id, f.sender_id, 'text', f.content,
        f.payload_hash, at, held.last_seq + f.n
      from numbered f
      where f.fresh
    ), sender as (
      update members m
      set sent = m.sent + o.own,
        read_position = case when o.all_read then held.last_position + o.run else m.read_position end,
        read_ordinal = case when o.all_read then held.last_ordinal + o.run else m.read_ordinal end,
        read_sent = case when o.all_read then m.sent + o.run else m.read_sent end
      from (
        select f.sender_id, count(*) as own, max(f.n) filter (where f.n = f.own_n) as run,
          bool_or(f.n = f.own_n) and held.last_ordinal - f.read_ordinal - (f.sent - f.read_sent) = 0 as all_read
        from numbered f
        where f.fresh
        group by f.sender_id, f.read_ordinal, f.sent, f.read_sent
      ) o
      where m.conversation_id = in_conversation and m.user_id = o.sender_id
    )
    select f.idx::int,
      case
        when f.fresh then 'stored'
        when f.found then case when f.same then 'repeated' else 'conflict' end
        when f.permitted then 'busy'
        else 'not-member'
      end,
      this_epoch, case when f.fresh then held.member_version end,
      case when f.fresh then held.last_position + f.n else f.s_position end,
      case when f.fresh then held.last_ordinal + f.n else f.s_ordinal end,
      case when f.fresh then held.last_seq + f.n else f.s_seq end, coalesce(f.s_created_at, at),
      f.s_type, f.s_content, f.s_metadata, f.s_edited_at, f.s_deleted_at
    from numbered f;
  end
  $$;
`;

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(send).execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`drop function send_to_conversation`.execute(db);
}
