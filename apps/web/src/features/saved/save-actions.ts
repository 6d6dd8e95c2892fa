import { Bookmark, BookmarkX } from 'lucide-react';
import { client } from '../../client.ts';
import { sayHow } from '../../say-how.ts';
import type { MessageSubject } from '../messages/message-subject.ts';
import type { MessageAction } from '../messages/message-action.ts';

const isSaved = ({ message }: MessageSubject): boolean =>
  client.saved.list.getSnapshot().messageIds.has(message.id);

/** Keeps a message for oneself. */
export const saveAction: MessageAction = {
  id: 'save',
  label: 'saved.add',
  icon: Bookmark,
  beside: false,
  danger: false,
  applies: (subject) => !isSaved(subject),
  run: ({ message: { conversationId, id: messageId }, t }) => {
    sayHow(client.saved.add({ conversationId, messageId }), t, {
      said: 'saved.added',
      tooMany: 'saved.tooMany',
    });
  },
};

export const unsaveAction: MessageAction = {
  id: 'unsave',
  label: 'saved.remove',
  icon: BookmarkX,
  beside: false,
  danger: false,
  applies: isSaved,
  run: ({ message: { conversationId, id: messageId }, t }) => {
    sayHow(client.saved.remove({ conversationId, messageId }), t, { said: 'saved.removed' });
  },
};
