import { isDeepStrictEqual } from 'node:util';
import { type MessageExtras, ParleyError } from '@parley/contract';
import type { ConversationChange } from '../conversations/change.ts';
import { permittedMember } from '../conversations/permission.ts';
import { findMembers } from '../conversations/queries.ts';
import type { MessageMetadata } from '../messages/metadata.ts';
import type { MessageRow } from '../messages/queries.ts';
import { deleteMentions, everybody, insertMentions } from './queries.ts';

type Mentioned = Pick<MessageMetadata, 'mentions' | 'mentionsAll'>;
type Mentioning = Pick<MessageExtras, 'mentions' | 'mentionsAll'>;

/** What is given of whom a message mentions, each once, and nothing where it says nothing. */
export function withoutEmpty<T extends Mentioning>({ mentions, mentionsAll, ...extras }: T) {
  return {
    ...extras,
    ...(mentions !== undefined && mentions.length > 0 && { mentions: [...new Set(mentions)] }),
    ...(mentionsAll === true && { mentionsAll }),
  };
}

/**
 * Whom a message mentions, under the lock: everybody it names is a member, as far as it did not name them before. Who is none is
 * told by place only, whether there is such an account or not.
 * @throws INVALID_INPUT; FORBIDDEN for everybody, as `mentionAll` of the permissions says
 */
export async function mentioned(
  change: ConversationChange,
  senderId: string,
  { mentions = [], mentionsAll = false }: Mentioning,
  before: MessageMetadata | null = null,
): Promise<Mentioned> {
  if (mentionsAll && before?.mentionsAll !== true) {
    await permittedMember(change, senderId, 'mentionAll', 'mention everybody');
  }
  const known = new Set(before?.mentions);
  const anew = mentions.filter((userId) => !known.has(userId));
  if (anew.length > 0) {
    const found = await findMembers(change.trx, change.conversation.id, anew);
    for (const member of found) if (member.left_at === null) known.add(member.user_id);
  }
  const fields = mentions.flatMap((userId, index) =>
    known.has(userId) ? [] : { path: `mentions.${index}`, message: 'must be a member of the conversation' },
  );
  if (fields.length > 0) {
    const reason = 'unable to mention somebody; they are not in the conversation';
    throw new ParleyError('INVALID_INPUT', reason, { fields });
  }
  return withoutEmpty({ mentions, mentionsAll });
}

/**
 * What an edited message carries beside its text, and whom it mentions where it is looked up by them, when an edit changes that;
 * undefined when it does not. Throws as `mentioned`.
 */
export async function mentionedNow(
  change: ConversationChange,
  row: MessageRow,
  { mentions, mentionsAll }: Mentioning,
): Promise<MessageMetadata | null | undefined> {
  const { mentions: named, mentionsAll: all, ...others } = row.metadata ?? {};
  const before = withoutEmpty({ mentions: named, mentionsAll: all });
  const given = withoutEmpty({ mentions: mentions ?? named, mentionsAll: mentionsAll ?? all });
  if (isDeepStrictEqual(given, before)) return undefined;
  const whom = await mentioned(change, row.sender_id, given, row.metadata);
  const metadata = { ...others, ...whom };
  await removeMentions(change, [row]);
  await saveMentions(change, { ...row, metadata });
  return Object.keys(metadata).length === 0 ? null : metadata;
}

/** Keeps whom a message mentions where it is looked up by them. */
export async function saveMentions(change: ConversationChange, row: MessageRow): Promise<void> {
  const whom = lookedUpBy(row);
  if (whom.length > 0) await insertMentions(change.trx, row, whom);
}

/** Removes it for messages of one conversation, given as they were. */
export async function removeMentions(change: ConversationChange, rows: readonly MessageRow[]): Promise<void> {
  const mentioning = rows.filter((row) => lookedUpBy(row).length > 0);
  if (mentioning.length === 0) return;
  const positions = mentioning.map(({ position }) => position);
  const whom = new Set(mentioning.flatMap(lookedUpBy));
  await deleteMentions(change.trx, change.conversation.id, positions, [...whom]);
}

/** Whoever mentions everybody names nobody besides, and oneself one does not notify. */
function lookedUpBy({ metadata, sender_id: senderId }: MessageRow): string[] {
  if (metadata?.mentionsAll === true) return [everybody];
  return (metadata?.mentions ?? []).filter((userId) => userId !== senderId);
}
