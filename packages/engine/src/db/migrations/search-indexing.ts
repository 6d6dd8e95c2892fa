import { byKey } from './by-key.ts';

// What the indexer does, by key whatever the planner thinks of tables that it fills itself.
export const searchIndexing = `
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
