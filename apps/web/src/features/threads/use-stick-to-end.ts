import { type RefObject, useEffect, useLayoutEffect, useRef } from 'react';

/** So near the end counts as being there. */
const END_PX = 60;

/** Keeps what scrolls at its end for as long as its reader is there, and begins there. */
export function useStickToEnd(): RefObject<HTMLDivElement | null> {
  const box = useRef<HTMLDivElement>(null);
  const sticks = useRef(true);
  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    const onScroll = () => {
      sticks.current = element.scrollHeight - element.scrollTop - element.clientHeight < END_PX;
    };
    element.addEventListener('scroll', onScroll, { passive: true });
    return () => element.removeEventListener('scroll', onScroll);
  }, []);
  // After every commit: what was rendered may have moved the end.
  useLayoutEffect(() => {
    if (sticks.current && box.current !== null) box.current.scrollTop = box.current.scrollHeight;
  });
  return box;
}
