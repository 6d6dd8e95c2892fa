import { type Insertable, type Selectable, sql } from 'kysely';
import type { Database, Locking } from '../db/database.ts';
import type { InvitationsTable } from '../db/tables.ts';

export type InvitationRow = Selectable<InvitationsTable>;

/** One as it is found, and whether it has expired by the database's clock. */
export type FoundInvitation = InvitationRow & { readonly expired: boolean };

/** Where an invitation is looked up: by the hash of its token, in its conversation. */
export interface InvitationKey {
  readonly conversationId: string;
  readonly hash: Buffer;
}

/** One that is not good any more, too. */
export function findInvitation(
  db: Database,
  { conversationId, hash }: InvitationKey,
): Promise<FoundInvitation | undefined> {
  return db
    .selectFrom('invitations')
    .selectAll()
    .select(sql<boolean>`expires_at <= clock_timestamp()`.as('expired'))
    .where('conversation_id', '=', conversationId)
    .where('hash', '=', hash)
    .executeTakeFirst();
}

/** Those that are still good, as far as they say themselves, the newest first. */
export function listInvitations(
  db: Database,
  conversationId: string,
  limit: number,
): Promise<InvitationRow[]> {
  return db
    .selectFrom('invitations')
    .selectAll()
    .where('conversation_id', '=', conversationId)
    .where('revoked_at', 'is', null)
    .where('expires_at', '>', sql<Date>`clock_timestamp()`)
    .where((eb) => eb.or([eb('max_uses', 'is', null), eb('uses', '<', eb.ref('max_uses'))]))
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
}

/** Those that somebody made, after one of them, by id. */
export function invitationsAfter(
  db: Database,
  userId: string,
  after: string | null,
  limit: number,
): Promise<InvitationRow[]> {
  return db
    .selectFrom('invitations')
    .selectAll()
    .where('created_by', '=', userId)
    .$if(after !== null, (query) => query.where('id', '>', after))
    .orderBy('id')
    .limit(limit)
    .execute();
}

export async function insertInvitation(trx: Locking, row: Insertable<InvitationsTable>): Promise<void> {
  await trx.insertInto('invitations').values(row).execute();
}

/** Forgets a conversation's invitations that have not been good since a time. */
export async function deleteOldInvitations(
  trx: Locking,
  conversationId: string,
  before: Date,
): Promise<void> {
  await trx
    .deleteFrom('invitations')
    .where('conversation_id', '=', conversationId)
    .where((eb) => eb.or([eb('expires_at', '<', before), eb('revoked_at', '<', before)]))
    .execute();
}

/** Forgets those that somebody made in a conversation. */
export async function deleteInvitationsIn(
  trx: Locking,
  conversationId: string,
  userId: string,
): Promise<void> {
  await trx
    .deleteFrom('invitations')
    .where('conversation_id', '=', conversationId)
    .where('created_by', '=', userId)
    .execute();
}

/** Forgets all that somebody made. */
export async function deleteInvitationsOf(db: Database, userId: string): Promise<void> {
  await db.deleteFrom('invitations').where('created_by', '=', userId).execute();
}

/** @returns what it was before, or undefined when there is none */
export async function revokeInvitation(
  trx: Locking,
  conversationId: string,
  id: string,
  at: Date,
): Promise<Pick<InvitationRow, 'revoked_at'> | undefined> {
  const before = await trx
    .selectFrom('invitations')
    .select('revoked_at')
    .where('conversation_id', '=', conversationId)
    .where('id', '=', id)
    .executeTakeFirst();
  if (before?.revoked_at === null) {
    await trx
      .updateTable('invitations')
      .set({ revoked_at: at })
      .where('conversation_id', '=', conversationId)
      .where('id', '=', id)
      .execute();
  }
  return before;
}

export async function countUse(trx: Locking, conversationId: string, id: string): Promise<void> {
  await trx
    .updateTable('invitations')
    .set((eb) => ({ uses: eb('uses', '+', 1) }))
    .where('conversation_id', '=', conversationId)
    .where('id', '=', id)
    .execute();
}
