import { type Kysely, sql } from 'kysely';

// Who reacted, pinned and saved what. A message's own row counts its reactions and names a few people; here is everybody. A
// reaction that was taken back stays, as one that is gone: the person's other devices have to learn of it. No foreign keys,
// as with messages. `seq` is the change of the message that it was, `inbox_seq` the person's own.
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table reactions (
      conversation_id uuid not null,
      position bigint not null,
      user_id uuid not null,
      emoji text collate "C" not null,
      reacted_at timestamptz not null,
      removed_at timestamptz,
      seq bigint not null,
      inbox_seq bigint not null,
      primary key (conversation_id, position, user_id, emoji)
    );
    create index reactions_emoji on reactions (conversation_id, position, emoji, seq) where removed_at is null;
    create index reactions_user on reactions (user_id, inbox_seq);

    create table pins (
      conversation_id uuid not null,
      position bigint not null,
      seq bigint not null,
      primary key (conversation_id, position)
    );

    create table saved_messages (
      user_id uuid not null,
      message_id uuid not null,
      conversation_id uuid not null,
      position bigint not null,
      saved_at timestamptz not null,
      inbox_seq bigint not null,
      primary key (user_id, message_id, conversation_id)
    );
    create index saved_messages_latest on saved_messages (user_id, inbox_seq);

    alter table users
      add column reactions_seq bigint not null default 0,
      add column saved_seq bigint not null default 0;`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`
    drop table reactions, pins, saved_messages;
    update messages set metadata = nullif(metadata - 'reactions' - 'pinned', '{}'::jsonb)
    where metadata ? 'reactions' or metadata ? 'pinned';
    alter table users drop column reactions_seq, drop column saved_seq`.execute(db);
}
