import { type Kysely, sql } from 'kysely';

// What hangs on a message, by its position, and how people stand with that: found by the thread, or from the person. What a
// reply says stands with all messages. A conversation knows which of its entries was the latest before a run of replies at its end,
// so that whoever sends anything else need not know of threads.
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table thread_replies (
      conversation_id uuid not null,
      root_position bigint not null,
      position bigint not null,
      ordinal bigint not null,
      own_ordinal bigint not null,
      sender_id uuid not null,
      primary key (conversation_id, root_position, position)
    );
    create table thread_followers (
      conversation_id uuid not null,
      root_position bigint not null,
      user_id uuid not null,
      following boolean not null,
      read_ordinal bigint not null,
      sent bigint not null,
      read_sent bigint not null,
      inbox_seq bigint not null,
      primary key (conversation_id, root_position, user_id)
    );
    create index thread_followers_user on thread_followers (user_id, conversation_id, root_position);
    create index thread_followers_inbox on thread_followers (user_id, inbox_seq);
    alter table conversations
      add column thread_position bigint not null default 0,
      add column main_position bigint not null default 0;
    alter table users add column threads_seq bigint not null default 0;`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`
    drop table thread_replies, thread_followers;
    alter table conversations drop column thread_position, drop column main_position;
    alter table users drop column threads_seq;`.execute(db);
}
