import { type Kysely, sql } from 'kysely';

// What one person sets for a conversation, and has begun to write in it: rows of their own, as few have any, so that the member
// rows stay as narrow as every send finds them. A row is stamped with the person's `inbox_seq`, by which it travels; it goes
// with the membership.
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table conversation_settings (
      conversation_id uuid not null references conversations (id),
      user_id uuid not null references users (id),
      inbox_seq bigint not null,
      muted_until timestamptz,
      archived boolean not null default false,
      pinned_at timestamptz,
      hidden_ordinal bigint,
      unread_position bigint,
      unread_ordinal bigint,
      unread_sent bigint,
      unread_inbox_seq bigint,
      primary key (conversation_id, user_id)
    );
    create index conversation_settings_inbox on conversation_settings (user_id, inbox_seq);
    create table drafts (
      conversation_id uuid not null references conversations (id),
      user_id uuid not null references users (id),
      inbox_seq bigint not null,
      content text not null,
      reply_to uuid,
      updated_at timestamptz not null,
      primary key (conversation_id, user_id)
    );
    create index drafts_inbox on drafts (user_id, inbox_seq);`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`drop table drafts, conversation_settings`.execute(db);
}
