import { limits, type MessageExtras } from '@parley/contract';
import { type ParleyClient, splitMentions } from '@parley/sdk';
import { people } from '../../client.ts';
import { mayMentionAll } from './use-mention-options.ts';

/** Whom a text mentions: those of the conversation's members, as far as they are known here, whom it names behind an `@`. */
export function mentionedIn(
  client: ParleyClient,
  conversationId: string,
  content: string,
): Pick<MessageExtras, 'mentions' | 'mentionsAll'> {
  if (!content.includes('@')) return {};
  const { members } = client.members.open(conversationId).getSnapshot();
  const known = people.getSnapshot();
  const all = members.flatMap(({ user, userId }) => user ?? known.get(userId) ?? []);
  const mentionsAll = mayMentionAll(client, conversationId);
  const message = { content, mentions: all.map(({ id }) => id), ...(mentionsAll && { mentionsAll }) };
  const parts = splitMentions(message, all);
  const mentions = [...new Set(parts.flatMap((part) => (part.type === 'mention' ? part.userId : [])))];
  return {
    ...(mentions.length > 0 && { mentions: mentions.slice(0, limits.mentionsPerMessage) }),
    ...(parts.some(({ type }) => type === 'all') && { mentionsAll: true }),
  };
}
