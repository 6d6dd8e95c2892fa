import { Bookmark, BookmarkX } from 'lucide-react';
import { client } from '../../client.ts';
import { explain, hasCode } from '../../explain.ts';
import { toast } from '../../ui/toast.tsx';
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
    client.saved.add({ conversationId, messageId }).then(
      () => toast(t('saved.added')),
      (error: unknown) => toast(hasCode(error, 'CONFLICT') ? t('saved.tooMany') : explain(error, t)),
    );
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
    client.saved.remove({ conversationId, messageId }).then(
      () => toast(t('saved.removed')),
      (error: unknown) => toast(explain(error, t)),
    );
  },
};
