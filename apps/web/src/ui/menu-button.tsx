import type { ComponentProps } from 'react';
import { type MenuEntry, placeAt, useMenu } from './use-menu.tsx';

/** A button that opens a menu. */
export function MenuButton(
  props: Omit<ComponentProps<'button'>, 'onClick'> & {
    /** What the menu is called. */
    label: string;
    entries: () => readonly MenuEntry[];
    side?: 'top' | 'bottom';
    align?: 'start' | 'end';
  },
) {
  const { label, entries, side = 'bottom', align = 'start', ...button } = props;
  const menu = useMenu();
  return (
    <>
      <button
        type="button"
        {...button}
        aria-haspopup="menu"
        aria-expanded={menu.isOpen}
        onClick={({ currentTarget: opener }) =>
          menu.show({ label, entries: entries(), opener, ...placeAt(opener, side, align) })
        }
      />
      {menu.element}
    </>
  );
}
