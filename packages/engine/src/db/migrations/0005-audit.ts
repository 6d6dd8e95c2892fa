import { type Kysely, sql } from 'kysely';

// What an operator looks at after the fact. No foreign keys: a line outlives what it tells of.
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table audit_events (
      id uuid primary key,
      at timestamptz not null default now(),
      kind text not null,
      actor_id uuid,
      subject_id uuid,
      conversation_id uuid,
      session_id uuid,
      key_id uuid,
      address text,
      details jsonb
    );
    create index audit_events_actor on audit_events (actor_id, at);
    create index audit_events_subject on audit_events (subject_id, at);
    create index audit_events_at on audit_events (at)`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`drop table audit_events`.execute(db);
}
