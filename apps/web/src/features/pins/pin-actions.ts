import { Pin, PinOff } from 'lucide-react';
import { client } from '../../client.ts';
import { explain, hasCode } from '../../explain.ts';
import { toast } from '../../ui/toast.tsx';
import type { MessageAction } from '../messages/message-action.ts';

/** Pins a message for everybody in the conversation. */
export const pinAction: MessageAction = {
  id: 'pin',
  label: 'pins.add',
  icon: Pin,
  beside: false,
  danger: false,
  applies: ({ message, host }) => host.mayPin && message.pinned === undefined && message.thread === undefined,
  run: ({ message: { conversationId, id: messageId }, t }) => {
    client.pins.add({ conversationId, messageId }).then(
      () => toast(t('pins.added')),
      (error: unknown) => toast(hasCode(error, 'CONFLICT') ? t('pins.tooMany') : explain(error, t)),
    );
  },
};

export const unpinAction: MessageAction = {
  id: 'unpin',
  label: 'pins.remove',
  icon: PinOff,
  beside: false,
  danger: false,
  applies: ({ message, host }) => host.mayPin && message.pinned !== undefined,
  run: ({ message: { conversationId, id: messageId }, t }) => {
    client.pins.remove({ conversationId, messageId }).then(
      () => toast(t('pins.removed')),
      (error: unknown) => toast(explain(error, t)),
    );
  },
};
