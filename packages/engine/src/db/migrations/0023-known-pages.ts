import { type Kysely, sql } from 'kysely';
import { page } from './0014-receipts.ts';
import { changed } from './changed.ts';

const isChanged = '(v.last_seq, v.epoch) is distinct from (in_known, in_epoch)';

/**
 * A page for whoever has it as of `in_known` in `in_epoch`: where that is where the conversation stands still, it is of the viewer's
 * own entries in it, `in_own`, alone, as others' reading of them is no change of the conversation. What the viewer may not see, and
 * how far they have read, is said with each row. Another function beside `messages_page` without those, which stays for the
 * processes of the version before.
 */
const knownPage = changed(page, [
  ['in_forward bigint\n  )', 'in_forward bigint,\n    in_known bigint, in_epoch text, in_own bigint[]\n  )'],
  [
    'as_of bigint, epoch text, forward',
    'as_of bigint, epoch text, hidden bigint, read_up_to bigint, forward',
  ],
  ['e.position < in_below\n', `e.position < in_below\n          and ${isChanged}\n`],
  [
    'order by e.position limit in_forward\n      ) p)',
    `order by e.position limit in_forward
      ) p where ${isChanged})
      union all
      (select p.*, false from viewer v cross join lateral (
        select * from messages e
        where e.conversation_id = in_conversation and e.position > v.hidden and e.position = any (in_own)
      ) p where not ${isChanged})`,
  ],
  [
    'select v.last_seq, v.epoch, p.forward',
    'select v.last_seq, v.epoch, v.hidden, v.read_position, p.forward',
  ],
]);

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(knownPage).execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`
    drop function messages_page(uuid, uuid, bigint, bigint, bigint, bigint, bigint, text, bigint[])`.execute(
    db,
  );
}
