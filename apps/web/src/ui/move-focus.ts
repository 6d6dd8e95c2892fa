import type { KeyboardEvent } from 'react';

/**
 * Moves the focus through those of an element's descendants that match: arrows to the next or the one before, Home and End
 * to the first and the last. Left alone while one types.
 */
export function moveFocus(event: KeyboardEvent<HTMLElement>, selector: string): void {
  const { key, target, currentTarget } = event;
  if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  if (!(target instanceof HTMLElement) || target.closest('input, textarea, [role=menu]') !== null) return;
  const all = [...currentTarget.querySelectorAll<HTMLElement>(selector)];
  const index = all.findIndex((element) => element.contains(target));
  const next = nextOf(key, all, index);
  if (next === undefined) return;
  event.preventDefault();
  next.focus({ preventScroll: true });
  next.scrollIntoView({ block: 'nearest' });
}

function nextOf(key: string, all: readonly HTMLElement[], index: number): HTMLElement | undefined {
  switch (key) {
    case 'ArrowDown':
      return all[index + 1];
    case 'ArrowUp':
      return index === -1 ? all.at(-1) : all[index - 1];
    case 'Home':
      return all[0];
    case 'End':
      return all.at(-1);
    default:
      return undefined;
  }
}
