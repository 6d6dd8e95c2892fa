import type { Conversation, MessageExtras } from '@parley/contract';
import type { ShownMessage } from '@parley/sdk';
import { Copy, Link, Pencil, Trash2 } from 'lucide-react';
import type { ComponentType } from 'react';
import { toast } from '../../ui/toast.tsx';
import { forwardAction } from '../forward/forward-action.ts';
import { DetailsButton } from '../members/details-button.tsx';
import { pinAction, unpinAction } from '../pins/pin-actions.ts';
import { PinnedBar } from '../pins/pinned-bar.tsx';
import { PinsButton } from '../pins/pins-button.tsx';
import { QuickReactions } from '../reactions/quick-reactions.tsx';
import { ReactionChips } from '../reactions/reaction-chips.tsx';
import { reactAction, reactionsAction } from '../reactions/reaction-actions.ts';
import { ReadFaces } from '../receipts/read-faces.tsx';
import { ReceiptTicks } from '../receipts/receipt-ticks.tsx';
import { receiptsAction } from '../receipts/receipts-action.ts';
import { Quote } from '../replies/quote.tsx';
import { ReplyBar } from '../replies/reply-bar.tsx';
import { replyTargets } from '../replies/reply-target.ts';
import { replyAction } from '../replies/reply-action.ts';
import { saveAction, unsaveAction } from '../saved/save-actions.ts';
import { ThreadSummary } from '../threads/thread-summary.tsx';
import { threadAction } from '../threads/thread-action.ts';
import type { Written } from './items.ts';
import type { MessageAction } from './message-action.ts';
import type { MessageHost } from './message-subject.ts';
import { SearchButton } from '../search/search-button.tsx';

// Where features meet a conversation: each adds a line to a list here, and brings the rest in a folder of its own.

const editAction: MessageAction = {
  id: 'edit',
  label: 'message.edit',
  icon: Pencil,
  beside: true,
  danger: false,
  applies: ({ mine }) => mine,
  run: ({ message, host }) => host.edit(message.id),
};

const copyAction: MessageAction = {
  id: 'copy',
  label: 'action.copy',
  icon: Copy,
  beside: false,
  danger: false,
  applies: () => true,
  run: ({ message, t }) => copy(message.content, t('message.copied')),
};

const deleteAction: MessageAction = {
  id: 'delete',
  label: 'message.delete',
  icon: Trash2,
  beside: false,
  danger: true,
  applies: ({ mine, mayDeleteAll }) => mine || mayDeleteAll,
  run: ({ message, host }) => host.show('delete', message),
};

const linkAction: MessageAction = {
  id: 'link',
  label: 'message.link',
  icon: Link,
  beside: false,
  danger: false,
  applies: () => true,
  run: ({ message, t }) => {
    const { conversationId, position } = message;
    copy(`${location.origin}/c/${conversationId}?at=${position}`, t('message.link.copied'));
  },
};

/** Copies a text, and says so; where it is not allowed there is nothing to say but nothing. */
function copy(text: string, said: string): void {
  navigator.clipboard.writeText(text).then(
    () => toast(said),
    () => {},
  );
}

/** What can be done with a message that is there, in the order of its menu. */
export const messageActions: readonly MessageAction[] = [
  reactAction,
  replyAction,
  threadAction,
  editAction,
  copyAction,
  linkAction,
  forwardAction,
  pinAction,
  unpinAction,
  saveAction,
  unsaveAction,
  reactionsAction,
  receiptsAction,
  deleteAction,
];

interface MessageSlotProps {
  readonly message: ShownMessage;
  readonly mine: boolean;
  readonly host: MessageHost;
}

type MessageSlot = ComponentType<MessageSlotProps>;

/** What stands in a bubble above a message's text: what it answers, for one. */
export const aboveText: readonly ComponentType<{ written: Written; mine: boolean }>[] = [Quote];

/** What stands in a bubble after the time. */
export const afterTime: readonly MessageSlot[] = [ReceiptTicks];

/** What stands below a message's bubble: reactions, for one. */
export const belowBubble: readonly MessageSlot[] = [ReactionChips, ThreadSummary, ReadFaces];

/** What stands first in the toolbar of a message. */
export const firstInToolbar: readonly MessageSlot[] = [QuickReactions];

/** What stands above where one writes in a place, a conversation or a thread: what is answered, for one. */
export const aboveComposer: readonly ComponentType<{ place: string }>[] = [ReplyBar];

/** What the next message of a place carries beside its text; each is asked once, when it is sent. */
export const extrasOfNext: readonly ((place: string) => MessageExtras)[] = [
  (place) => replyTargets.take(place),
];

/** What stands between a conversation's header and its messages: what is pinned, for one. */
export const belowHeader: readonly ComponentType<{ conversation: Conversation }>[] = [PinnedBar];

/** The buttons at the end of a conversation's header. */
export const headerActions: readonly ComponentType<{ conversation: Conversation }>[] = [
  PinsButton,
  SearchButton,
  DetailsButton,
];
