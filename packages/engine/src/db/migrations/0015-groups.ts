import { type Kysely, sql } from 'kysely';

// Servers of the release before change memberships without counting them: the count is good for the membership version it was
// made for, and made anew for another.
const tables = `
  alter table conversations
    add column description text,
    add column is_public boolean not null default false,
    add column member_count bigint not null default 0,
    add column counted_version bigint not null default -1;
  alter table members add column removed boolean not null default false;

  create table invitations (
    conversation_id uuid not null,
    id uuid not null,
    hash bytea not null,
    hint text not null,
    created_by uuid not null,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    revoked_at timestamptz,
    max_uses bigint,
    uses bigint not null default 0,
    primary key (conversation_id, id),
    unique (conversation_id, hash)
  );
  create index invitations_creator on invitations (created_by, id);

  create table public_groups (
    conversation_id uuid primary key,
    words tsvector not null
  );
  create index public_groups_words on public_groups using gin (words) with (fastupdate = off);
`;

// Small groups are counted when somebody next joins or leaves; until then counting them costs next to nothing.
const counts = `
  update conversations c set member_count = n.members, counted_version = n.member_version
  from (
    select s.id, s.member_version, count(*) as members
    from conversations s join members m on m.conversation_id = s.id and m.left_at is null
    where s.kind = 'group'
    group by s.id, s.member_version
    having count(*) > 200
  ) n
  where c.id = n.id`;

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statements of [tables, counts]) await sql.raw(statements).execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`
    drop table public_groups, invitations;
    alter table members drop column removed;
    alter table conversations drop column description, drop column is_public, drop column member_count,
      drop column counted_version`.execute(db);
}
