import { type Kysely, sql } from 'kysely';
import { searchLookUp, searchMessages } from './search-finding.ts';
import { searchIndexing } from './search-indexing.ts';

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

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statements of [tables, keys, searchIndexing, searchLookUp, searchMessages])
    await sql.raw(statements).execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`
    drop function search_messages, search_look_up, search_save, search_changed, search_claim, search_states_after,
      search_states;
    drop table search_progress, search_entries;
    drop function search_keys, search_key;
  `.execute(db);
}
