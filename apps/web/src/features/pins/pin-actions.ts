import { Pin, PinOff } from 'lucide-react';
import { client } from '../../client.ts';
import { sayHow } from '../../say-how.ts';
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
    sayHow(client.pins.add({ conversationId, messageId }), t, {
      said: 'pins.added',
      tooMany: 'pins.tooMany',
    });
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
    sayHow(client.pins.remove({ conversationId, messageId }), t, { said: 'pins.removed' });
  },
};
