import { useEffect, useState } from 'react';
import { Keys } from './keys.tsx';

/** How long one points at something before it says its name, in milliseconds. */
const PAUSE_MS = 400;

interface Shown {
  readonly text: string;
  readonly keys: readonly string[];
  readonly anchor: DOMRect;
}

/**
 * The one tooltip of the app: shows `data-tip` of what is pointed at, or has the focus from the keyboard. Screen readers
 * hear the same as its name. Escape, a click and leaving take it away.
 */
export function TooltipLayer() {
  const [shown, setShown] = useState<Shown | null>(null);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const hide = () => {
      clearTimeout(timer);
      setShown(null);
    };
    const show = ({ target, type }: Event) => {
      hide();
      const tipped = target instanceof Element ? target.closest<HTMLElement>('[data-tip]') : null;
      if (tipped === null || (type === 'focusin' && !tipped.matches(':focus-visible'))) return;
      timer = setTimeout(() => {
        if (tipped.isConnected) setShown(shownOf(tipped));
      }, PAUSE_MS);
    };
    const hiding = ['pointerdown', 'keydown', 'wheel', 'focusout', 'pointerleave'] as const;
    for (const type of ['pointerover', 'focusin']) document.addEventListener(type, show);
    for (const type of hiding) document.addEventListener(type, hide, { passive: true });
    return () => {
      clearTimeout(timer);
      for (const type of ['pointerover', 'focusin']) document.removeEventListener(type, show);
      for (const type of hiding) document.removeEventListener(type, hide);
    };
  }, []);
  if (shown === null) return null;
  return (
    <div
      key={shown.text}
      ref={(element) => place(element, shown.anchor)}
      className="pointer-events-none fixed z-50 flex animate-appear items-center gap-2 rounded-md bg-raised px-2 py-1 text-xs text-fg shadow-floating select-none"
      aria-hidden
    >
      {shown.text}
      {shown.keys.length > 0 && <Keys keys={shown.keys} />}
    </div>
  );
}

function shownOf(tipped: HTMLElement): Shown {
  const { tip = '', tipKeys = '' } = tipped.dataset;
  return {
    text: tip,
    keys: tipKeys === '' ? [] : tipKeys.split(' '),
    anchor: tipped.getBoundingClientRect(),
  };
}

/** Below what it is of, or above where there is no room; within the window. */
function place(element: HTMLElement | null, anchor: DOMRect): void {
  if (element === null) return;
  const { offsetWidth: width, offsetHeight: height } = element;
  const left = anchor.left + anchor.width / 2 - width / 2;
  const below = anchor.bottom + 6;
  element.style.left = `${Math.max(8, Math.min(left, innerWidth - width - 8))}px`;
  element.style.top = `${below + height > innerHeight - 8 ? anchor.top - height - 6 : below}px`;
}
