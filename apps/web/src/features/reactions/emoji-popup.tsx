import { Popover } from 'radix-ui';
import { useRef } from 'react';
import { useSpeech } from '../../i18n/provider.tsx';
import { focusIfLost } from '../../ui/use-opener.ts';
import type { MessageDialogProps } from '../messages/message-dialog-props.ts';
import { EmojiPicker } from './emoji-picker.tsx';
import { useReact } from './use-react.ts';

/** The choice of emoji, at the message to react to. */
export default function EmojiPopup({ message, onClose }: MessageDialogProps) {
  const { t } = useSpeech();
  const { toggle } = useReact(message);
  // Of two that show the message, the timeline and a thread, the one that is used.
  const rows = [...document.querySelectorAll<HTMLElement>(`[data-message-id="${message.id}"]`)];
  const row = rows.find((each) => each.contains(document.activeElement)) ?? rows.at(-1) ?? document.body;
  const opener = useRef(row);
  const anchor = useRef(row.querySelector<HTMLElement>('[data-bubble]') ?? row);
  return (
    <Popover.Root open onOpenChange={(open) => !open && onClose()}>
      <Popover.Anchor virtualRef={anchor} />
      <Popover.Portal container={row.closest('main')}>
        <Popover.Content
          aria-label={t('reaction.add')}
          side="top"
          align="start"
          sideOffset={6}
          collisionPadding={8}
          className="z-40 w-[min(340px,calc(100vw-16px))] animate-appear rounded-2xl bg-raised text-fg shadow-floating outline-none"
          onCloseAutoFocus={(event) => {
            event.preventDefault();
            focusIfLost(opener.current);
          }}
        >
          <EmojiPicker
            onPick={(emoji) => {
              toggle(emoji);
              onClose();
            }}
          />
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
