import { type Kysely, sql } from 'kysely';

// Somebody from elsewhere has no password, and an e-mail address only when nobody else here has it. A session has an issuer
// when its tokens are another system's.
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table users alter column email drop not null, alter column password_hash drop not null;
    alter table sessions add column issuer text;
    create index sessions_external on sessions (user_id, expires_at) where issuer is not null;

    create table external_identities (
      issuer text not null,
      subject text not null,
      user_id uuid not null references users (id),
      profile_hash bytea,
      profile_at timestamptz,
      created_at timestamptz not null default now(),
      primary key (issuer, subject)
    );
    create index external_identities_user on external_identities (user_id);

    create table api_keys (
      id uuid primary key,
      name text not null,
      hash bytea not null,
      scopes text[] not null,
      created_at timestamptz not null default now(),
      last_used_at timestamptz,
      expires_at timestamptz,
      revoked_at timestamptz
    )`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`
    drop table api_keys;
    drop table external_identities;
    alter table sessions drop column issuer;
    update users set email = id || '@nowhere.invalid' where email is null;
    update users set password_hash = '' where password_hash is null;
    alter table users alter column email set not null, alter column password_hash set not null`.execute(db);
}
