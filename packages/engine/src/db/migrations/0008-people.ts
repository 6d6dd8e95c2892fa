import { type Kysely, sql } from 'kysely';
import { send as sendAlone } from './0002-send-to-conversation.ts';
import { send as sendMany, sendOne } from './0004-faster-send.ts';
import { changed, replacing } from './changed.ts';

// Whether a direct conversation takes messages stands on its own row, which sending has locked already: it is written under
// the same lock when one of the two blocks the other or is deleted, so that no send has to look for it, and none slips by.
const tables = `
  create table blocks (
    blocker_id uuid not null references users (id),
    blocked_id uuid not null references users (id),
    created_at timestamptz not null default now(),
    primary key (blocker_id, blocked_id)
  );
  alter table conversations add column closed boolean not null default false;
  alter table users
    add column blocks_seq bigint not null default 0,
    add column deleted_at timestamptz,
    add column erasing text check (erasing in ('keep', 'remove')),
    add column erase_claimed_until timestamptz;
  create index users_erasing on users (id) where erasing is not null;
  create index sessions_of_user on sessions (user_id);
`;

const permitted = 's.id is null and b.user_id is not null as permitted';

/** The three functions that send, as they were, but for what a closed conversation answers. */
const sends = [
  changed(sendMany, [
    [permitted, refusing('c.closed')],
    ['when f.permitted or (f.exists', "when f.refused then 'closed'\n        when f.permitted or (f.exists"],
  ]),
  changed(sendAlone, [
    [permitted, refusing('held.closed')],
    ["when f.permitted then 'busy'", "when f.refused then 'closed'\n        when f.permitted then 'busy'"],
  ]),
  changed(sendOne, [
    [
      "    outcome := 'stored';",
      "    if held.closed then\n      outcome := 'closed';\n      return next;\n      return;\n    end if;\n    outcome := 'stored';",
    ],
  ]),
];

function refusing(closed: string): string {
  const known = 's.id is null and b.user_id is not null';
  return `${known} and not ${closed} as permitted, ${known} and ${closed} as refused`;
}

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statements of [tables, ...sends]) await sql.raw(statements).execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  for (const text of [sendMany, sendAlone, sendOne]) await sql.raw(replacing(text)).execute(db);
  await sql`
    drop table blocks;
    drop index sessions_of_user;
    alter table conversations drop column closed;
    alter table users drop column blocks_seq, drop column deleted_at, drop column erasing,
      drop column erase_claimed_until`.execute(db);
}
