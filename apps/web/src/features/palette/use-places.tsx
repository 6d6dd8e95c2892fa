import type { Conversation, FoundMessage, User } from '@parley/contract';
import { useClient } from '@parley/sdk/react';
import { useNavigate } from '@tanstack/react-router';
import { MessageSquare, Search } from 'lucide-react';
import { explain } from '../../explain.ts';
import { useSpeech } from '../../i18n/provider.tsx';
import { toast } from '../../ui/toast.tsx';
import { useNow } from '../../use-now.ts';
import { excerptOf } from '../search/excerpt.ts';
import { placeOf } from '../search/place-of.ts';
import { avatarIdOf, pictureOf, titleOf } from '../conversations/title.ts';
import { Avatar } from '../users/avatar.tsx';
import { nameOf } from '../users/names.ts';
import type { Entry } from './entries.ts';

/** Conversations and people, as entries that lead to them. */
export function usePlaces(): {
  readonly conversationEntry: (conversation: Conversation) => Entry;
  readonly personEntry: (person: User) => Entry;
  readonly messageEntry: (found: FoundMessage) => Entry;
  /** Leads to all that a query finds. */
  readonly searchEntry: (query: string) => Entry;
} {
  const client = useClient();
  const navigate = useNavigate();
  const { t, formats } = useSpeech();
  const now = useNow();
  const open = (conversationId: string) =>
    void navigate({ to: '/c/$conversationId', params: { conversationId } });
  return {
    conversationEntry: (conversation) => {
      const { id, kind, peer, memberCount } = conversation;
      const title = titleOf(conversation, t);
      return {
        id,
        title,
        detail: peer === null ? t('conversation.members', { count: memberCount }) : `@${peer.username}`,
        picture: (
          <Avatar
            id={avatarIdOf(conversation)}
            name={title}
            picture={pictureOf(conversation)}
            group={kind === 'group'}
            size="small"
          />
        ),
        run: () => open(id),
      };
    },
    personEntry: (person) => ({
      id: person.id,
      title: nameOf(person, t),
      detail: `@${person.username}`,
      picture: <Avatar id={person.id} name={nameOf(person, t)} picture={person.avatar} size="small" />,
      run: () => {
        client.conversations.create({ participantIds: [person.id] }).then(
          ({ id }) => open(id),
          (error: unknown) => toast(explain(error, t)),
        );
      },
    }),
    messageEntry: ({ message, highlights }) => ({
      id: message.id,
      title: excerptOf(message.content, highlights)
        .map(({ text }) => text)
        .join(''),
      detail: formats.shortTime(message.createdAt, now),
      picture: <MessageSquare size={17} aria-hidden />,
      run: () => {
        const { conversationId } = message;
        void navigate({ to: '/c/$conversationId', params: { conversationId }, search: placeOf(message) });
      },
    }),
    searchEntry: (query) => ({
      id: 'search',
      title: t('search.all', { query: query.trim() }),
      detail: '',
      picture: <Search size={17} aria-hidden />,
      run: () => void navigate({ to: '/find', search: { q: query.trim() } }),
    }),
  };
}
