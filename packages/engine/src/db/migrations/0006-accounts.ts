import { type Kysely, sql } from 'kysely';

// A refresh token knows the one it was traded for, so that two who trade the same one are told apart later.
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table users add column email_verified_at timestamptz, add column disabled_at timestamptz;

    alter table refresh_tokens add column parent bytea;

    create table mailed_tokens (
      user_id uuid not null references users (id) on delete cascade,
      purpose text not null check (purpose in ('password-reset', 'email-verification')),
      hash bytea not null unique,
      expires_at timestamptz not null,
      primary key (user_id, purpose)
    );
    create index mailed_tokens_expiry on mailed_tokens (expires_at);

    create index sessions_over on sessions (least(ended_at, expires_at))`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`
    drop index sessions_over;
    drop table mailed_tokens;
    alter table refresh_tokens drop column parent;
    alter table users drop column disabled_at, drop column email_verified_at`.execute(db);
}
