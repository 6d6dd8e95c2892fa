import type { Message, MessageView, Viewer } from '@parley/contract';
import type { Selectable } from 'kysely';
import type { Database } from '../db/database.ts';
import type { MembersTable } from '../db/tables.ts';
import { withOwnReactions } from '../reactions/own.ts';
import { readByOthers } from './queries.ts';

/** Messages of one conversation as the viewer sees them, given the viewer's membership. */
export async function messageViews(
  db: Database,
  viewer: Viewer,
  member: Pick<Selectable<MembersTable>, 'conversation_id' | 'read_position'>,
  messages: readonly Message[],
): Promise<MessageView[]> {
  const own = messages.filter((message) => message.senderId === viewer.userId);
  const read = new Set(
    own.length === 0
      ? []
      : await readByOthers(
          db,
          member.conversation_id,
          viewer.userId,
          own.map(({ position }) => position),
        ),
  );
  const seen = await withOwnReactions(db, viewer.userId, messages);
  return seen.map((message) => ({
    ...message,
    isRead:
      message.senderId === viewer.userId
        ? read.has(message.position)
        : message.position <= member.read_position,
  }));
}
