import type { ShownMessage } from '@parley/sdk';

/** What can be opened about a message. */
export type MessageDialog = 'delete' | 'forward' | 'react' | 'reactions' | 'receipts';

/** What every dialog about a message is given. */
export interface MessageDialogProps {
  readonly message: ShownMessage;
  readonly onClose: () => void;
}
