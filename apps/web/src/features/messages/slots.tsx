import type { Conversation, Message, MessageExtras } from '@parley/contract';
import { Copy, type LucideIcon, Pencil, Trash2 } from 'lucide-react';
import type { ComponentType } from 'react';
import type { PlainKey } from '../../i18n/catalog.ts';
import { toast } from '../../ui/toast.tsx';
import { DetailsButton } from '../members/details-button.tsx';
import { SearchButton } from '../search/search-button.tsx';
import type { MessageSubject } from './message-subject.ts';

// Where features meet a conversation: each adds a line to a list here, and brings the rest in a folder of its own.

/** Something that can be done with a message. */
export interface MessageAction {
  readonly id: string;
  readonly label: PlainKey;
  readonly icon: LucideIcon;
  /** Whether it stands beside the message, too, while that is pointed at. */
  readonly beside: boolean;
  readonly danger: boolean;
  readonly applies: (subject: MessageSubject) => boolean;
  readonly run: (subject: MessageSubject) => void;
}

/** What can be done with a message that is there, in the order of its menu. */
export const messageActions: readonly MessageAction[] = [
  {
    id: 'edit',
    label: 'message.edit',
    icon: Pencil,
    beside: true,
    danger: false,
    applies: ({ mine }) => mine,
    run: ({ message, host }) => host.edit(message.id),
  },
  {
    id: 'copy',
    label: 'action.copy',
    icon: Copy,
    beside: false,
    danger: false,
    applies: () => true,
    run: ({ message, t }) => {
      // Where it is not allowed there is nothing to say but nothing.
      navigator.clipboard.writeText(message.content).then(
        () => toast(t('message.copied')),
        () => {},
      );
    },
  },
  {
    id: 'delete',
    label: 'message.delete',
    icon: Trash2,
    beside: true,
    danger: true,
    applies: ({ mine, mayDeleteAll }) => mine || mayDeleteAll,
    run: ({ message, host }) => host.remove(message),
  },
];

type MessageSlot = ComponentType<{ message: Message }>;

/** What stands in a bubble above a message's text: what it answers, for one. */
export const aboveText: readonly MessageSlot[] = [];

/** What stands below a message's bubble: reactions, for one. */
export const belowBubble: readonly MessageSlot[] = [];

/** What stands above where one writes in a place, a conversation or a thread: what is answered, for one. */
export const aboveComposer: readonly ComponentType<{ place: string }>[] = [];

/** What the next message of a place carries beside its text; each is asked once, when it is sent. */
export const extrasOfNext: readonly ((place: string) => MessageExtras)[] = [];

/** The buttons at the end of a conversation's header. */
export const headerActions: readonly ComponentType<{ conversation: Conversation }>[] = [
  SearchButton,
  DetailsButton,
];
