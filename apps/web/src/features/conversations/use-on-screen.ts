import { type RefObject, useEffect, useState } from 'react';

/** What is scrolled past in less time was not looked at, in milliseconds. */
const DWELL_MS = 300;

const callbacks = new WeakMap<Element, (visible: boolean) => void>();
let observer: IntersectionObserver | undefined;

function observe(element: Element, callback: (visible: boolean) => void): () => void {
  observer ??= new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) callbacks.get(target)?.(isIntersecting);
  });
  callbacks.set(element, callback);
  observer.observe(element);
  return () => {
    observer?.unobserve(element);
    callbacks.delete(element);
  };
}

/** Whether an element can be seen, once it has been there for a moment. */
export function useOnScreen(element: RefObject<Element | null>): boolean {
  const [seen, setSeen] = useState(false);
  useEffect(() => {
    if (element.current === null) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const undo = observe(element.current, (visible) => {
      clearTimeout(timer);
      timer = setTimeout(() => setSeen(visible), DWELL_MS);
    });
    return () => {
      clearTimeout(timer);
      undo();
    };
  }, [element]);
  return seen;
}
