import { type RefObject, useEffect, useRef } from 'react';
import type { Item } from './items.ts';

/** More than that is not kept in the page for a selection. */
const SELECTED_ROWS = 300;

/** The keys of rows that must not go from under somebody: of the one with the focus, and of both ends of what is selected. */
export interface HeldFast {
  readonly focused: string | undefined;
  readonly selected: readonly (string | undefined)[];
}

const nothing: HeldFast = { focused: undefined, selected: [] };

/** Follows what is held fast in a timeline. Asking the document whenever rows are rendered would have it laid out each time. */
export function useHeldFast(boxRef: RefObject<HTMLElement | null>): RefObject<HeldFast> {
  const held = useRef(nothing);
  useEffect(() => {
    const look = () => {
      held.current = heldIn(boxRef.current);
    };
    const events = ['focusin', 'focusout', 'selectionchange'] as const;
    for (const event of events) document.addEventListener(event, look);
    return () => {
      for (const event of events) document.removeEventListener(event, look);
    };
  }, [boxRef]);
  return held;
}

function heldIn(box: HTMLElement | null): HeldFast {
  const selection = getSelection();
  const selects = selection !== null && !selection.isCollapsed;
  return {
    focused: keyOf(box, document.activeElement),
    selected: selects ? [keyOf(box, selection.anchorNode), keyOf(box, selection.focusNode)] : [],
  };
}

/**
 * The rows that are to be in the page: those from one index to another, those that are held fast, and the one that is edited,
 * as what is typed there would go with it.
 */
export function rowsHeldFast(
  { focused, selected }: HeldFast,
  edited: string | null,
  items: readonly Item[],
  from: number,
  to: number,
): number[] {
  const indexes = new Set(range(Math.max(0, from), Math.min(items.length - 1, to)));
  const indexOf = (key: string | undefined) =>
    key === undefined ? -1 : items.findIndex((item) => item.key === key);
  for (const index of [indexOf(focused), indexOf(edited ?? undefined)]) if (index !== -1) indexes.add(index);
  if (selected.length > 0) {
    const ends = selected.map(indexOf);
    const [first, last] = [Math.min(...ends), Math.max(...ends)];
    if (first !== -1 && last - first < SELECTED_ROWS)
      for (const index of range(first, last)) indexes.add(index);
  }
  return [...indexes].sort((a, b) => a - b);
}

/** The key of the row that a node of the timeline is in. */
export function keyOf(box: HTMLElement | null, node: Node | null | undefined): string | undefined {
  if (box === null || node == null || !box.contains(node)) return undefined;
  const element = node instanceof HTMLElement ? node : node.parentElement;
  return element?.closest<HTMLElement>('[data-key]')?.dataset['key'];
}

function range(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => from + i);
}
