import { type ReactNode, useCallback, useState } from 'react';
import { fetched } from './fetched.tsx';

/** One line of a menu. */
export interface MenuEntry {
  readonly id: string;
  readonly label: string;
  readonly icon: ReactNode;
  readonly danger?: boolean;
  /** Whether a line stands above it. */
  readonly apart?: boolean;
  readonly run: () => void;
}

interface MenuPlace {
  /** In pixels of the window. */
  readonly at: {
    readonly left: number;
    readonly top: number;
    readonly width: number;
    readonly height: number;
  };
  readonly side: 'top' | 'bottom';
  readonly align: 'start' | 'end';
}

export interface OpenMenu extends MenuPlace {
  readonly label: string;
  readonly entries: readonly MenuEntry[];
  /** Gets the focus when the menu is closed. */
  readonly opener: HTMLElement;
}

export const MenuPopup = fetched(() => import('./menu-popup.tsx'));

/** A menu that is fetched when it is first opened: `element` is to be rendered. */
export function useMenu(): {
  readonly isOpen: boolean;
  readonly show: (menu: OpenMenu) => void;
  readonly element: ReactNode;
} {
  const [menu, setMenu] = useState<OpenMenu | null>(null);
  const close = useCallback(() => setMenu(null), []);
  const element = menu === null ? null : <MenuPopup menu={menu} onClose={close} />;
  return { isOpen: menu !== null, show: setMenu, element };
}

/** The place of a menu that belongs to a button. */
export function placeAt(opener: HTMLElement, side: MenuPlace['side'], align: MenuPlace['align']): MenuPlace {
  return { at: opener.getBoundingClientRect(), side, align };
}
