import type { ShownMessage } from '@parley/sdk';
import { type ReactNode, useCallback, useState } from 'react';
import { type Fetched, fetched } from '../../ui/fetched.tsx';
import type { MessageDialog, MessageDialogProps } from './message-dialog-props.ts';

const dialogs = {
  delete: fetched<MessageDialogProps>(() => import('./delete-dialog.tsx')),
  forward: fetched<MessageDialogProps>(() => import('../forward/forward-dialog.tsx')),
  react: fetched<MessageDialogProps>(() => import('../reactions/emoji-popup.tsx')),
  reactions: fetched<MessageDialogProps>(() => import('../reactions/reactions-dialog.tsx')),
  receipts: fetched<MessageDialogProps>(() => import('../receipts/receipts-dialog.tsx')),
} as const satisfies Record<MessageDialog, Fetched<MessageDialogProps>>;

/** Fetches them before one is opened. */
export const fetchMessageDialogs = Object.values(dialogs).map(({ fetch }) => fetch);

/** One of them at a time: `element` is to be rendered. */
export function useMessageDialogs(): {
  readonly show: (dialog: MessageDialog, message: ShownMessage) => void;
  readonly element: ReactNode;
} {
  const [open, setOpen] = useState<{ dialog: MessageDialog; message: ShownMessage } | null>(null);
  const close = useCallback(() => setOpen(null), []);
  const show = useCallback(
    (dialog: MessageDialog, message: ShownMessage) => setOpen({ dialog, message }),
    [],
  );
  if (open === null) return { show, element: null };
  const Shown = dialogs[open.dialog];
  return { show, element: <Shown key={open.dialog} message={open.message} onClose={close} /> };
}
