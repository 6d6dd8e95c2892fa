import { type Kysely, sql } from 'kysely';

// Who is connected where. A holder is a server process, whose sign of life is all that is renewed: a lease is written when
// somebody comes or goes, and is worth as much as its holder. No foreign keys: both go by themselves.
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table presence_holders (
      id uuid primary key,
      alive_until timestamptz not null
    );
    create table presence_leases (
      user_id uuid not null,
      holder_id uuid not null,
      away boolean not null,
      primary key (user_id, holder_id)
    );
    create index presence_leases_holder on presence_leases (holder_id);
    create index blocks_of_blocked on blocks (blocked_id);
    alter table users
      add column appears_offline boolean not null default false,
      add column last_seen_visible text not null default 'everybody'
        check (last_seen_visible in ('everybody', 'nobody'));`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`
    drop table presence_leases, presence_holders;
    drop index blocks_of_blocked;
    alter table users drop column appears_offline, drop column last_seen_visible`.execute(db);
}
