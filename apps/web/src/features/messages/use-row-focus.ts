import { type KeyboardEvent, type RefObject, useLayoutEffect, useRef } from 'react';
import type { Item } from './items.ts';
import { keyOf } from './rows-held-fast.ts';

/**
 * Moves the focus through the messages of a timeline, also to those that are not in the page yet: arrows to the next or the
 * one before, Home and End to the first and the last that are held.
 */
export function useRowFocus(options: {
  boxRef: RefObject<HTMLDivElement | null>;
  items: readonly Item[];
  /** Brings a row on screen. */
  show: (index: number) => void;
}): {
  readonly onKeyDown: (event: KeyboardEvent<HTMLElement>) => void;
  readonly focus: (index: number) => void;
} {
  const { boxRef, items, show } = options;
  const wanted = useRef<string | null>(null);
  const settle = () => {
    const row = wanted.current === null ? null : messageOf(boxRef.current, wanted.current);
    if (row === null) return;
    wanted.current = null;
    row.focus({ preventScroll: true });
  };
  // What was asked for may have come into the page.
  useLayoutEffect(settle);
  const focus = (index: number) => {
    wanted.current = items[index]?.key ?? null;
    settle();
  };
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    const { target } = event;
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (!(target instanceof HTMLElement) || target.closest('input, textarea, [role=menu]') !== null) return;
    // Keys may come faster than rows.
    const key = wanted.current ?? keyOf(boxRef.current, target);
    const index = nextOf(
      event.key,
      items,
      key === undefined ? -1 : items.findIndex((item) => item.key === key),
    );
    if (index === -1) return;
    event.preventDefault();
    show(index);
    focus(index);
  };
  return { onKeyDown, focus };
}

/** The index of the message that a key leads to; -1 for none. */
function nextOf(key: string, items: readonly Item[], index: number): number {
  const isMessage = ({ kind }: Item) => kind === 'message';
  switch (key) {
    case 'ArrowDown':
      return index === -1 ? -1 : items.findIndex((item, i) => i > index && isMessage(item));
    case 'ArrowUp':
      return items.findLastIndex((item, i) => (index === -1 || i < index) && isMessage(item));
    case 'Home':
      return items.findIndex(isMessage);
    case 'End':
      return items.findLastIndex(isMessage);
    default:
      return -1;
  }
}

/** What can be focused of a row that is in the page. */
function messageOf(box: HTMLElement | null, key: string): HTMLElement | null {
  return box?.querySelector(`[data-key="${CSS.escape(key)}"] > [tabindex]`) ?? null;
}
