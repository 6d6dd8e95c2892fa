import type { Item } from './items.ts';

/** More than that is not kept in the page for a selection. */
const SELECTED_ROWS = 300;

/**
 * The rows that are to be in the page: those from one index to another, and those that must not go from under somebody, the one
 * with the focus and what is selected.
 */
export function rowsHeldFast(
  box: HTMLElement | null,
  items: readonly Item[],
  from: number,
  to: number,
): number[] {
  const indexes = new Set(range(Math.max(0, from), Math.min(items.length - 1, to)));
  const indexOf = (node: Node | null | undefined) => {
    const key = keyOf(box, node);
    return key === undefined ? -1 : items.findIndex((item) => item.key === key);
  };
  const focused = indexOf(document.activeElement);
  if (focused !== -1) indexes.add(focused);
  const selection = getSelection();
  if (selection !== null && !selection.isCollapsed) {
    const ends = [indexOf(selection.anchorNode), indexOf(selection.focusNode)];
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
