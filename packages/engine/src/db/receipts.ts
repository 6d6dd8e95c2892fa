import { sql } from 'kysely';

/** Whether somebody shares how far they have got and read conversations, and so sees how far others have. */
export function sharesReceipts(userId: string) {
  return sql<boolean>`exists (select from users u where u.id = ${userId} and u.read_receipts = 'everybody')`;
}

/**
 * Whether a viewer who shares their own may see the receipts of the person in a column: the one place where that is said,
 * but for `messages_page` and those that are told as they are made. One of the two may have blocked the other.
 */
export function showsReceiptsTo(viewerId: string, column: string) {
  const other = sql.ref(column);
  return sql<boolean>`(
    not exists (select from users u where u.id = ${other} and u.read_receipts = 'nobody')
    and not exists (select from blocks b where b.blocker_id = ${viewerId} and b.blocked_id = ${other})
    and not exists (select from blocks b where b.blocker_id = ${other} and b.blocked_id = ${viewerId})
  )`;
}
