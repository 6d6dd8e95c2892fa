import { type Kysely, sql } from 'kysely';
import { byKey } from './by-key.ts';
import { epoch as firstEpoch, send as firstSend } from './0001-foundation.ts';

/**
 * The grouped send, with a plan that stays good. A plan of such a function is kept until the tables are analyzed, which a new
 * database is only after a minute: those made while it was empty read all messages for every send. So here everything is
 * looked up by key, whatever the planner thinks of the size of the tables, and then the planner has to join nothing else: each
 * message of a batch is looked up on its own, numbered among its like, and the rest goes over that list once.
 *
 * Each statement of a volatile function sees a snapshot of its own: the second is younger than the locks the first took, so
 * it sees every membership and every id committed before them, and what a conversation counted before its own update. As the
 * conversations are locked, they are still in the place where they were found.
 */
export const send = `
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
      select i.*, c.id is not null as exists, c.ctid as place, c.last_position as from_position, c.last_ordinal as from_ordinal,
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
      from (
        select f.place, f.conversation_id, count(*) as n from numbered f where f.fresh
        group by f.place, f.conversation_id
      ) k
      where c.ctid = k.place and c.id = k.conversation_id
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

/**
 * A batch of one, which most are while little is going on: what `send_messages` does, without lists and what they have to be
 * joined by. In half the time, and the conversation is named wherever one is read.
 */
export const sendOne = `
  create function send_message(
    in_conversation uuid, in_id uuid, in_sender uuid, in_content text, in_hash bytea, in_skip_locked boolean
  ) returns table (
    idx int, outcome text, epoch text, member_version bigint,
    "position" bigint, ordinal bigint, seq bigint, created_at timestamptz,
    type text, content text, metadata jsonb, edited_at timestamptz, deleted_at timestamptz
  ) language plpgsql volatile ${byKey} as $$
  #variable_conflict use_column
  declare
    held conversations%rowtype;
    found record;
    at timestamptz;
  begin
    idx := 1;
    epoch := parley_epoch();
    if in_skip_locked then
      select * into held from conversations where id = in_conversation for no key update skip locked;
    else
      select * into held from conversations where id = in_conversation for no key update;
    end if;
    at := date_trunc('milliseconds', clock_timestamp());
    created_at := at;
    if held.id is null then
      outcome := case
        when in_skip_locked and exists (select from conversations where id = in_conversation) then 'busy'
        else 'not-member'
      end;
      return next;
      return;
    end if;
    select s.sender_id = in_sender and s.payload_hash = in_hash as same, s.position, s.ordinal, s.seq, s.created_at,
      s.type, s.content, s.metadata, s.edited_at, s.deleted_at, m.user_id as member_id,
      held.last_ordinal - m.read_ordinal - (m.sent - m.read_sent) = 0 as all_read
    into found
    from (select) once
    left join messages s on s.conversation_id = in_conversation and s.id = in_id
    left join members m on m.conversation_id = in_conversation and m.user_id = in_sender and m.left_at is null;
    if found.position is not null then
      outcome := case when found.same then 'repeated' else 'conflict' end;
      "position" := found.position;
      ordinal := found.ordinal;
      seq := found.seq;
      created_at := found.created_at;
      type := found.type;
      content := found.content;
      metadata := found.metadata;
      edited_at := found.edited_at;
      deleted_at := found.deleted_at;
      return next;
      return;
    end if;
    if found.member_id is null then
      outcome := 'not-member';
      return next;
      return;
    end if;
    outcome := 'stored';
    member_version := held.member_version;
    "position" := held.last_position + 1;
    ordinal := held.last_ordinal + 1;
    seq := held.last_seq + 1;
    with counted as (
      update conversations
      set last_position = held.last_position + 1, last_ordinal = held.last_ordinal + 1, last_seq = held.last_seq + 1,
        updated_at = at
      where id = in_conversation
    ), sender as (
      update members
      set sent = sent + 1,
        read_position = case when found.all_read then held.last_position + 1 else read_position end,
        read_ordinal = case when found.all_read then held.last_ordinal + 1 else read_ordinal end,
        read_sent = case when found.all_read then sent + 1 else read_sent end
      where conversation_id = in_conversation and user_id = in_sender
    )
    insert into messages
      (conversation_id, position, ordinal, id, sender_id, type, content, payload_hash, created_at, seq)
    values (in_conversation, held.last_position + 1, held.last_ordinal + 1, in_id, in_sender, 'text', in_content,
      in_hash, at, held.last_seq + 1);
    return next;
  end
  $$;
`;

/**
 * The epoch as it was, in a fifth of the time: it is part of every send. What names the cluster is in a file that PostgreSQL
 * reads anew each time, and is remembered on the connection, which is to this cluster only.
 */
const epoch = `
  create or replace function parley_epoch() returns text language plpgsql stable as $$
  declare
    cluster text := current_setting('parley.cluster', true);
    deployed uuid := (select id from deployment where only_row);
  begin
    if cluster is null or cluster = '' then
      cluster := (select system_identifier from pg_control_system());
      perform set_config('parley.cluster', cluster, false);
    end if;
    return substr(encode(sha256(convert_to(concat_ws('/',
      deployed,
      cluster,
      substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8),
      'conversations'::regclass::oid
    ), 'UTF8')), 'hex'), 1, 16);
  end
  $$;
`;

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of [epoch, send, sendOne]) await sql.raw(statement).execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`drop function send_message, send_messages`.execute(db);
  for (const statement of [firstEpoch, firstSend]) await sql.raw(statement).execute(db);
}
