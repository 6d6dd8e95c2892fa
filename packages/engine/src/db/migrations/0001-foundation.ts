import { type Kysely, sql } from 'kysely';

// `conversation_id` leads every key of conversation data, so that the tables can be partitioned or distributed by it.
// Messages have no foreign keys: one function writes them, under the lock of the conversation row it has just read.
const tables = `
  create table deployment (
    only_row boolean primary key default true check (only_row),
    id uuid not null default gen_random_uuid()
  );
  insert into deployment default values;

  create table users (
    id uuid primary key,
    email text not null,
    username text not null,
    display_name text,
    avatar text,
    password_hash text not null,
    online_until timestamptz,
    last_seen_at timestamptz,
    inbox_seq bigint not null default 0,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
  );
  create unique index users_email_key on users (lower(email));
  create unique index users_username_key on users (lower(username));
  create index users_username_prefix on users (lower(username) text_pattern_ops);
  create index users_name_trigrams on users using gin (lower(username) gin_trgm_ops, lower(display_name) gin_trgm_ops);

  create table sessions (
    id uuid primary key,
    user_id uuid not null references users (id),
    device text not null,
    address text not null,
    created_at timestamptz not null default now(),
    last_used_at timestamptz not null default now(),
    expires_at timestamptz not null,
    ended_at timestamptz
  );
  create index sessions_user on sessions (user_id) where ended_at is null;

  create table refresh_tokens (
    hash bytea primary key,
    session_id uuid not null references sessions (id),
    created_at timestamptz not null default now(),
    used_at timestamptz
  );
  create index refresh_tokens_session on refresh_tokens (session_id);

  create table conversations (
    id uuid primary key,
    kind text not null check (kind in ('direct', 'group')),
    title text,
    avatar text,
    history text not null default 'full' check (history in ('full', 'from-joining')),
    last_position bigint not null default 0,
    last_ordinal bigint not null default 0,
    last_seq bigint not null default 0,
    changed_seq bigint not null default 0,
    member_version bigint not null default 0,
    created_by uuid not null,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
  ) with (fillfactor = 50);

  create table members (
    conversation_id uuid not null references conversations (id),
    user_id uuid not null references users (id),
    role text not null check (role in ('owner', 'admin', 'member')),
    joined_seq bigint not null,
    joined_position bigint not null,
    read_position bigint not null default 0,
    read_ordinal bigint not null default 0,
    sent bigint not null default 0,
    read_sent bigint not null default 0,
    left_at timestamptz,
    seq bigint not null,
    inbox_seq bigint not null,
    primary key (conversation_id, user_id)
  ) with (fillfactor = 70);
  create index members_user on members (user_id) where left_at is null;
  create index members_inbox on members (user_id, inbox_seq);
  create index members_seq on members (conversation_id, seq);

  create table messages (
    conversation_id uuid not null,
    position bigint not null,
    ordinal bigint not null,
    id uuid not null,
    sender_id uuid not null,
    type text not null check (type in ('text', 'system')),
    content text not null,
    metadata jsonb,
    payload_hash bytea not null,
    created_at timestamptz not null,
    edited_at timestamptz,
    deleted_at timestamptz,
    seq bigint not null,
    primary key (conversation_id, position),
    unique (conversation_id, id)
  );
  create index messages_seq on messages (conversation_id, seq);

  create table servers (
    id uuid primary key,
    bus text not null check (bus in ('memory', 'redis')),
    host text not null,
    pid integer not null,
    process_start text not null,
    started_at timestamptz not null default now(),
    alive_until timestamptz not null
  );
  create index messages_id on messages (id);
`;

// Which history of the database this is: it changes with every restore and failover, so it cannot live in rows alone.
export const epoch = `
  create or replace function parley_epoch() returns text language sql stable as $$
    select substr(encode(sha256(convert_to(concat_ws('/',
      (select id from deployment),
      (select system_identifier from pg_control_system()),
      substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8),
      'conversations'::regclass::oid
    ), 'UTF8')), 'hex'), 1, 16)
  $$;
`;

// The grouped send. Each statement of a volatile function sees a snapshot of its own: the second is younger than the
// locks the first took, so it sees every membership and every id committed before them. What a conversation counted so
// far is read in it by key, from before its own update: the planner takes a batch for a handful of rows, and would compare
// each message with each conversation.
export const send = `
  create function send_messages(
    in_conversations uuid[], in_ids uuid[], in_senders uuid[], in_contents text[], in_hashes bytea[],
    in_skip_locked boolean
  ) returns table (
    idx int, outcome text, epoch text, member_version bigint,
    "position" bigint, ordinal bigint, seq bigint, created_at timestamptz,
    type text, content text, metadata jsonb, edited_at timestamptz, deleted_at timestamptz
  ) language plpgsql volatile as $$
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
    with input as (
      select i.idx::int, i.conversation_id, i.id, i.sender_id, i.content, i.payload_hash,
        i.conversation_id = any (locked) as reached
      from unnest(in_conversations, in_ids, in_senders, in_contents, in_hashes)
        with ordinality as i (conversation_id, id, sender_id, content, payload_hash, idx)
    ), stored as (
      select i.idx, m.*, m.sender_id = i.sender_id and m.payload_hash = i.payload_hash as same
      from input i
      cross join lateral (
        select * from messages m where m.conversation_id = i.conversation_id and m.id = i.id
      ) m
      where i.reached
    ), permitted as (
      select i.*, row_number() over (partition by i.conversation_id, i.id order by i.idx) as copy
      from input i
      where i.reached
        and not exists (select from stored s where s.idx = i.idx)
        and exists (select from members m
          where m.conversation_id = i.conversation_id and m.user_id = i.sender_id and m.left_at is null)
    ), fresh as (
      select p.*, c.last_position as from_position, c.last_ordinal as from_ordinal, c.last_seq as from_seq,
        c.member_version,
        row_number() over (partition by p.conversation_id order by p.idx) as n,
        row_number() over (partition by p.conversation_id, p.sender_id order by p.idx) as own_n
      from permitted p join conversations c on c.id = p.conversation_id
      where p.copy = 1
    ), counted as (
      update conversations c
      set last_position = c.last_position + k.n, last_ordinal = c.last_ordinal + k.n,
        last_seq = c.last_seq + k.n, updated_at = at
      from (select f.conversation_id, count(*) as n from fresh f group by f.conversation_id) k
      where c.id = k.conversation_id
    ), inserted as (
      insert into messages
        (conversation_id, position, ordinal, id, sender_id, type, content, payload_hash, created_at, seq)
      select f.conversation_id, f.from_position + f.n, f.from_ordinal + f.n, f.id, f.sender_id, 'text', f.content,
        f.payload_hash, at, f.from_seq + f.n
      from fresh f
    ), sender as (
      update members m
      set sent = m.sent + o.own,
        read_position = case when o.all_read then o.from_position + o.run else m.read_position end,
        read_ordinal = case when o.all_read then o.from_ordinal + o.run else m.read_ordinal end,
        read_sent = case when o.all_read then m.sent + o.run else m.read_sent end
      from (
        select f.conversation_id, f.sender_id, f.from_position, f.from_ordinal, count(*) as own,
          max(f.n) filter (where f.n = f.own_n) as run,
          bool_or(f.n = f.own_n)
            and f.from_ordinal - b.read_ordinal - (b.sent - b.read_sent) = 0 as all_read
        from fresh f
        join members b on b.conversation_id = f.conversation_id and b.user_id = f.sender_id
        group by f.conversation_id, f.sender_id, f.from_position, f.from_ordinal, b.read_ordinal, b.sent, b.read_sent
      ) o
      where m.conversation_id = o.conversation_id and m.user_id = o.sender_id
    )
    select i.idx,
      case
        when f.idx is not null then 'stored'
        when s.idx is not null then case when s.same then 'repeated' else 'conflict' end
        when p.idx is not null then 'busy'
        when not i.reached and exists (select from conversations c where c.id = i.conversation_id) then 'busy'
        else 'not-member'
      end,
      this_epoch, f.member_version,
      coalesce(f.from_position + f.n, s.position), coalesce(f.from_ordinal + f.n, s.ordinal),
      coalesce(f.from_seq + f.n, s.seq), coalesce(s.created_at, at),
      s.type, s.content, s.metadata, s.edited_at, s.deleted_at
    from input i
    left join stored s on s.idx = i.idx
    left join permitted p on p.idx = i.idx
    left join fresh f on f.idx = i.idx;
  end
  $$;
`;

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create extension if not exists pg_trgm`.execute(db);
  for (const statements of [tables, epoch, send]) await sql.raw(statements).execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`
    drop function send_messages;
    drop function parley_epoch;
    drop table servers, messages, members, conversations, refresh_tokens, sessions, users, deployment;
  `.execute(db);
}
