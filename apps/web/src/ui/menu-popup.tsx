import { DropdownMenu } from 'radix-ui';
import { useEffect, useRef } from 'react';
import { useSpeech } from '../i18n/provider.tsx';
import { cx } from './cx.ts';
import type { OpenMenu } from './use-menu.tsx';
import { focusIfLost } from './use-opener.ts';

/** An open menu, at what it was opened from. */
export default function MenuPopup({ menu, onClose }: { menu: OpenMenu; onClose: () => void }) {
  const { dir } = useSpeech();
  const content = useRef<HTMLDivElement>(null);
  // Who opened it by the keyboard goes on there at once; whoever points chooses by that.
  useEffect(() => {
    if (!menu.opener.matches(':focus-visible')) return;
    const timer = setTimeout(() => content.current?.querySelector<HTMLElement>('[role=menuitem]')?.focus());
    return () => clearTimeout(timer);
  }, [menu]);
  const { entries, at, side, align, opener } = menu;
  return (
    <DropdownMenu.Root open dir={dir} modal={false} onOpenChange={(open) => !open && onClose()}>
      <DropdownMenu.Trigger asChild>
        <span
          className="pointer-events-none fixed"
          style={{ left: at.left, top: at.top, width: at.width, height: at.height }}
          // It is only where the menu stands: what opened it is another button.
          aria-hidden
          tabIndex={-1}
        />
      </DropdownMenu.Trigger>
      {/* Within what is there of the page for those who go by landmarks. */}
      <DropdownMenu.Portal container={opener.closest('main')}>
        <DropdownMenu.Content
          ref={content}
          side={side}
          align={align}
          sideOffset={6}
          collisionPadding={8}
          aria-label={menu.label}
          aria-labelledby={undefined}
          className="z-40 max-w-72 min-w-48 animate-appear rounded-xl bg-raised p-1 text-sm text-fg shadow-floating outline-none"
          onCloseAutoFocus={(event) => {
            event.preventDefault();
            // What was chosen may have moved the focus already.
            focusIfLost(opener);
          }}
        >
          {entries.map(({ id, label, icon, danger = false, apart = false, run }) => (
            <DropdownMenu.Item
              key={id}
              className={cx(
                'flex h-8 items-center gap-2.5 rounded-md px-2.5 outline-none select-none [&>svg]:shrink-0',
                danger
                  ? 'text-danger data-highlighted:bg-danger-soft'
                  : 'data-highlighted:bg-hover [&>svg]:text-soft',
                apart &&
                  'relative mt-2.5 before:absolute before:inset-x-0 before:-top-[5px] before:h-px before:bg-line',
              )}
              onSelect={() => {
                // What it opens gives the focus back to what there is still.
                opener.focus({ preventScroll: true });
                run();
              }}
            >
              {icon}
              {label}
            </DropdownMenu.Item>
          ))}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
