import { SmilePlus, Users } from 'lucide-react';
import type { MessageAction } from '../messages/message-action.ts';

/** Opens the choice of emoji. */
export const reactAction: MessageAction = {
  id: 'react',
  label: 'reaction.add',
  icon: SmilePlus,
  beside: false,
  danger: false,
  applies: () => true,
  run: ({ message, host }) => host.show('react', message),
};

/** Opens the list of who reacted. */
export const reactionsAction: MessageAction = {
  id: 'reactions',
  label: 'reaction.who',
  icon: Users,
  beside: false,
  danger: false,
  applies: ({ message }) => message.reactions !== undefined && message.reactions.length > 0,
  run: ({ message, host }) => host.show('reactions', message),
};
