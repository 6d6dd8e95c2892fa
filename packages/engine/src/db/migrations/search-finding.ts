import { byKey } from './by-key.ts';

/**
 * Looks words up in the index, in one conversation after the other, for half a second and until so many were found. Nothing
 * but the words is looked up (which is what \`offset 0\` is for): by time or conversation an index has every message.
 */
export const searchLookUp = `
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
        select * from (
          select * from search_entries e
          where search_keys(e.conversation_id, e.words) @@ replace(in_keys, '#', search_key(r.id))::tsquery
          offset 0
        ) e
        where e.conversation_id = r.id and e.words @@ in_words
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
export const searchMessages = `
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
      with rooms as materialized (
        select r.id, e.*
        from unnest(ids, hidden) as r (id, hidden)
        cross join lateral (
          select array_agg(e.sent_at) filter (where e.fits) as times,
            array_agg(e.position) filter (where e.fits) as positions, count(*) as read, min(e.sent_at) as last
          from (
            select e.sent_at, e.position,
              e.words @@ in_words and (in_senders is null or e.sender_id = any (in_senders))
                and (e.has_link or not in_links) as fits
            from search_entries e
            where e.conversation_id = r.id and e.sent_at >= low and e.sent_at <= high and e.position > r.hidden
            order by e.sent_at desc, e.position desc limit each
          ) e
        ) e
      ), all_rooms as materialized (
        select sum(r.read) as read, max(r.last) filter (where r.read = each) as cut from rooms r
      )
      select (select a.cut from all_rooms a), (select a.read from all_rooms a), array_agg(f.id), array_agg(f.at),
        array_agg(f.position)
      into cut, read_now, new_ids, new_times, new_positions
      from (
        select r.id, f.at, f.position from rooms r cross join lateral unnest(r.times, r.positions) as f (at, position)
        where f.at > coalesce((select a.cut from all_rooms a), '-infinity')
          and (f.at, r.id, f.position) < (in_before_at, in_before_conversation, in_before_position)
      ) f;
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
