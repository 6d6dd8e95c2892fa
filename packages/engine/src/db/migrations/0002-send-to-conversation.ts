import { type Kysely, sql } from 'kysely';

// The grouped send for one conversation, where the tables are partitioned or distributed: what `send_messages` does, with
// the conversation named wherever a table is read or written, so that one partition is all it takes.
const send = `
  create function send_to_conversation(
    in_conversation uuid, in_ids uuid[], in_senders uuid[], in_contents text[], in_hashes bytea[]
  ) returns table (
    idx int, outcome text, epoch text, member_version bigint,
    "position" bigint, ordinal bigint, seq bigint, created_at timestamptz,
    type text, content text, metadata jsonb, edited_at timestamptz, deleted_at timestamptz
  ) language plpgsql volatile as $$
  #variable_conflict use_column
  declare
    held conversations%rowtype;
    at timestamptz;
    this_epoch text := parley_epoch();
  begin
    select * into held from conversations where id = in_conversation for no key update;
    at := date_trunc('milliseconds', clock_timestamp());
    return query
    with input as (
      select i.idx::int, i.id, i.sender_id, i.content, i.payload_hash
      from unnest(in_ids, in_senders, in_contents, in_hashes)
        with ordinality as i (id, sender_id, content, payload_hash, idx)
      where held.id is not null
    ), stored as (
      select i.idx, m.*, m.sender_id = i.sender_id and m.payload_hash = i.payload_hash as same
      from input i
      join messages m on m.conversation_id = in_conversation and m.id = i.id
    ), permitted as (
      select i.*, row_number() over (partition by i.id order by i.idx) as copy
      from input i
      where not exists (select from stored s where s.idx = i.idx)
        and exists (select from members m
          where m.conversation_id = in_conversation and m.user_id = i.sender_id and m.left_at is null)
    ), fresh as (
      select p.*, row_number() over (order by p.idx) as n,
        row_number() over (partition by p.sender_id order by p.idx) as own_n
      from permitted p where p.copy = 1
    ), counted as (
      update conversations c
      set last_position = held.last_position + k.n, last_ordinal = held.last_ordinal + k.n,
        last_seq = held.last_seq + k.n, updated_at = at
      from (select count(*) as n from fresh) k
      where c.id = in_conversation and k.n > 0
    ), inserted as (
      insert into messages
        (conversation_id, position, ordinal, id, sender_id, type, content, payload_hash, created_at, seq)
      select in_conversation, held.last_position + f.n, held.last_ordinal + f.n, f.id, f.sender_id, 'text', f.content,
        f.payload_hash, at, held.last_seq + f.n
      from fresh f
    ), sender as (
      update members m
      set sent = m.sent + o.own,
        read_position = case when o.all_read then held.last_position + o.run else m.read_position end,
        read_ordinal = case when o.all_read then held.last_ordinal + o.run else m.read_ordinal end,
        read_sent = case when o.all_read then m.sent + o.run else m.read_sent end
      from (
        select f.sender_id, count(*) as own, max(f.n) filter (where f.n = f.own_n) as run,
          bool_or(f.n = f.own_n)
            and held.last_ordinal - b.read_ordinal - (b.sent - b.read_sent) = 0 as all_read
        from fresh f
        join members b on b.conversation_id = in_conversation and b.user_id = f.sender_id
        group by f.sender_id, b.read_ordinal, b.sent, b.read_sent
      ) o
      where m.conversation_id = in_conversation and m.user_id = o.sender_id
    )
    select i.idx::int,
      case
        when f.idx is not null then 'stored'
        when s.idx is not null then case when s.same then 'repeated' else 'conflict' end
        when p.idx is not null then 'busy'
        else 'not-member'
      end,
      this_epoch, case when f.idx is not null then held.member_version end,
      coalesce(held.last_position + f.n, s.position), coalesce(held.last_ordinal + f.n, s.ordinal),
      coalesce(held.last_seq + f.n, s.seq), coalesce(s.created_at, at),
      s.type, s.content, s.metadata, s.edited_at, s.deleted_at
    from generate_subscripts(in_ids, 1) as i (idx)
    left join stored s on s.idx = i.idx
    left join permitted p on p.idx = i.idx
    left join fresh f on f.idx = i.idx;
  end
  $$;
`;

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(send).execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`drop function send_to_conversation`.execute(db);
}
