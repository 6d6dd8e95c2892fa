import { type Kysely, sql } from 'kysely';
import { byKey } from './by-key.ts';
import { send as firstSend } from './0001-foundation.ts';

/**
 * The grouped send, with a plan that stays good. A plan of such a function is kept until the tables are analyzed, which a new
 * database is only after a minute: those made while it was empty read all messages for every send. So here everything is
 * looked up by key, whatever the planner thinks of the size of the tables, and then the planner has to join nothing else: each
 * message of a batch is looked up on its own, numbered among its like, and the rest goes over that list once.
 *
 * Each statement of a volatile function sees a snapshot of its own: the second is younger than the locks the first took, so
 * it sees every membership and every id committed before them, and what a conversation counted before its own update.
 */
const send = `
  create or replace function send_messages(
    in_conversations uuid[], in_ids uuid[], in_senders uuid[], in_contents text[], in_hashes bytea[],
    in_skip_locked boolean
  ) returns table (
    idx int, outcome text, epoch text, member_version bigint,
    "position" bigint, ordinal bigint, seq bigint, created_at timestamptz,
    type text, content text, metadata jsonb, edited_at timestamptz, deleted_at timestamptz
  ) language plpgsql volatile ${byKey} as $$
  #variable_conflict use_column
  declare
    locked uuid[];
    at timestamptz;
    this_epoch text := parley_epoch();
  begin
    if in_skip_locked then
      locked := array(select id from conversations where id = any (in_conversations)
        order by id for no key update skip locked);
    else
      locked := array(select id from conversations where id = any (in_conversations)
        order by id for no key update);
    end if;
    at := date_trunc('milliseconds', clock_timestamp());
    return query
    with looked_up as (
      select i.*, c.id is not null as exists, c.last_position as from_position, c.last_ordinal as from_ordinal,
        c.last_seq as from_seq, c.member_version, s.id is not null as found,
        s.sender_id = i.sender_id and s.payload_hash = i.payload_hash as same,
        s.position as s_position, s.ordinal as s_ordinal, s.seq as s_seq, s.created_at as s_created_at,
        s.type as s_type, s.content as s_content, s.metadata as s_metadata, s.edited_at as s_edited_at,
        s.deleted_at as s_deleted_at,
        s.id is null and b.user_id is not null as permitted, b.read_ordinal, b.sent, b.read_sent
      from (
        select u.*, u.conversation_id = any (locked) as reached
        from unnest(in_conversations, in_ids, in_senders, in_contents, in_hashes)
          with ordinality as u (conversation_id, id, sender_id, content, payload_hash, idx)
      ) i
      left join conversations c on c.id = i.conversation_id
      left join messages s on i.reached and s.conversation_id = i.conversation_id and s.id = i.id
      left join members b on i.reached and b.conversation_id = i.conversation_id and b.user_id = i.sender_id
        and b.left_at is null
    ), judged as (
      select l.*,
        l.permitted and row_number() over (partition by l.conversation_id, l.id, l.permitted order by l.idx) = 1
          as fresh
      from looked_up l
    ), numbered as materialized (
      select j.*,
        count(*) filter (where j.fresh) over (partition by j.conversation_id order by j.idx) as n,
        count(*) filter (where j.fresh) over (partition by j.conversation_id, j.sender_id order by j.idx) as own_n
      from judged j
    ), counted as (
      update conversations c
      set last_position = c.last_position + k.n, last_ordinal = c.last_ordinal + k.n,
        last_seq = c.last_seq + k.n, updated_at = at
      from (select f.conversation_id, count(*) as n from numbered f where f.fresh group by f.conversation_id) k
      where c.id = k.conversation_id
    ), inserted as (
      insert into messages
        (conversation_id, position, ordinal, id, sender_id, type, content, payload_hash, created_at, seq)
      select f.conversation_id, f.from_position + f.n, f.from_ordinal + f.n, f.id, f.sender_id, 'text', f.content,
        f.payload_hash, at, f.from_seq + f.n
      from numbered f
      where f.fresh
    ), sender as (
      update members m
      set sent = m.sent + o.own,
        read_position = case when o.all_read then o.from_position + o.run else m.read_position end,
        read_ordinal = case when o.all_read then o.from_ordinal + o.run else m.read_ordinal end,
        read_sent = case when o.all_read then m.sent + o.run else m.read_sent end
      from (
        select f.conversation_id, f.sender_id, f.from_position, f.from_ordinal, count(*) as own,
          max(f.n) filter (where f.n = f.own_n) as run,
          bool_or(f.n = f.own_n) and f.from_ordinal - f.read_ordinal - (f.sent - f.read_sent) = 0 as all_read
        from numbered f
        where f.fresh
        group by f.conversation_id, f.sender_id, f.from_position, f.from_ordinal, f.read_ordinal, f.sent, f.read_sent
      ) o
      where m.conversation_id = o.conversation_id and m.user_id = o.sender_id
    )
    select f.idx::int,
      case
        when f.fresh then 'stored'
        when f.found then case when f.same then 'repeated' else 'conflict' end
        when f.permitted or (f.exists and not f.reached) then 'busy'
        else 'not-member'
      end,
      this_epoch, case when f.fresh then f.member_version end,
      case when f.fresh then f.from_position + f.n else f.s_position end,
      case when f.fresh then f.from_ordinal + f.n else f.s_ordinal end,
      case when f.fresh then f.from_seq + f.n else f.s_seq end, coalesce(f.s_created_at, at),
      f.s_type, f.s_content, f.s_metadata, f.s_edited_at, f.s_deleted_at
    from numbered f;
  end
  $$;
`;

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(send).execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`drop function send_messages`.execute(db);
  await sql.raw(firstSend).execute(db);
}
