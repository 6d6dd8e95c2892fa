import { type RefObject, useEffect, useRef } from 'react';

/** Moves the focus to a page's heading when the page is opened, so that screen readers and the keyboard begin there. */
export function useHeadingFocus(): RefObject<HTMLHeadingElement | null> {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus({ preventScroll: true }), []);
  return heading;
}
