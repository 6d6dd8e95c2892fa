import { ParleyError } from '@parley/contract';
import { type Selectable, sql } from 'kysely';
import type { Database } from './db/database.ts';
import { epochNow } from './db/epoch.ts';
import type { ConversationsTable, MembersTable } from './db/tables.ts';

/** What the viewer may see and do in a conversation, as of one snapshot. */
export interface Access {
  readonly conversation: Selectable<ConversationsTable>;
  readonly member: Selectable<MembersTable>;
  readonly epoch: string;
}

/**
 * The viewer's access to a conversation.
 * @throws NOT_MEMBER when there is no such conversation, too: a stranger does not learn which of the two it is
 */
export async function accessTo(db: Database, conversationId: string, userId: string): Promise<Access> {
  const conversation = await db
    .selectFrom('conversations')
    .selectAll()
    .where('id', '=', conversationId)
    .select([
      epochNow.as('epoch'),
      sql<Selectable<MembersTable> | null>`(
        select to_jsonb(m) from members m
        where m.conversation_id = ${conversationId} and m.user_id = ${userId} and m.left_at is null
      )`.as('member'),
    ])
    .executeTakeFirst();
  if (conversation?.member == null) throw notMember();
  const { member, epoch, ...rest } = conversation;
  return { conversation: rest, member, epoch };
}

export function notMember(): ParleyError {
  return new ParleyError(
    'NOT_MEMBER',
    'unable to open the conversation; it does not exist or you are not in it',
  );
}

/** The position up to which a member may not see the timeline. */
export function hiddenUpTo(
  conversation: Pick<Selectable<ConversationsTable>, 'history'>,
  member: Pick<MembersTable, 'joined_position'>,
): number {
  return conversation.history === 'from-joining' ? member.joined_position : 0;
}
