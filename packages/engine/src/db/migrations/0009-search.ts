import { type Kysely, sql } from 'kysely';
import { byKey } from './by-key.ts';

// What is searched: one row for each message with words in it, beside the messages, as it is made behind them and can be made
// anew. Within a conversation they lie in the order of time.
const tables = `
  create table search_entries (
    conversation_id uuid not null,
    sent_at timestamptz not null,
    position bigint not null,
    sender_id uuid not null,
    has_link boolean not null,
    words tsvector not null,
    primary key (conversation_id, sent_at, position)
  );
  create table search_progress (
    conversation_id uuid primary key,
    indexed_seq bigint not null
  ) with (fillfactor = 70);
`;

// The words of a message with a part of its conversation's id before each: what a word is looked up for is one
// conversation, so a search costs what is in the conversations it is made in, whatever is in all others.
const keys = `
  create function search_key(in_conversation uuid) returns text language sql immutable parallel safe as $$
    select right(in_conversation::text, 8)
  $$;
  create function search_keys(in_conversation uuid, in_words tsvector) returns tsvector
  language plpgsql immutable parallel safe as $$
  declare
    key constant text := right(in_conversation::text, 8);
  begin
    return array_to_tsvector(string_to_array(key || array_to_string(tsvector_to_array(in_words), ' ' || key), ' '));
  end
  $$;
  create index search_entries_keys on search_entries using gin (search_keys(conversation_id, words))
    with (fastupdate = off);
`;

// What the indexer does, by key whatever the planner thinks of tables that it fills itself.
const indexing = `
  create function search_states(in_conversations uuid[])
  returns table (id uuid, last_seq bigint, indexed_seq bigint) language plpgsql stable ${byKey} as $$
  #variable_conflict use_column
  begin
    return query
    select c.id, c.last_seq,
      coalesce((select p.indexed_seq from search_progress p where p.conversation_id = given.id), 0)
    from unnest(in_conversations) as given (id)
    cross join lateral (select * from conversations c where c.id = given.id limit 1) c;
  end
  $$;

  create function search_states_after(in_after uuid, in_count int)
  returns table (id uuid, last_seq bigint, indexed_seq bigint) language plpgsql stable ${byKey} as $$
  #variable_conflict use_column
  begin
    return query
    select c.id, c.last_seq,
      coalesce((select p.indexed_seq from search_progress p where p.conversation_id = c.id), 0)
    from conversations c where c.id > in_after order by c.id limit in_count;
  end
  $$;

  create function search_claim(in_conversations uuid[])
  returns table (id uuid, indexed_seq bigint) language plpgsql volatile ${byKey} as $$
  #variable_conflict use_column
  begin
    insert into search_progress (conversation_id, indexed_seq)
    select g.id, 0 from unnest(in_conversations) as g (id)
    where (select p.indexed_seq from search_progress p where p.conversation_id = g.id) is null
    order by g.id
    on conflict (conversation_id) do nothing;
    return query
    select p.conversation_id, p.indexed_seq from search_progress p
    where p.conversation_id = any (in_conversations)
    order by p.conversation_id for update skip locked;
  end
  $$;

  create function search_changed(in_conversations uuid[], in_since bigint[], in_quotas int[])
  returns table (
    conversation_id uuid, "position" bigint, sender_id uuid, type text, content text, created_at timestamptz,
    deleted_at timestamptz, seq bigint
  ) language plpgsql stable ${byKey} as $$
  #variable_conflict use_column
  begin
    return query
    select m.conversation_id, m.position, m.sender_id, m.type, m.content, m.created_at, m.deleted_at, m.seq
    from unnest(in_conversations, in_since, in_quotas) as w (id, since, quota)
    cross join lateral (
      select * from messages m where m.conversation_id = w.id and m.seq > w.since order by m.seq limit w.quota
    ) m;
  end
  $$;

  create function search_save(
    in_conversations uuid[], in_times timestamptz[], in_positions bigint[], in_senders uuid[], in_links boolean[],
    in_words text[], in_reached uuid[], in_seqs bigint[]
  ) returns void language plpgsql volatile ${byKey} as $$
  begin
    insert into search_entries as known (conversation_id, sent_at, position, sender_id, has_link, words)
    select e.conversation_id, e.sent_at, e.position, e.sender_id, e.has_link, e.words::tsvector
    from unnest(in_conversations, in_times, in_positions, in_senders, in_links, in_words)
      as e (conversation_id, sent_at, position, sender_id, has_link, words)
    where e.words <> ''
    on conflict (conversation_id, sent_at, position) do update
    set words = excluded.words, has_link = excluded.has_link
    where known.words <> excluded.words or known.has_link <> excluded.has_link;
    delete from search_entries e
    using unnest(in_conversations, in_times, in_positions, in_words) as gone (conversation_id, sent_at, position, words)
    where gone.words = '' and e.conversation_id = gone.conversation_id and e.sent_at = gone.sent_at
      and e.position = gone.position;
    update search_progress p set indexed_seq = r.seq
    from unnest(in_reached, in_seqs) as r (id, seq) where p.conversation_id = r.id;
  end
  $$;
`;

/**
 * Looks words up in the index, in one conversation after the other, for half a second and until so many were found. The plan
 * is to be the index on words: that on the conversation has every message of it.
 */
const lookUp = `
  create function search_look_up(
    in_conversations uuid[], in_hidden bigint[], in_words tsquery, in_keys text, in_senders uuid[], in_links boolean,
    in_from timestamptz, in_to timestamptz,
    in_before_at timestamptz, in_before_conversation uuid, in_before_position bigint, in_most int
  ) returns table (conversation_id uuid, sent_at timestamptz, "position" bigint) language plpgsql stable
  set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_indexscan = off
  set enable_bitmapscan = on set jit = off as $$
  #variable_conflict use_column
  declare
    at_once constant int := 50;
    until constant timestamptz := clock_timestamp() + interval '500 milliseconds';
    first int := 1;
    found_here int;
    total int := 0;
  begin
    while first <= cardinality(in_conversations) and total < in_most and clock_timestamp() < until loop
      return query
      select r.id, e.sent_at, e.position
      from unnest(in_conversations[first:first + at_once - 1], in_hidden[first:first + at_once - 1]) as r (id, hidden)
      cross join lateral (
        select * from search_entries e
        where search_keys(e.conversation_id, e.words) @@ replace(in_keys, '#', search_key(r.id))::tsquery
          and (e.conversation_id = r.id) is true
          and e.words @@ in_words
          and e.position > r.hidden and e.sent_at >= in_from and e.sent_at <= in_to
          and (in_senders is null or e.sender_id = any (in_senders))
          and (e.has_link or not in_links)
          and (e.sent_at, r.id, e.position) < (in_before_at, in_before_conversation, in_before_position)
      ) e
      limit in_most - total;
      get diagnostics found_here = row_count;
      total := total + found_here;
      first := first + at_once;
    end loop;
  end
  $$;
`;

/**
 * The latest entries of one's conversations in which some words are, for one page of a search: \`in_limit\` at most, which come
 * before a place in the order of time, conversation and position.
 *
 * What is common is found by reading backwards, a few entries of each conversation at a time, and what is rare is looked up.
 * Which it is shows on the way: reading goes on for as long as it promises to take less than looking up. So neither a word that is
 * in every message nor one that is in none costs more than some thousand entries.
 */
const search = `
  create function search_messages(
    in_viewer uuid, in_words tsquery, in_keys text, in_conversations uuid[], in_senders uuid[], in_links boolean,
    in_from timestamptz, in_to timestamptz,
    in_before_at timestamptz, in_before_conversation uuid, in_before_position bigint, in_limit int, in_most_conversations int
  ) returns table (conversation_id uuid, sent_at timestamptz, "position" bigint, rank real) language plpgsql stable
  ${byKey} set enable_bitmapscan = off as $$
  #variable_conflict use_column
  declare
    little constant int := 300;
    enough constant int := 2000;
    most_read constant int := 20000;
    most_looked_up constant int := 5000;
    -- Looking an entry up takes so many times what reading one takes: it may be anywhere.
    dearer constant float8 := 4;
    ids uuid[];
    hidden bigint[];
    total float8;
    oldest timestamptz;
    high timestamptz;
    low timestamptz;
    cut timestamptz;
    width interval := interval '1 hour';
    each int := 32;
    read_now int;
    read_so_far int := 0;
    fitting int := 0;
    complete boolean := false;
    new_ids uuid[];
    new_times timestamptz[];
    new_positions bigint[];
    found_ids uuid[] := '{}';
    found_times timestamptz[] := '{}';
    found_positions bigint[] := '{}';
  begin
    select array_agg(r.id), array_agg(r.hidden), sum(r.last_position), min(r.created_at), max(r.updated_at)
    into ids, hidden, total, oldest, low
    from (
      select c.id, c.last_position, c.created_at, c.updated_at,
        case c.history when 'from-joining' then m.joined_position else 0 end as hidden
      from members m join conversations c on c.id = m.conversation_id
      where m.user_id = in_viewer and m.left_at is null
        and (in_conversations is null or m.conversation_id = any (in_conversations))
      order by c.updated_at desc, c.id limit in_most_conversations
    ) r;
    if ids is null then
      return;
    end if;
    high := least(in_to, in_before_at);
    low := least(low, high);
    loop
      low := low - width;
      -- Before the oldest conversation there is little, if anything: messages of another system that were brought along.
      if low < greatest(oldest, in_from) then
        low := in_from;
      end if;
      with entries as materialized (
        select r.id, e.sent_at, e.position, e.nth, e.fits
          and (e.sent_at, r.id, e.position) < (in_before_at, in_before_conversation, in_before_position) as fits
        from unnest(ids, hidden) as r (id, hidden)
        cross join lateral (
          select e.sent_at, e.position, row_number() over (order by e.sent_at desc, e.position desc) as nth,
            e.words @@ in_words and (in_senders is null or e.sender_id = any (in_senders))
              and (e.has_link or not in_links) as fits
          from search_entries e
          where e.conversation_id = r.id and e.sent_at >= low and e.sent_at <= high and e.position > r.hidden
          order by e.sent_at desc, e.position desc limit each
        ) e
      ), cut_at as (
        select max(e.sent_at) as at from entries e where e.nth = each
      )
      select (select at from cut_at), count(*), array_agg(e.id) filter (where e.chosen),
        array_agg(e.sent_at) filter (where e.chosen), array_agg(e.position) filter (where e.chosen)
      into cut, read_now, new_ids, new_times, new_positions
      from (
        select *, fits and sent_at > coalesce((select at from cut_at), '-infinity') as chosen from entries
      ) e;
      if new_ids is not null then
        found_ids := found_ids || new_ids;
        found_times := found_times || new_times;
        found_positions := found_positions || new_positions;
        fitting := cardinality(found_ids);
      end if;
      read_so_far := read_so_far + read_now;
      complete := fitting >= in_limit or (low = in_from and cut is null);
      exit when complete or read_so_far >= most_read or cut >= high
        or read_so_far >= enough
          and (fitting = 0 or in_limit * read_so_far / fitting > dearer * total * fitting / read_so_far);
      if cut is not null then
        -- Read anew from where the conversation begins of which there was more.
        low := cut;
        high := cut;
        if read_now < little then
          each := each * 2;
        end if;
      else
        high := low - interval '1 microsecond';
        if read_now < little then
          width := least(width * 8, interval '100 years');
        end if;
      end if;
    end loop;
    if not complete then
      select coalesce(array_agg(f.conversation_id), '{}'), coalesce(array_agg(f.sent_at), '{}'),
        coalesce(array_agg(f.position), '{}')
      into found_ids, found_times, found_positions
      from search_look_up(ids, hidden, in_words, in_keys, in_senders, in_links, in_from, in_to,
        in_before_at, in_before_conversation, in_before_position, most_looked_up) f;
    end if;
    return query
    select e.conversation_id, e.sent_at, e.position, ts_rank(e.words, in_words, 1)
    from (
      select * from unnest(found_ids, found_times, found_positions) as f (id, at, position)
      order by f.at desc, f.id desc, f.position desc limit in_limit
    ) f
    cross join lateral (
      select * from search_entries e
      where e.conversation_id = f.id and e.sent_at = f.at and e.position = f.position
    ) e;
  end
  $$;
`;

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statements of [tables, keys, indexing, lookUp, search]) await sql.raw(statements).execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`
    drop function search_messages, search_look_up, search_save, search_changed, search_claim, search_states_after,
      search_states;
    drop table search_progress, search_entries;
    drop function search_keys, search_key;
  `.execute(db);
}
