import type { ShownMessage } from '@parley/sdk';
import type { Translate } from '../../i18n/translate.ts';
import type { MessageDialog } from './message-dialog-props.ts';

/** What a conversation does with its messages for whoever asks. */
export interface MessageHost {
  /** Opens a message for editing in its place; null closes it. */
  readonly edit: (messageId: string | null) => void;
  /** Moves the focus to where one writes. */
  readonly focusComposer: () => void;
  /** Has what is written next answer a message. */
  readonly reply: (message: ShownMessage) => void;
  readonly show: (dialog: MessageDialog, message: ShownMessage) => void;
  /** Opens the thread of a message; null where there are no threads. */
  readonly openThread: ((messageId: string) => void) | null;
  readonly mayPin: boolean;
  /** Whether it is a group, where one may ask who has read something. */
  readonly group: boolean;
}

/** A message that something can be done with, as the viewer stands to it. */
export interface MessageSubject {
  readonly message: ShownMessage;
  readonly mine: boolean;
  /** Whether the viewer may delete what others wrote. */
  readonly mayDeleteAll: boolean;
  readonly host: MessageHost;
  readonly t: Translate;
}
