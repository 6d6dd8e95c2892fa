import { type RefObject, useCallback, useSyncExternalStore } from 'react';

/** What the pointer is over: an element, and all that it is in. */
let pointed: readonly EventTarget[] = [];
const listeners = new Set<() => void>();

/**
 * Whether an element is pointed at. Enter and leave do not tell: when what is pointed at is taken from the page, Chromium
 * says where the pointer is next, and not that it has left, so that React takes it to be where it was.
 */
export function usePointed(ref: RefObject<Element | null>): boolean {
  return useSyncExternalStore(
    subscribe,
    useCallback(() => ref.current !== null && pointed.includes(ref.current), [ref]),
  );
}

function subscribe(listener: () => void): () => void {
  if (listeners.size === 0) {
    document.addEventListener('pointerover', onOver);
    document.addEventListener('pointerout', onOut);
  }
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    document.removeEventListener('pointerover', onOver);
    document.removeEventListener('pointerout', onOut);
    pointed = [];
  };
}

function onOver(event: PointerEvent): void {
  // A finger points at nothing: what it lands on is tapped, or scrolled.
  if (event.pointerType !== 'touch') point(event.composedPath());
}

function onOut({ relatedTarget }: PointerEvent): void {
  // To nothing: out of the page, or a finger that was lifted.
  if (relatedTarget === null) point([]);
}

function point(path: readonly EventTarget[]): void {
  pointed = path;
  for (const listener of listeners) listener();
}
