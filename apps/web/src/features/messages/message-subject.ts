import type { Message } from '@parley/contract';
import type { Translate } from '../../i18n/translate.ts';

/** What a conversation does with its messages for whoever asks. */
export interface MessageHost {
  /** Opens a message for editing in its place; null closes it. */
  readonly edit: (messageId: string | null) => void;
  /** Asks whether to delete a message. */
  readonly remove: (message: Message) => void;
}

/** A message that something can be done with, as the viewer stands to it. */
export interface MessageSubject {
  readonly message: Message;
  readonly mine: boolean;
  /** Whether the viewer may delete what others wrote. */
  readonly mayDeleteAll: boolean;
  readonly host: MessageHost;
  readonly t: Translate;
}
