import type { ShownMessage } from '@parley/sdk';

/** What every dialog about a message is given. */
export interface MessageDialogProps {
  readonly message: ShownMessage;
  readonly onClose: () => void;
}
